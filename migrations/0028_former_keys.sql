-- What our actors signed with before: of an actor that is deleted nobody can ask for its newest key.
create table former_keys (
    key_id text primary key,
    actor uuid not null references actors (id),
    pkcs8 bytea not null,
    retired_at bigint not null
);
create index former_keys_by_actor on former_keys (actor);

-- Since when a host takes everything and answers with web pages, without a document of those who follow us from there.
alter table lanes add column astray_since bigint;

-- Pictures: our own with their files in the data folder, and links to those of others, of which we keep copies for a while.
create table media (
    id uuid primary key,
    -- No reference: what was published outlives the account that uploaded it.
    account uuid not null,
    format text not null,
    width bigint not null,
    height bigint not null,
    bytes bigint not null,
    alt text not null,
    focus_x double precision,
    focus_y double precision,
    blurhash text not null,
    created_at bigint not null,
    object uuid references objects (id) on delete set null,
    position bigint
);
create index media_by_object on media (object) where object is not null;
create index media_by_account on media (account) where object is null;

create table attachments (
    id uuid primary key,
    object uuid not null references objects (id) on delete cascade,
    position bigint not null,
    url text not null,
    picture boolean not null,
    alt text,
    focus_x double precision,
    focus_y double precision,
    blurhash text,
    width bigint,
    height bigint,
    sensitive boolean not null,
    unique (object, position)
);

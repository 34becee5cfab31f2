-- Who speaks: our own actors and those of other servers that we met.
create table actors (
    id uuid primary key,
    url text not null unique,
    kind text not null,
    part text,
    handle text not null,
    host text not null,
    name text not null,
    summary text not null,
    page text not null,
    inbox text not null,
    shared_inbox text,
    outbox text,
    followers text,
    key_id text not null,
    key_pem text not null,
    created_at bigint not null,
    updated_at bigint not null,
    deleted_at bigint
);

-- A handle is never given twice: deleted actors keep theirs.
create unique index actors_by_local_handle on actors (handle) where part is not null;
create index actors_by_key on actors (key_id);
create index actors_by_host on actors (host);

-- Apart from the actors, so that no listing of actors ever carries a secret.
create table private_keys (
    actor uuid primary key references actors (id),
    pkcs8 bytea not null
);

-- How other servers want requests to be signed. A host without a row is guessed to take draft-cavage only.
create table hosts (
    host text primary key,
    scheme text not null,
    evidence text not null,
    ed25519 boolean not null,
    learnt_at bigint not null
);

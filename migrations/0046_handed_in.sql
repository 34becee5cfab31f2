-- Who here wrote what waits for an editor, so that they hear what became of it.
create table handed_in (
    object uuid primary key,
    account uuid not null,
    created_at bigint not null
);
create index handed_in_by_account on handed_in (account);

-- How often somebody tried what may be tried only so often, counted over all servers of a database. Hashes, no addresses.
create table tries (
    guard text not null,
    subject bytea not null,
    used_until bigint not null,
    primary key (guard, subject)
);
create index tries_by_time on tries (used_until);

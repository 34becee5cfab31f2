-- The same event from two sources is shown once: the others name the one that leads.
alter table events add column twin_of uuid;
create index events_by_twin on events (twin_of) where twin_of is not null;
create index events_by_uid on events (uid);

-- What an editor said about two events, the lower key first.
create table twins (
    one uuid not null,
    other uuid not null,
    same boolean not null,
    decided_at bigint not null,
    primary key (one, other)
);
create index twins_by_other on twins (other);

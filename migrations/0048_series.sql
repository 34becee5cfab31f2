-- What repeats is kept as a rule, and each of its dates as an event of its own.
create table series (
    id uuid primary key,
    -- Our page about it.
    page text not null,
    author uuid not null references actors (id),
    -- What its events say, at the times of its first.
    name text not null,
    starts_at bigint not null,
    ends_at bigint not null,
    timezone text not null,
    status text not null,
    category text,
    free boolean not null,
    extras text not null,
    -- The rule and its exceptions in one line.
    rule text not null,
    -- Whether it comes at least every two weeks.
    frequent boolean not null,
    -- Whether its first waits for an editor; the others are made when that is on the board.
    draft boolean not null,
    -- The event that has the pictures of all.
    pictured uuid,
    -- Its dates are made up to here.
    made_until bigint not null,
    -- When it is looked at again.
    due_at bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index series_by_author on series (author);
create index series_by_due on series (due_at) where not draft;

alter table events add column series uuid references series (id);
-- On the board here, and not delivered to anybody yet.
alter table events add column untold boolean not null default false;
-- One of a regular offer, and just as that says: lists show such an offer once.
alter table events add column standing boolean not null default false;
create unique index events_by_series on events (series, recurrence) where series is not null;

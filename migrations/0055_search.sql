-- What is found by searching, and what events are chosen by. Tables that begin with search_ are made from others: they are
-- left out of backups, and what differs between the databases is made beside this file (storage/src/search/schema.rs).
create table search_entries (
    -- By time, and within a minute by id: lists are in this order.
    number bigint primary key,
    id uuid not null unique,
    kind text not null,
    path text not null,
    title text not null,
    body text not null,
    author uuid not null,
    at bigint not null,
    -- Whether its words are among those that typing errors are compared with.
    learned boolean not null
);
create index search_unlearned on search_entries (number) where not learned;
create index search_by_author on search_entries (author);
-- Words of what is gone, until it was looked whether others have them.
create table search_left (
    id uuid primary key,
    words text not null
);
-- How far the tables were walked through for what is not in the index yet.
create table search_walks (
    kind text primary key,
    after_id uuid,
    done_at bigint
);
alter table events add column latitude double precision;
alter table events add column longitude double precision;
-- |language:uk|access:step_free|; null in those from before, until they were walked through.
alter table events add column facets text;

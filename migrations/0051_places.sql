-- Places have a page of their own: what is known of them is kept once, and their events are found by them.
create table places (
    id uuid primary key,
    slug text not null unique,
    name text not null,
    kind text not null,
    latitude double precision,
    longitude double precision,
    -- Name, and name with street, as they are compared with those of events.
    name_key text not null,
    street_key text not null,
    -- The initiative whose speakers may change it, beside the editors.
    keeper uuid references actors (id),
    facts text not null,
    confirmed_on text,
    created_at bigint not null,
    updated_at bigint not null
);
create index places_by_name on places (name_key);
alter table events add column place uuid;
create index events_by_place on events (place, starts_at);

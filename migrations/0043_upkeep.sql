-- Whether what an initiative says of itself still holds: it is asked once a year, and this says how that stands.

create table upkeep (
    actor uuid primary key references actors (id),
    -- When somebody last said that all of it is right.
    confirmed_at bigint,
    -- When this year's first letter went, when the last one did, and how many there were.
    asked_at bigint,
    letter_at bigint,
    letters bigint not null,
    -- Since when the question stands open; null once somebody answered.
    open_since bigint,
    -- What was answered that an editor sees to, and since when.
    answer text,
    words text,
    answered_at bigint
);

create table upkeep_links (
    -- SHA-256 of what stands in the link of a letter.
    token_hash bytea primary key,
    actor uuid not null references actors (id)
);
create index upkeep_links_by_actor on upkeep_links (actor);

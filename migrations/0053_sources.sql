-- Sources of several kinds, what people changed of imported events, what was turned down, and files that wait for a yes.

alter table sources add column kind text not null default 'ics';
-- The address behind the one that was typed, where a page only points to it.
alter table sources add column feed text;
-- From when on a reading has to ask for what changed, of those that can be asked.
alter table sources add column mark bigint;
-- How far a reading is: so many of so many.
alter table sources add column done bigint not null default 0;
alter table sources add column total bigint not null default 0;
-- What the last reading did, as JSON.
alter table sources add column report text;

-- Which fields people here changed, and what the source last said, as JSON; null where it all is as the source says.
alter table events add column overrides text;

-- What an editor declined or deleted does not come back at the next reading.
create table declined (
    source uuid not null references sources (id),
    uid text not null,
    -- The original start of one of a series, else -1.
    recurrence bigint not null,
    primary key (source, uid, recurrence)
);

-- A file that was uploaded and is shown before it is taken in; one an account.
create table previews (
    account uuid primary key references accounts (id),
    id uuid not null unique,
    author uuid not null references actors (id),
    name text not null,
    body bytea not null,
    -- Which column of a table means what, as JSON; null where that was guessed.
    columns text,
    publish boolean not null,
    -- The source it went to, once somebody said yes.
    source uuid references sources (id),
    created_at bigint not null,
    -- Until when somebody is at it.
    leased_until bigint
);
create index previews_by_time on previews (created_at);

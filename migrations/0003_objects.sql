-- What was published, here and at the neighbours'. `objects` knows every id that was ever seen, so that the type and the
-- owner of an id never change and a deleted one stays deleted.
create table objects (
    url text primary key,
    id uuid not null unique,
    kind text not null,
    owner text not null,
    deleted_at bigint
);

create table posts (
    id uuid primary key references objects (id),
    url text not null unique,
    page text not null,
    author uuid not null references actors (id),
    title text,
    content text not null,
    language text,
    in_reply_to text,
    held boolean not null,
    published_at bigint not null,
    updated_at bigint not null
);
create index posts_by_time on posts (published_at, id);
create index posts_by_author on posts (author, published_at);
create index posts_by_parent on posts (in_reply_to) where in_reply_to is not null;

-- Calendars that events are read in from.
create table sources (
    id uuid primary key,
    url text not null unique,
    name text not null,
    author uuid not null references actors (id),
    publish boolean not null,
    etag text,
    last_modified text,
    read_at bigint,
    due_at bigint,
    error text
);

create table events (
    id uuid primary key references objects (id),
    url text not null unique,
    page text not null,
    author uuid not null references actors (id),
    name text not null,
    starts_at bigint not null,
    ends_at bigint not null,
    timezone text not null,
    status text not null,
    category text,
    free boolean not null,
    -- What no query asks for, as JSON.
    extras text not null,
    draft boolean not null,
    uid text not null,
    sequence bigint not null,
    source uuid references sources (id),
    recurrence bigint,
    published_at bigint not null,
    updated_at bigint not null
);
create index events_by_start on events (starts_at, id);
create index events_by_end on events (ends_at);
create index events_by_author on events (author, starts_at);
create index events_by_source on events (source, uid) where source is not null;

-- One like and one announce counts once per actor and object.
create table reactions (
    actor uuid not null references actors (id),
    object text not null,
    kind text not null,
    activity text not null,
    created_at bigint not null,
    primary key (actor, object, kind)
);
create index reactions_by_object on reactions (object, kind);
create index reactions_by_activity on reactions (activity);

-- What a post may ask and who answered; what an actor puts first; who quotes what; which conversation something is in.
create table polls (
    post uuid primary key references posts (id) on delete cascade,
    several boolean not null,
    ends_at bigint,
    closed_at bigint,
    voters bigint,
    -- When there is something to do for a poll of ours: to tell how it stands, or to close it.
    due_at bigint
);
create index polls_due on polls (due_at) where due_at is not null;

create table poll_options (
    poll uuid not null references polls (post) on delete cascade,
    place bigint not null,
    name text not null,
    votes bigint not null,
    primary key (poll, place)
);

-- `turn` is 0 where one option may be chosen, else the option's place: the key lets nobody vote twice.
create table votes (
    poll uuid not null references polls (post) on delete cascade,
    actor uuid not null references actors (id),
    turn bigint not null,
    place bigint not null,
    voted_at bigint not null,
    primary key (poll, actor, turn)
);
create index votes_by_actor on votes (actor);

create table featured (
    actor uuid not null references actors (id),
    object uuid not null references objects (id) on delete cascade,
    featured_at bigint not null,
    primary key (actor, object)
);
create index featured_by_object on featured (object);

-- What a post here quotes: ours, or of those we follow. `stamp` is the id of the other's authorization.
create table quotes (
    post uuid primary key references posts (id) on delete cascade,
    target text not null,
    request text,
    stamp text
);
create index quotes_by_target on quotes (target);
create index quotes_by_request on quotes (request) where request is not null;

-- Our authorizations for others' posts that quote ours.
create table quote_grants (
    id uuid primary key,
    object uuid not null references objects (id) on delete cascade,
    quote text not null,
    quoter uuid not null references actors (id),
    granted_at bigint not null,
    revoked_at bigint,
    unique (quote, object)
);
create index quote_grants_by_object on quote_grants (object);

-- The id of the conversation of a post or an event, where it is not the one that begins with it.
create table contexts (
    object uuid primary key references objects (id) on delete cascade,
    context text not null
);
create index contexts_by_context on contexts (context);

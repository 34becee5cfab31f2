-- What is said to other servers, and what they said to us.
create table activities (
    id uuid primary key,
    url text not null unique,
    kind text not null,
    actor uuid not null references actors (id),
    object text not null,
    body text not null,
    listed boolean not null,
    published_at bigint not null
);
create index activities_by_actor on activities (actor, id);
create index activities_by_object on activities (object);

-- An activity id is processed once.
create table received (
    activity text primary key,
    received_at bigint not null
);
create index received_by_time on received (received_at);

create table follows (
    follower uuid not null references actors (id),
    followed uuid not null references actors (id),
    activity text not null,
    requested_at bigint not null,
    accepted_at bigint,
    primary key (follower, followed)
);
create index follows_by_followed on follows (followed);
create index follows_by_activity on follows (activity);

-- The other quarters that an editor wants here. Who follows whom is in follows.
create table neighbours (
    actor uuid primary key references actors (id),
    since bigint not null
);

-- One row per host: its turn, its lease and its circuit breaker. `due_at` is null while nothing waits.
create table lanes (
    host text primary key,
    due_at bigint,
    leased_until bigint,
    failures bigint not null,
    delivered_at bigint,
    failed_at bigint,
    error text
);
create index lanes_due on lanes (due_at) where due_at is not null;

-- One row per activity and inbox; time-ordered activity ids keep the order within a host.
create table deliveries (
    activity uuid not null references activities (id),
    inbox text not null,
    host text not null,
    state text not null,
    attempts bigint not null,
    created_at bigint not null,
    finished_at bigint,
    error text,
    primary key (activity, inbox)
);
create index deliveries_waiting on deliveries (host, activity) where state = 'waiting';
create index deliveries_failed on deliveries (host, finished_at) where state = 'failed';
create index deliveries_finished on deliveries (finished_at) where finished_at is not null;

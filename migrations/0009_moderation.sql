-- Whom the quarter does not listen to, what was reported, what waits for an editor, and who decided what.

-- A host without its port; a block covers everything below it.
create table blocked_hosts (
    host text primary key,
    severity text not null,
    reject_media boolean not null,
    reject_reports boolean not null,
    public_comment text not null,
    private_comment text not null,
    created_at bigint not null
);

-- One actor that wants nothing to do with another. A block by the quarter is a block by everyone here.
create table blocks (
    blocker uuid not null references actors (id),
    blocked uuid not null references actors (id),
    activity text,
    comment text not null,
    created_at bigint not null,
    primary key (blocker, blocked)
);
create index blocks_by_blocked on blocks (blocked);
create index blocks_by_activity on blocks (activity) where activity is not null;

-- What somebody pointed out to the editors: from here by form, from elsewhere by Flag.
create table reports (
    id uuid primary key,
    number text not null unique,
    -- Null for people here; what they said of themselves is in name and email.
    reporter uuid references actors (id),
    host text,
    name text,
    email text,
    target text not null,
    -- The addresses of everything it is about, one per line.
    objects text not null,
    reason text not null,
    created_at bigint not null,
    closed_at bigint
);
create unique index reports_once on reports (reporter, target) where closed_at is null;
create index reports_open on reports (created_at) where closed_at is null;
create index reports_by_host on reports (host) where closed_at is null;

create table decisions (
    id uuid primary key,
    decided_at bigint not null,
    who text not null,
    what text not null,
    about text not null,
    reason text not null,
    report uuid references reports (id)
);
create index decisions_by_report on decisions (report) where report is not null;

-- Why a post is held back, and since when; that it is stands in posts.
create table held (
    post uuid primary key references posts (id) on delete cascade,
    host text not null,
    suspicious boolean not null,
    received_at bigint not null
);
create index held_by_host on held (host, received_at);

-- Actors that moved: others' when their new home says so too, the quarter when it left.
create table moves (
    actor uuid primary key references actors (id),
    target text not null,
    moved_at bigint not null,
    -- Whether an editor still has to say yes for the neighbours.
    open boolean not null
);

-- Former addresses of our actors.
create table aliases (
    actor uuid not null references actors (id),
    url text not null,
    primary key (actor, url)
);

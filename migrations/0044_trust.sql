-- How far the editors trust where something comes from, and how that went so far.
create table trust (
    -- Our key of a calendar or an actor; of a mailbox the first half of a hash, so that no address is kept.
    source uuid primary key,
    kind text not null,
    -- What an editor decided; null where nobody has, and the usual holds.
    level text,
    -- How the owner of a mailbox is called, once an editor decided about it.
    name text,
    -- How many entries were approved since the last one was declined.
    approved bigint not null,
    used_at bigint not null
);
create index trust_by_use on trust (used_at);

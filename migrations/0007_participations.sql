-- Who wants to come to which event, ours or another's, and how that stands. One row per event and actor.
create table participations (
    event uuid not null references objects (id),
    actor uuid not null references actors (id),
    state text not null,
    activity text not null,
    invitation text,
    message text,
    -- Time-ordered: the queue.
    place uuid not null,
    joins bigint not null,
    counted_from bigint not null,
    changed_at bigint not null,
    primary key (event, actor)
);
create index participations_by_place on participations (event, state, place);
create index participations_by_actor on participations (actor);
create index participations_by_activity on participations (activity);
create index participations_by_invitation on participations (invitation) where invitation is not null;

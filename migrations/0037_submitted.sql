-- Forms that were carried out a short while ago, so that the same one sent twice makes nothing twice.

create table submitted (
    -- SHA-256 of who sent it and of all it said.
    form bytea primary key,
    -- What it made; null until that is known.
    made uuid,
    done_at bigint not null
);
create index submitted_by_time on submitted (done_at);

-- What one server of a database does now and then, and how it went: so that of several one does it.
create table chores (
    name text primary key,
    leased_until bigint,
    due_at bigint not null,
    done_at bigint,
    failed_at bigint,
    error text
);

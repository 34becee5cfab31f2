-- What an initiative says of itself beyond its name, and whom a letter's reader answers.

create table profiles (
    actor uuid primary key references actors (id),
    -- JSON: nothing asks for a single fact.
    facts text not null,
    changed_at bigint not null
);

-- Null: the address that sends all letters.
alter table letters add column reply_to text;

-- Registering for an event without an account of any network: how, who did, the links of the letters, and what was told.

create table registration_forms (
    event uuid primary key references events (id) on delete cascade,
    -- Whether people can register now; the rest stays as it was set.
    is_open boolean not null,
    closes_at bigint,
    waiting_list boolean not null,
    by_approval boolean not null,
    takes_phone boolean not null,
    -- How many persons one registration may be for.
    most bigint not null,
    question text,
    -- When the organisers were told that the time to register is over.
    closed_told_at bigint
);

create table registrations (
    id uuid primary key,
    event uuid not null references events (id) on delete cascade,
    -- Whose registration it is, if they were signed in: their address stands with their account.
    account uuid references accounts (id) on delete cascade,
    -- By form, with an account, or written down by the organisers.
    way text not null,
    state text not null,
    name text not null,
    email text,
    phone text,
    persons bigint not null,
    note text,
    language text not null,
    -- Its place in the queue, time-ordered, as in participations: there is one queue for both.
    place uuid not null,
    -- What the organisers should tell by phone, since there is no mailbox.
    call text,
    created_at bigint not null,
    changed_at bigint not null,
    reminded_at bigint
);
create unique index registrations_by_email on registrations (event, email) where email is not null;
create unique index registrations_by_account on registrations (event, account) where account is not null;
create index registrations_by_event on registrations (event, state, place);
create index registrations_of_account on registrations (account) where account is not null;

create table registration_links (
    -- SHA-256 of what stands in the link of a letter.
    token_hash bytea primary key,
    registration uuid not null references registrations (id) on delete cascade,
    made_at bigint not null
);
create index registration_links_of on registration_links (registration);

-- What those who registered were last told about an event: a second change within minutes waits and is told with the next.
create table registration_news (
    event uuid primary key references events (id) on delete cascade,
    known text not null,
    told_at bigint not null,
    due_at bigint
);
create index registration_news_due on registration_news (due_at) where due_at is not null;

-- A calendar file that goes with a letter.
alter table letters add column calendar text;

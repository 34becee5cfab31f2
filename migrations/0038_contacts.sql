-- What somebody writes to an initiative by its form, until their mailbox has answered; then it goes on as a letter.

create table contacts (
    id uuid primary key,
    actor uuid not null references actors (id),
    name text not null,
    email text not null,
    language text not null,
    words text not null,
    -- SHA-256 of what stands in the link of the letter.
    token_hash bytea not null,
    created_at bigint not null
);
create unique index contacts_by_token on contacts (token_hash);

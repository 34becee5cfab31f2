-- Events that people without an account want on the board: who asked, until an editor has decided.

create table proposals (
    -- The draft of the quarter; where it goes, this goes.
    event uuid primary key,
    number text not null unique,
    name text not null,
    email text not null,
    language text not null,
    -- SHA-256 of what stands in the link of the letter; null once it was used, or where no letter can be sent.
    token_hash bytea,
    created_at bigint not null,
    -- Since when an editor may see it.
    confirmed_at bigint
);
create unique index proposals_by_token on proposals (token_hash) where token_hash is not null;
create index proposals_unconfirmed on proposals (created_at) where confirmed_at is null;

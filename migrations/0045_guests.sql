-- Answers by people without an account: beneath which posts they may stand, and the answers themselves.

create table guestbooks (
    post uuid primary key references posts (id) on delete cascade,
    opened_at bigint not null
);

create table guests (
    id uuid primary key,
    post uuid not null references posts (id) on delete cascade,
    name text not null,
    -- Null once an editor has decided: nobody needs to know it any more.
    email text,
    language text not null,
    words text not null,
    -- SHA-256 of what stands in the link of the letter; null once it was used.
    token_hash bytea,
    created_at bigint not null,
    -- Since when an editor may see it, and since when everybody does.
    confirmed_at bigint,
    shown_at bigint
);
create unique index guests_by_token on guests (token_hash) where token_hash is not null;
create index guests_by_post on guests (post, shown_at);

-- Who asks for an account, until their mailbox has answered and, where somebody decides, until that is done.

create table sign_ups (
    id uuid primary key,
    name text not null,
    email text not null,
    language text not null,
    -- What they say about themselves; plain text.
    words text not null,
    -- SHA-256 of what stands in the link of the letter; null once it was used.
    token_hash bytea,
    created_at bigint not null,
    -- Since when an admin may see it, and why it waits for one.
    confirmed_at bigint,
    why text
);
create unique index sign_ups_by_token on sign_ups (token_hash) where token_hash is not null;
create index sign_ups_by_mailbox on sign_ups (email);

-- When an editor last opened a page of the editors', to the day; kept only where the door is open, which closes by it.
alter table accounts add column active_at bigint;

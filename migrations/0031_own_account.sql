-- What somebody sees of their own account: where they are signed in, and a new address that waits for its mailbox.

-- The key by which its owner ends it, and what it is: "Firefox, Android". Null for sessions from before.
alter table sessions add column id uuid;
alter table sessions add column browser text;

create table new_addresses (
    account uuid primary key,
    email text not null,
    -- SHA-256 of what stands in the link of the letter.
    token_hash bytea not null unique,
    expires_at bigint not null
);
create index new_addresses_by_end on new_addresses (expires_at);

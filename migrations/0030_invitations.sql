-- Ways to become somebody here: a link in a letter, or a code on a slip of paper. Each is good once, and for a while.

create table invitations (
    id uuid primary key,
    -- SHA-256 of what stands in the link, or on the slip.
    token_hash bytea not null unique,
    -- What a new account may do.
    role text not null,
    -- The initiative it will belong to, and as what.
    initiative uuid references actors (id),
    membership text,
    -- Where the letter went; null for a slip.
    email text,
    name text,
    -- The slip whose code asked for this letter; it is used up together with this.
    slip uuid,
    -- Who invites. Whether they still may is asked when the guest comes.
    by_account uuid not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index invitations_by_end on invitations (expires_at);
create index invitations_by_initiative on invitations (initiative) where initiative is not null;

-- When somebody agreed to the rules; null for accounts that were made before there was a question.
alter table accounts add column agreed_at bigint;
-- Since when an account may do no more than everyone.
alter table accounts add column suspended_at bigint;

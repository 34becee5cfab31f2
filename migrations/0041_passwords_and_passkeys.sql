-- Other ways in for who wants them: a password, and keys that a device holds.

create table passwords (
    account uuid primary key,
    -- Argon2id, with salt and costs, in the usual form ($argon2id$…).
    hash text not null,
    changed_at bigint not null
);

create table passkeys (
    -- By which its device knows it again.
    credential bytea primary key,
    -- What its owner ends it by.
    id uuid not null unique,
    account uuid not null,
    name text not null,
    -- As the device's browser gives it (SubjectPublicKeyInfo), and the COSE number of its algorithm.
    public_key bytea not null,
    algorithm bigint not null,
    -- How often the device says that it was used; 0 if it does not count.
    counter bigint not null,
    created_at bigint not null,
    used_at bigint
);
create index passkeys_by_account on passkeys (account);

-- What a device has to sign: random, good once and for a few minutes.
create table challenges (
    -- SHA-256 of it.
    challenge_hash bytea primary key,
    -- Whose device may answer with a new key; null to sign in.
    account uuid,
    expires_at bigint not null
);
create index challenges_by_end on challenges (expires_at);

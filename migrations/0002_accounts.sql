-- Who may sign in here, with what right, and how. Secrets are kept as SHA-256 hashes only.
create table accounts (
    id uuid primary key,
    email text not null unique,
    name text not null,
    role text not null,
    language text not null,
    actor uuid references actors (id),
    created_at bigint not null
);

create table memberships (
    initiative uuid not null references actors (id),
    account uuid not null references accounts (id),
    membership text not null,
    primary key (initiative, account)
);
create index memberships_by_account on memberships (account);

create table sign_ins (
    token_hash bytea primary key,
    code_hash bytea not null,
    account uuid not null references accounts (id),
    wrong_codes bigint not null,
    expires_at bigint not null
);
create index sign_ins_by_account on sign_ins (account);

create table sessions (
    token_hash bytea primary key,
    account uuid not null references accounts (id),
    created_at bigint not null,
    expires_at bigint not null
);
create index sessions_by_account on sessions (account);

create table tokens (
    token_hash bytea primary key,
    account uuid not null references accounts (id),
    created_at bigint not null
);

create table letters (
    id uuid primary key,
    recipient text not null,
    subject text not null,
    body text not null,
    attempts bigint not null,
    created_at bigint not null,
    due_at bigint,
    sent_at bigint,
    error text
);
create index letters_due on letters (due_at) where due_at is not null;

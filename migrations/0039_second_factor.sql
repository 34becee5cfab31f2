-- A second key for who decides here: an app that counts along, and codes on paper for the day it is lost.

-- From when on an editor without one may do what members may; null as long as nobody was asked.
alter table accounts add column second_due_at bigint;

create table second_factors (
    account uuid primary key,
    -- What the app counts with; as plain as the keys that our actors sign with (docs/decisions/0055).
    secret bytea not null,
    -- Null until a first code has shown that the app has it.
    confirmed_at bigint,
    -- The step of 30 seconds whose code was used last: neither it nor one before it counts again.
    used_step bigint not null,
    created_at bigint not null
);

create table paper_codes (
    -- SHA-256 of whose it is and of the code.
    code_hash bytea primary key,
    account uuid not null,
    created_at bigint not null
);
create index paper_codes_by_account on paper_codes (account);

-- Who has shown the first key and not yet the second.
create table half_sign_ins (
    -- SHA-256 of the cookie's value.
    token_hash bytea primary key,
    account uuid not null,
    expires_at bigint not null
);
create index half_sign_ins_by_end on half_sign_ins (expires_at);
create index half_sign_ins_by_account on half_sign_ins (account);

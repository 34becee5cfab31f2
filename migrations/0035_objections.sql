-- What a report is in a word, the language of the letters about it, and what an author says against a decision.

alter table reports add column kind text;
alter table reports add column language text;

create table objections (
    -- The report whose decision took something of ours away.
    report uuid primary key references reports (id),
    author uuid not null references actors (id),
    -- What it was called: it is gone.
    title text not null,
    -- Why it had to go.
    reason text not null,
    decided_at bigint not null,
    -- SHA-256 of what stands in the link of the letter; null once it was used.
    token_hash bytea,
    words text,
    made_at bigint
);
create unique index objections_by_token on objections (token_hash) where token_hash is not null;

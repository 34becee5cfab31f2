-- What each of two quarters said last about being neighbours (decision 0078).
create table handshakes (
    actor uuid primary key references actors (id),
    -- The words of both, as JSON.
    words text not null,
    -- What follows from them: strangers, asked, invited, neighbours, ended.
    standing text not null,
    -- Since when it stands so.
    since bigint not null,
    -- When we last said something, or said it again.
    said_at bigint,
    -- The id of what they said last, to answer.
    theirs text,
    -- The id of what we said last, to take back.
    ours text,
    -- What they wrote beside it, and whom to ask there.
    sentence text,
    contact text
);
create index handshakes_by_standing on handshakes (standing);

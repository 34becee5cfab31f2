-- A second editor says yes to what comes from outside, where a quarter wants that; and nobody waits unseen.
create table approvals (
    -- Our key of what waits, or of the source that is to be trusted.
    object uuid not null,
    account uuid not null,
    -- When what was approved had last been changed: a yes is for the words that were read.
    version bigint not null,
    approved_at bigint not null,
    primary key (object, account)
);
create index approvals_by_account on approvals (account);

-- The last letter about what waits, to the editors and to who covers for them.
create table reminders (
    name text primary key,
    sent_at bigint not null,
    entries bigint not null
);

-- Since when an editor wants no letters about what waits.
alter table accounts add column unreminded_at bigint;

-- Since when a host has failed without a break, for people: when it last got something says little where little is sent.
alter table lanes add column failing_since bigint;

-- What somebody looks for, has found or gives away hangs on the board until its day.

alter table posts add column topic text;
alter table posts add column expires_at bigint;
-- When its author was asked whether it should stay.
alter table posts add column asked_at bigint;
create index posts_expiring on posts (expires_at) where expires_at is not null;

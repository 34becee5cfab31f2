-- What goes on at a certain time began less than a day before, or lasts longer than a day, as few do: so a list costs as
-- much as it shows, however many events there are.
create index events_long on events (ends_at) where ends_at - starts_at > 86400000;
-- What waits for editors is little among much.
create index events_drafts on events (starts_at, id) where draft;
create index posts_held on posts (published_at, id) where held;
-- One post may have thousands of inboxes on one host: they are walked through in the order of this index, and not sorted
-- anew for every twenty.
create index deliveries_in_order on deliveries (host, activity, inbox) where state = 'waiting';
drop index deliveries_waiting;

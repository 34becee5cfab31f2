-- What the people of a quarter said about it on its own pages, and whether it is open; a quarter from before is.
create table settings (
    key text primary key,
    value text not null,
    changed_at bigint not null
);
insert into settings (key, value, changed_at) select 'open', 'yes', 0 where exists (select 1 from actors);

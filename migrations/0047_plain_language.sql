-- A post may say the same in plain language; events keep it with what no query asks for.

alter table posts add column plain text not null default '';

-- What readers are told before they see a post whose author asks for that; empty where it is only said to be sensitive.
alter table posts add column warning text;

-- Who made a picture, and under which licence it may be used: a newspaper prints none without.

alter table media add column credit text;
alter table attachments add column credit text;

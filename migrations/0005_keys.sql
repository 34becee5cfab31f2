-- What is said is proven by a key of its own (Ed25519), also when others carry it.
alter table private_keys add column ed25519 bytea;

-- The public ones of every actor, a line for each: id, key and, if it expires, milliseconds.
alter table actors add column assertion_keys text;

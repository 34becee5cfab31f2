-- A quote that its author does not let stand is told from one that still waits for an answer.
alter table quotes add column refused_at bigint;

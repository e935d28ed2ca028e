-- 0006: why somebody the person knows interpreted, and why no advocate took part: reasons with a place of their own.
-- Only adds columns, so the running release keeps working. Undo: drop the two columns.
alter table consents add column interpreter_why text;
alter table best_interests add column imca_why text not null default '';

-- 0009: a task may wait: it is listed from a day on, such as a hundred days before an eighteenth birthday.
-- Only adds a column, so the running release keeps working. Undo: alter table tasks drop column starts_at.
alter table tasks add column starts_at BIGINT not null default 0;   -- microseconds since 1970, UTC

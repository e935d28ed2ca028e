-- 0010: tasks as people meet them: a note, a version, who had it before, days moved with a reason, what was
-- undone, and when a task went up to the sergeant or the inspector.
-- Only adds, so the running release keeps working. Undo: drop table task_escalations; drop table task_changes;
-- drop index tasks_due; drop index tasks_done; alter table tasks drop column note; alter table tasks drop column version.
alter table tasks add column note text;                            -- what is meant, in the words of whoever added it
alter table tasks add column version BIGINT not null default 1;
create table task_changes (
    id         UUID not null primary key,
    task_id    UUID not null references tasks (id),
    change     text not null,                 -- owner, due, reopened
    owner_from UUID references users (id),
    owner_to   UUID references users (id),
    due_from   BIGINT,
    due_to     BIGINT,
    done_at    BIGINT,                        -- of what was undone: when it had been called done, by whom, with what result
    done_by    UUID references users (id),
    result     text,
    reason     text,
    by_id      UUID not null references users (id),
    at         BIGINT not null
);
create index task_changes_task on task_changes (task_id, at);
create table task_escalations (
    id          UUID not null primary key,
    task_id     UUID not null references tasks (id),
    rung        text not null,                -- sergeant, inspector
    due_at      BIGINT not null,              -- the day that was missed
    at          BIGINT not null,              -- when the task went up
    recorded_at BIGINT not null,              -- when the program noticed
    settled_at  BIGINT                        -- with the task, or when its day was moved
);
create unique index task_escalations_once on task_escalations (task_id, rung, due_at);
create index tasks_due on tasks (due_at, id) where done_at is null;
create index tasks_done on tasks (team_id, done_at, id) where done_at is not null;

-- 0008: tasks and drafts found fast among many: mine, my team's, those nobody is named for, those about a record.
-- Every task has a day from now on. Only adds indexes and replaces two by better ones.
-- Undo: drop the indexes; create index tasks_team on tasks (team_id, done_at); create index tasks_owner on tasks
-- (owner_id, done_at).
update tasks set due_at = raised_at + 604800000000 where due_at is null;
drop index tasks_team;
drop index tasks_owner;
create index tasks_own on tasks (owner_id, due_at, id) where done_at is null;
create index tasks_of_team on tasks (team_id, due_at, id) where done_at is null;
create index tasks_raised on tasks (raised_by, due_at, id) where done_at is null;
create index tasks_for_any on tasks (team_id, kind, due_at, id) where done_at is null and owner_id is null;
create index tasks_person on tasks (person_id) where done_at is null;
create index tasks_referral on tasks (referral_id) where done_at is null;
create index referrals_begun on referrals (author_id, stage, updated_at, id);
create index referrals_allocated on referrals (allocated_to, stage, updated_at, id);

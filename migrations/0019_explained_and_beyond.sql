-- 0019: what was used to explain and which privacy notice was shown are two facts. The column of the notice held either;
-- the versions of our own explanations move to a column of their own, and what was typed stays where it is.
-- A comparison beyond sight that no inspector could be told of waits and is tried again, and what was told belongs to the
-- task it was told in: once that is done, its questions are not told again with the next.
-- Only adds columns and moves our own versions, so the running release keeps working; until it is replaced it does not
-- show the moved ones. Undo: update consents set notice_version = explanation_version where notice_version is null;
-- alter table consents drop column explanation_version; alter table reuse_checks drop column looked_at;
-- alter table reuse_told drop column task_id.
alter table consents add column explanation_version text;
update consents set explanation_version = notice_version, notice_version = null
    where notice_version like 'adult-____-__' or notice_version like 'child-____-__';
alter table reuse_checks add column looked_at BIGINT not null default 0;   -- microseconds, UTC; 0: not yet
alter table reuse_told add column task_id UUID references tasks (id);
update reuse_told set task_id = (
    select t.id from tasks t
    where t.referral_id = reuse_told.other_id and t.kind = 'reused_text'
        and (t.done_at is null or t.done_at >= reuse_told.told_at)
    order by t.raised_at, t.id limit 1);

-- 0007: why an answer changed and with which version of its referral; lists of referrals and passages found
-- fast among many. Only adds columns and indexes, and replaces two indexes by wider ones.
-- Undo: drop the indexes and the two columns; create index referrals_team on referrals (team_id, updated_at);
-- create index answer_changes_referral on answer_changes (referral_id, key, changed_at).
alter table answer_changes add column cause text not null default 'saved';   -- saved, filled, age_changed
alter table answer_changes add column version BIGINT not null default 0;     -- of the referral: one more with each save
drop index answer_changes_referral;
create index answer_changes_version on answer_changes (referral_id, version, key);
drop index referrals_team;
create index referrals_changed on referrals (team_id, updated_at, id);
create index referrals_stage on referrals (team_id, stage, updated_at, id);
create index referrals_route on referrals (team_id, route, updated_at, id);
create index referrals_author on referrals (team_id, author_id, updated_at, id);
create index referrals_worker on referrals (team_id, allocated_to, updated_at, id);
create index referrals_episode on referrals (episode_id);
create index authority_contacts_referral on authority_contacts (referral_id);
create index withdrawals_referral on withdrawals (referral_id);
create index files_record on files (record);

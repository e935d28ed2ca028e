-- 0005: people found fast among many, by name, by last change, by who made the record; names and contact
-- routes that a page can point at. Only adds columns and indexes, and replaces two indexes by wider ones.
-- Undo: drop the indexes and the two columns; create index persons_updated on persons (team_id, updated_at)
-- and index person_keys_person on person_keys (person_id).
alter table person_names add column public_id text;
create unique index person_names_public on person_names (public_id);
create index person_names_folded on person_names (folded);
alter table contact_routes add column public_id text;
create unique index contact_routes_public on contact_routes (public_id);
drop index person_keys_person;
create index person_keys_of on person_keys (person_id, key);
drop index persons_updated;
create index persons_changed on persons (team_id, updated_at, id);
create index persons_author on persons (team_id, created_by, sort_name, id);
create index persons_restricted on persons (team_id, sort_name, id) where restriction <> 'none';
create index referrals_person_stage on referrals (person_id, stage);
create index referrals_stage_person on referrals (stage, person_id);

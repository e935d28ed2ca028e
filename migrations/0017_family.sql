-- 0017: people who are referred together, each by themselves. A family links persons; which referral of a person is
-- meant is looked up, so that a later one takes its place. What was written once for all of them is kept here as it
-- was written, sealed where the question is; a change is another row.
-- Only adds tables, so the running release keeps working. Undo: drop table family_kept; drop table family_answers;
-- drop table family_members; drop table families.
create table families (
    id              UUID not null primary key,
    public_id       text not null unique,
    agency_id       UUID not null references agencies (id),
    team_id         UUID not null references teams (id),
    form            text not null,             -- the questions its members share
    retention_class text not null,
    review_on       text not null,             -- civil date
    version         BIGINT not null,           -- one more with each change of a shared answer or of its members
    begun_by        UUID not null references users (id),
    begun_at        BIGINT not null            -- microseconds, UTC
);
create table family_members (
    id           UUID not null primary key,
    family_id    UUID not null references families (id),
    person_id    UUID not null references persons (id),
    position     BIGINT not null,              -- from 0, in the order added
    relationship text not null,                -- the codes of domain's family::Relationship
    added_by     UUID not null references users (id),
    added_at     BIGINT not null
);
create unique index family_members_person on family_members (family_id, person_id);
create index family_members_of on family_members (person_id);
create table family_answers (
    id            UUID not null primary key,
    family_id     UUID not null references families (id),
    key           text not null,               -- the question
    value         text,                        -- JSON, perhaps sealed; null: taken back, members keep their own
    answered_by   UUID not null references users (id),
    answered_at   BIGINT not null,
    superseded_at BIGINT
);
create unique index family_answers_now on family_answers (family_id, key) where superseded_at is null;
-- A member's own answer was kept although the family's says something else: it is not offered again until that changes.
create table family_kept (
    id          UUID not null primary key,
    answer_id   UUID not null references family_answers (id),
    referral_id UUID not null references referrals (id),
    kept_by     UUID not null references users (id),
    kept_at     BIGINT not null
);
create unique index family_kept_once on family_kept (answer_id, referral_id);

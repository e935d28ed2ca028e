-- 0003: people, and the facts recorded about them. Facts are rows that only ever get company.
-- Undo: drop every table it makes.
create table persons (
    id              UUID not null primary key,
    public_id       text not null unique,
    reference       text not null unique,
    agency_id       UUID not null references agencies (id),
    team_id         UUID not null references teams (id),
    first_name      text,
    last_name       text,
    called          text,                     -- what colleagues write when no name may be: "PV3", "woman from the flat"
    dob             text,                     -- partial date as typed and understood: 1998, 1998-03, 1998-03-09, ~1998
    gender          text,                     -- female, male, neither
    nationality     text,
    nationality_second text,
    language        text,
    interpreter     text,                     -- yes, no
    communication_help text,
    home_office_reference text,
    children        text,                     -- yes, no
    county_lines    text,                     -- yes, no: ours, the form has no box for it
    notes           text,
    unknowns        JSON not null,            -- field -> unknown, not_asked, refused, not_safe_to_ask
    sort_name       text not null,            -- folded, for ordering by people's eyes on both engines
    restriction     text not null,            -- none, restricted, sealed
    retention_class text not null,            -- role in record: pv_victim, ...
    review_on       text not null,            -- civil date
    version         BIGINT not null,
    created_by      UUID not null references users (id),
    created_at      BIGINT not null,
    updated_at      BIGINT not null
);
create index persons_team on persons (team_id, sort_name, id);
create index persons_updated on persons (team_id, updated_at);
create table person_names (
    id        UUID not null primary key,
    person_id UUID not null references persons (id),
    kind      text not null,                  -- given, alias, nickname, exploitation_name, other_spelling
    raw       text not null,                  -- as typed
    folded    text not null,                  -- comparable form
    recorded_by UUID not null references users (id),
    recorded_at BIGINT not null,
    removed_at  BIGINT
);
create index person_names_person on person_names (person_id);
create table person_keys (
    person_id UUID not null references persons (id),
    key       text not null,                  -- one folded token or reference
    primary key (key, person_id)
);
create index person_keys_person on person_keys (person_id);
create table record_keys (
    record  UUID not null primary key,        -- the record's own key, wrapped by the key file
    wrapped BYTES not null
);
create table contact_routes (
    id          UUID not null primary key,
    person_id   UUID not null references persons (id),
    sealed      BYTES not null,               -- kind, value, whose, safe times, notes: under the record's key
    safe        text not null,                -- confirmed, not_confirmed, never
    recorded_by UUID not null references users (id),
    recorded_at BIGINT not null,
    ended_at    BIGINT,
    ended_by    UUID references users (id)
);
create index contact_routes_person on contact_routes (person_id);
-- What the person answered, item by item: never one box, never overwritten (CONS-5).
create table consents (
    id            UUID not null primary key,
    public_id     text not null unique,
    person_id     UUID not null references persons (id),
    item          text not null,              -- nrm_entry, msvcc_support, police_cooperation, dtn_identity, decision_to_third_party, share_partner:<public id>
    value         text not null,
    asked_at      BIGINT not null,
    explained_by  text not null,
    language      text,
    interpreter   text,                       -- none_needed, used_independent, used_known, refused, not_available
    interpreter_chosen_by_person BOOLEAN not null,
    method        text,                       -- in_person, phone, video, letter, none
    notice_version text,
    reason        text,
    recorded_by   UUID not null references users (id),
    recorded_at   BIGINT not null
);
create index consents_person on consents (person_id, item, asked_at);
-- Three ages, each with what it rests on: now, at exploitation, at an alleged act.
create table ages (
    id          UUID not null primary key,
    person_id   UUID not null references persons (id),
    at_what     text not null,                -- now, exploitation, act
    value       text not null,                -- adult, child, not_sure
    basis       text not null,                -- stated, document, officer_view, local_authority_assessment, court, other
    basis_words text,
    settled_on  text,                         -- civil date of a determination, if it is one
    recorded_by UUID not null references users (id),
    recorded_at BIGINT not null
);
create index ages_person on ages (person_id, at_what, recorded_at);
create table capacity_assessments (
    id           UUID not null primary key,
    public_id    text not null unique,
    person_id    UUID not null references persons (id),
    assessor     text not null,
    assessed_on  text not null,
    decision_asked text not null,
    functional   text not null,               -- understand, retain, weigh, communicate: reasoning
    diagnostic   text not null,
    support_given text not null,
    outcome      text not null,               -- has_capacity, lacks_capacity
    temporary    text not null,               -- yes, no, not_known
    reassess_on  text,
    recorded_by  UUID not null references users (id),
    recorded_at  BIGINT not null
);
create table best_interests (
    id            UUID not null primary key,
    public_id     text not null unique,
    person_id     UUID not null references persons (id),
    assessment_id UUID not null references capacity_assessments (id),
    decision_maker text not null,
    consultees    text not null,
    imca          text not null,              -- instructed, not_required, unavailable, and why
    decision      text not null,              -- refer, do_not_refer
    reasons       text not null,
    recorded_by   UUID not null references users (id),
    recorded_at   BIGINT not null
);
create table best_interests_signatures (
    best_interests_id UUID not null primary key references best_interests (id),
    signed_by  UUID not null references users (id),
    signed_at  BIGINT not null,
    note       text
);
-- Restricting, sealing, lifting: decisions with a reason and a day to look again.
create table restrictions (
    id          UUID not null primary key,
    object_kind text not null,                -- person, referral
    object      UUID not null,
    level       text not null,                -- none, restricted, sealed
    reason      text not null check (length(trim(reason)) > 0),
    review_on   text not null,
    decided_by  UUID not null references users (id),
    decided_at  BIGINT not null
);
create index restrictions_object on restrictions (object);

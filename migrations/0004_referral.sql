-- 0004: referrals: the draft and its answers, what was prepared, read by a second person, handed over and sent.
-- Undo: drop every table it makes.
create table episodes (
    id          UUID not null primary key,
    public_id   text not null unique,
    person_id   UUID not null references persons (id),
    supersedes  UUID references episodes (id),  -- a later NRM after a Duty to Notify
    supersedes_reason text,
    opened_by   UUID not null references users (id),
    opened_at   BIGINT not null
);
create index episodes_person on episodes (person_id);
create table referrals (
    id              UUID not null primary key,
    public_id       text not null unique,
    reference       text not null unique,
    agency_id       UUID not null references agencies (id),
    team_id         UUID not null references teams (id),
    person_id       UUID not null references persons (id),
    episode_id      UUID not null references episodes (id),
    form            text not null,            -- id of the question set, kept for ever
    stage           text not null,            -- draft, in_review, prepared, sent, withdrawn: the last fact below, for lists
    route           text not null,            -- undecided, nrm, dtn: as the rules say today, for lists
    author_id       UUID not null references users (id),
    allocated_to    UUID references users (id),
    restriction     text not null,
    retention_class text not null,
    review_on       text not null,
    version         BIGINT not null,
    created_at      BIGINT not null,
    updated_at      BIGINT not null
);
create index referrals_team on referrals (team_id, updated_at);
create index referrals_person on referrals (person_id);
create table answers (
    referral_id UUID not null references referrals (id),
    key         text not null,
    value       JSON not null,                -- text, list of texts, or {"unknown": kind}
    filled_from text,                         -- person: taken from what was known, to be checked
    answered_by UUID not null references users (id),
    answered_at BIGINT not null,
    primary key (referral_id, key)
);
create table answer_changes (
    id          UUID not null primary key,
    referral_id UUID not null references referrals (id),
    step        text not null,
    key         text not null,
    before      JSON,
    after       JSON,
    changed_by  UUID not null references users (id),
    changed_at  BIGINT not null
);
create index answer_changes_referral on answer_changes (referral_id, key, changed_at);
create table referral_steps (
    referral_id UUID not null references referrals (id),
    step        text not null,
    version     BIGINT not null,              -- for two people on one step
    saved_by    UUID not null references users (id),
    saved_at    BIGINT not null,
    primary key (referral_id, step)
);
-- Contact with the local authority about a child: a logged attempt that failed out of hours counts, with a task.
create table authority_contacts (
    id          UUID not null primary key,
    referral_id UUID not null references referrals (id),
    outcome     text not null,                -- reached, not_reached_out_of_hours
    attempted_at BIGINT not null,
    note        text,
    recorded_by UUID not null references users (id),
    recorded_at BIGINT not null
);
-- A second reader's look at a Duty to Notify with free text: what was written and what leaves.
create table reviews (
    id           UUID not null primary key,
    public_id    text not null unique,
    referral_id  UUID not null references referrals (id),
    asked_by     UUID not null references users (id),
    asked_at     BIGINT not null,
    before_sealed BYTES not null,             -- what was written: under the record's key
    after_sealed BYTES,                       -- what leaves
    content_hash BYTES not null,
    closed_at    BIGINT,
    closed_by    UUID references users (id),
    outcome      text,                        -- released, sent_back, taken_back, overtaken
    note         text                         -- to the author, when it was sent back
);
create index reviews_referral on reviews (referral_id);
create table review_findings (
    id          UUID not null primary key,
    review_id   UUID not null references reviews (id),
    key         text not null,                -- the answer
    kind        text not null,                -- the codes of domain's review::Kind
    must_go     BOOLEAN not null,             -- may be reworded or taken out, never kept
    start_at    BIGINT not null,              -- byte offset in the answer as written
    end_at      BIGINT not null,
    settled     text,                         -- generalised, kept, removed
    replacement_sealed BYTES,
    why         text,
    settled_by  UUID references users (id),
    settled_at  BIGINT
);
create index review_findings_review on review_findings (review_id);
-- What we made, ready to hand over.
create table preparations (
    id           UUID not null primary key,
    public_id    text not null unique,
    referral_id  UUID not null references referrals (id),
    route        text not null,               -- nrm, dtn
    content_sealed BYTES not null,            -- Home Office keys and answers, as they leave
    content_hash BYTES not null,
    review_id    UUID references reviews (id),
    confirmed    text not null,               -- author, second_reader
    prepared_by  UUID not null references users (id),
    prepared_at  BIGINT not null,
    withdrawn_at BIGINT                       -- reopened for change; a new one follows
);
create index preparations_referral on preparations (referral_id);
create table handover_ticks (
    preparation_id UUID not null references preparations (id),
    key            text not null,
    ticked_by      UUID not null references users (id),
    ticked_at      BIGINT not null,
    primary key (preparation_id, key)
);
create table files (
    id          UUID not null primary key,
    record      UUID not null,                -- whose key seals it
    media_type  text not null,
    size_bytes  BIGINT not null,
    content_hash BYTES not null,              -- keyed, so that equal files do not show
    sealed      BYTES not null,
    added_by    UUID not null references users (id),
    added_at    BIGINT not null
);
-- Only the Home Office's own copy makes a referral sent.
create table sendings (
    id             UUID not null primary key,
    preparation_id UUID not null references preparations (id),
    file_id        UUID not null references files (id),
    home_office_reference text,
    sent_on        text not null,
    differences_sealed BYTES not null,
    recorded_by    UUID not null references users (id),
    recorded_at    BIGINT not null
);
create index sendings_preparation on sendings (preparation_id);
create table withdrawals (
    id           UUID not null primary key,
    referral_id  UUID not null references referrals (id),
    reason       text not null check (length(trim(reason)) > 0),
    withdrawn_by UUID not null references users (id),
    withdrawn_at BIGINT not null
);
create table tasks (
    id          UUID not null primary key,
    public_id   text not null unique,
    reference   text not null unique,
    agency_id   UUID not null references agencies (id),
    team_id     UUID not null references teams (id),
    person_id   UUID references persons (id),
    referral_id UUID references referrals (id),
    kind        text not null,                -- authority_retry, second_reading, sign_best_interests, reassess_capacity, ...
    due_at      BIGINT,
    owner_id    UUID references users (id),
    raised_by   UUID references users (id),
    raised_at   BIGINT not null,
    done_at     BIGINT,
    done_by     UUID references users (id),
    result      text
);
create index tasks_team on tasks (team_id, done_at);
create index tasks_owner on tasks (owner_id, done_at);

-- 0015: evidence of a referral: files kept outside the database, things that stay where they are, what was
-- said about each, and uploads on their way. Only adds tables, so the running release keeps working.
-- Undo: drop table loose_files; drop table upload_parts; drop table uploads; drop table evidence_checks;
-- drop table evidence_removals; drop table evidence_descriptions; drop table evidence; and take the folder or
-- bucket of files away.

-- A file, or a thing that is kept elsewhere and has a reference only.
create table evidence (
    id           UUID not null primary key,     -- what its file is bound to
    public_id    text not null unique,
    referral_id  UUID not null references referrals (id),
    number       BIGINT not null,               -- on this referral, from 1; never used again
    why_no_file  text,                          -- why it is kept elsewhere
    reference    text,                          -- under which it is kept there
    name         text,                          -- what it was called; shown, never a name on the disk
    kind         text,
    size_bytes   BIGINT,
    blob         text,                          -- SHA-256 of what is kept, and its name there
    wrapped      BYTES,                         -- the file's own key, under the key of the referral
    content_hash BYTES,                         -- keyed, bound to the referral: equal files elsewhere do not show
    added_by     UUID not null references users (id),
    added_at     BIGINT not null,
    version      BIGINT not null,               -- of what is said about it
    unique (referral_id, number),
    check ((blob is null) = (why_no_file is not null))
);
create index evidence_blob on evidence (blob);
-- What is said about it; a correction is a row of its own.
create table evidence_descriptions (
    evidence_id  UUID not null references evidence (id),
    version      BIGINT not null,
    what         text not null check (length(trim(what)) > 0),
    dated        text,                          -- as far as it is known: 2026, 2026-08, ~2026-08-03
    origin       text not null,                 -- where it came from; empty where nobody said
    recorded_by  UUID not null references users (id),
    recorded_at  BIGINT not null,
    primary key (evidence_id, version)
);
-- Taken away from the referral; its file stays until retention decides.
create table evidence_removals (
    evidence_id  UUID not null primary key references evidence (id),
    reason       text not null check (length(trim(reason)) > 0),
    removed_by   UUID not null references users (id),
    removed_at   BIGINT not null
);
-- What the last look at a file found: whole, lost or altered.
create table evidence_checks (
    evidence_id  UUID not null primary key references evidence (id),
    outcome      text not null,
    checked_at   BIGINT not null
);
create index evidence_checks_at on evidence_checks (checked_at);
-- A file on its way, or arrived and not described yet. Gone after a day.
create table uploads (
    id           UUID not null primary key,
    public_id    text not null unique,
    referral_id  UUID not null references referrals (id),
    begun_by     UUID not null references users (id),
    name         text not null,
    mark         text,                          -- the sender's own, to find it again
    size_bytes   BIGINT,                        -- as announced; not known of a plain form
    received     BIGINT not null,
    problem      text,                          -- why it is not taken
    kind         text,                          -- from here on: once it arrived whole
    blob         text,
    wrapped      BYTES,
    content_hash BYTES,
    begun_at     BIGINT not null,
    expires_at   BIGINT not null
);
create index uploads_of on uploads (referral_id, begun_by);
create index uploads_expire on uploads (expires_at);
create index uploads_blob on uploads (blob);
-- Pieces of a file on its way, sealed under the key of the referral.
create table upload_parts (
    upload_id    UUID not null references uploads (id),
    at_byte      BIGINT not null,
    sealed       BYTES not null,
    primary key (upload_id, at_byte)
);
-- Files that are kept and that no row above names, or not yet: swept from the instant on that stands there.
create table loose_files (
    blob         text not null primary key,
    from_at      BIGINT not null
);

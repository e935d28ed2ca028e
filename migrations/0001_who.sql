-- 0001: who is asking. Agencies, teams, accounts, sessions, tokens, grants, and what keeps strangers out.
-- First migration; undo: drop every table it makes.
create table agencies (
    id         UUID not null primary key,
    public_id  text not null unique,
    name       text not null,
    kind       text not null,                 -- police, local_authority, health, charity, labour, other
    created_at BIGINT not null                -- microseconds, UTC, as everywhere
);
create table teams (
    id         UUID not null primary key,
    public_id  text not null unique,
    agency_id  UUID not null references agencies (id),
    name       text not null,
    created_at BIGINT not null
);
create table users (
    id             UUID not null primary key,
    public_id      text not null unique,
    agency_id      UUID not null references agencies (id),
    team_id        UUID references teams (id),
    username       text not null unique,      -- folded to lower case
    display_name   text not null,
    role           text not null,
    email          text,
    locale         text not null default 'en',
    password_hash  text not null,             -- Argon2id, PHC string
    totp_sealed    BYTES,                     -- sealed under the key file
    totp_confirmed_at BIGINT,
    totp_last_step BIGINT,                    -- a code is taken once
    must_change_password BOOLEAN not null,
    disabled_at    BIGINT,
    version        BIGINT not null,
    created_at     BIGINT not null
);
create table recovery_codes (
    user_id   UUID not null references users (id),
    code_hash BYTES not null,
    used_at   BIGINT,
    primary key (user_id, code_hash)
);
create table sessions (
    id               UUID not null primary key,
    token_hash       BYTES not null unique,   -- SHA-256 of the cookie; the cookie itself is never kept
    csrf_secret      BYTES not null,
    user_id          UUID not null references users (id),
    created_at       BIGINT not null,
    last_seen_at     BIGINT not null,
    second_factor_at BIGINT,                  -- null until the code page is passed
    device           text not null,           -- browser and system in words, never the whole header
    ended_at         BIGINT
);
create index sessions_user on sessions (user_id);
-- A form that came after its session ended: offered back after sign-in, forgotten after a day.
create table stashes (
    id      UUID not null primary key,
    user_id UUID not null references users (id),
    path    text not null,
    sealed  BYTES not null,                   -- the body, under the key file
    at      BIGINT not null
);
create index stashes_user on stashes (user_id);
create table tokens (
    id           UUID not null primary key,
    public_id    text not null unique,
    token_hash   BYTES not null unique,
    user_id      UUID not null references users (id),
    label        text not null,
    scopes       JSON not null,               -- array of scope words
    created_at   BIGINT not null,
    expires_at   BIGINT,
    last_used_at BIGINT,
    revoked_at   BIGINT
);
-- Allocation, supervision, acting rank, on-call cover, shares: dated, with a reason.
create table grants (
    id          UUID not null primary key,
    public_id   text not null unique,
    subject     UUID not null references users (id),
    relation    text not null,                -- allocated, supervises, named, shared, acting, covers
    object_kind text not null,                -- person, referral, team, role
    object      text not null,                -- a public id, a team's id in text, or a role
    from_at     BIGINT not null,
    until_at    BIGINT,                       -- not included
    reason      text not null check (length(trim(reason)) > 0),
    granted_by  UUID references users (id),
    granted_at  BIGINT not null,
    ended_at    BIGINT,
    ended_by    UUID references users (id)
);
create index grants_subject on grants (subject);
create index grants_object on grants (object_kind, object);
-- Sign-in attempts, counted in the database so that every node counts together.
create table throttles (
    scope      text not null,                 -- account or address
    key_hash   BYTES not null,                -- keyed hash, never the name or the address
    failures   BIGINT not null,
    window_at  BIGINT not null,
    primary key (scope, key_hash)
);
-- Which write an Idempotency-Key stood for, and its answer. Forgotten after a day.
create table idempotency_keys (
    user_id        UUID not null references users (id),
    key            text not null,
    request_hash   BYTES not null,            -- keyed hash of method, path and body
    claim          UUID not null,             -- the attempt that holds the key
    claimed_at     BIGINT not null,
    carried_out_at BIGINT,                    -- set in the transaction of the write itself
    status         BIGINT,                    -- null until the answer is known
    answer         BYTES,                     -- headers and body, sealed under the key file
    primary key (user_id, key)
);
create index idempotency_keys_claimed on idempotency_keys (claimed_at);
create table settings (
    name  text not null primary key,
    value text not null
);

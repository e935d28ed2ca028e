-- 0011: a daily e-mail that says only that something waits, and a calendar feed of one's own tasks.
-- Only adds, so the running release keeps working. Undo: drop table feeds; drop table digests; alter table users
-- drop column digest_since.
alter table users add column digest_since BIGINT;     -- since when they want the daily e-mail; null: they do not
create table digests (
    id          UUID not null primary key,
    user_id     UUID not null references users (id),
    day         text not null check (day like '____-__-__'), -- civil date, Europe/London
    waiting     BIGINT not null,                       -- how many things waited when it was queued
    queued_at   BIGINT not null,
    tries       BIGINT not null,
    next_try_at BIGINT not null,
    settled     text,                                  -- sent, nothing, off, given_up; null while it waits
    settled_at  BIGINT,
    error       text                                   -- of the last try, a code: never an address or a server's words
);
create unique index digests_once on digests (user_id, day);
create index digests_open on digests (next_try_at) where settled is null;
create table feeds (
    id           UUID not null primary key,
    user_id      UUID not null references users (id),
    secret_hash  BYTES not null unique,                -- SHA-256 of what stands in the address; itself never kept
    created_at   BIGINT not null,
    last_used_at BIGINT,                               -- to the minute
    revoked_at   BIGINT
);
create index feeds_user on feeds (user_id);

-- 0016: what somebody tells a first responder before any form: in their own words, with breaks and interpreter, ended
-- with a reason. Rows only get company: a note is written anew with the one before kept, a break is two rows.
-- Only adds tables, so the running release keeps working. Undo: drop table first_account_turns;
-- drop table first_account_notes; drop table first_accounts.
create table first_accounts (
    id           UUID not null primary key,
    public_id    text not null unique,
    referral_id  UUID not null references referrals (id),   -- kept and reviewed with it
    talk         text not null,            -- the order for talking, kept for ever
    begun_at     BIGINT not null,          -- microseconds, UTC
    from_paper   BOOLEAN not null,
    age          text not null,            -- as it was known then: adult, child, not_sure
    gate         JSON not null,            -- what was asked before the first question: codes
    choice       text,                     -- of a woman or a man as interpreter
    pack         text not null,            -- the information pack that was given
    words_sealed BYTES not null,           -- place, company, language, interpreter, needs: under the referral's key
    version      BIGINT not null,          -- for two who write at once
    recorded_by  UUID not null references users (id),
    recorded_at  BIGINT not null
);
create index first_accounts_referral on first_accounts (referral_id, begun_at);
create table first_account_notes (
    id          UUID not null primary key,
    account_id  UUID not null references first_accounts (id),
    topic       text not null,
    number      BIGINT not null,           -- from 1: the version of the topic's note
    text_sealed BYTES not null,            -- under the referral's key
    written_by  UUID not null references users (id),
    written_at  BIGINT not null
);
create unique index first_account_notes_number on first_account_notes (account_id, topic, number);
create table first_account_turns (
    id          UUID not null primary key,
    account_id  UUID not null references first_accounts (id),
    number      BIGINT not null,           -- from 1, in the order they happened
    kind        text not null,             -- paused, resumed, stopped
    at          BIGINT not null,
    reason      text,                      -- of an end
    note_sealed BYTES,
    left_apart  text,                      -- whether the interpreter left at another time: yes, no, not_asked
    recorded_by UUID not null references users (id),
    recorded_at BIGINT not null
);
create unique index first_account_turns_number on first_account_turns (account_id, number);

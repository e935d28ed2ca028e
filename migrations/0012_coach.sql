-- 0012: what the coach compares and what officers set aside. Prints are keyed hashes of runs of words: they tell that
-- two narratives hold the same words, and nothing can be read from them.
-- Only adds tables, so the running release keeps working. Undo: drop table coach_set_aside; drop table reuse_told;
-- drop table reuse_checks; drop table reuse_prints.
create table reuse_prints (
    referral_id UUID not null references referrals (id),
    key         text not null,             -- the question
    print       BIGINT not null,           -- the first eight bytes of a keyed hash
    primary key (referral_id, key, print)
);
create index reuse_prints_print on reuse_prints (print);

-- Referrals whose words are still to be compared with records their writer may not see: never while they wait.
create table reuse_checks (
    referral_id UUID not null primary key references referrals (id),
    saved_by    UUID not null references users (id),
    saved_at    BIGINT not null            -- microseconds, UTC
);

-- What an inspector was already told of, so that each is told once.
create table reuse_told (
    referral_id UUID not null references referrals (id),
    other_id    UUID not null references referrals (id),
    key         text not null,             -- the question of `referral_id` the words stand in
    told_at     BIGINT not null,           -- microseconds, UTC
    primary key (referral_id, other_id, key)
);
create index reuse_told_other on reuse_told (other_id);

-- Advice somebody found not to be needed, and why. The last row of an advice counts, while `rests` is what its answers are.
create table coach_set_aside (
    id           UUID not null primary key,
    referral_id  UUID not null references referrals (id),
    rule         text not null,
    key          text not null,            -- the question
    about        text not null,            -- the other referral, by its name in addresses; empty for most
    rests        BYTES not null,           -- keyed hash of the answers it rests on
    why          text not null check (length(trim(why)) > 0),
    set_aside_by UUID not null references users (id),
    set_aside_at BIGINT not null           -- microseconds, UTC
);
create index coach_set_aside_referral on coach_set_aside (referral_id);

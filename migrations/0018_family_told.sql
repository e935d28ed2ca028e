-- 0018: what the referrals of a family tell together of a member whom the author of one does not see: when it was looked
-- at last, and of what an inspector was already told.
-- Only adds tables, so the running release keeps working. Undo: drop table family_told; drop table family_looks.
create table family_looks (
    family_id UUID not null primary key references families (id),
    looked_at BIGINT not null              -- microseconds, UTC
);
create table family_told (
    referral_id UUID not null references referrals (id),   -- the one that names
    other_id    UUID not null references referrals (id),   -- of whom it tells
    question    text not null,             -- of `referral_id`
    told_at     BIGINT not null,           -- microseconds, UTC
    primary key (referral_id, other_id, question)
);
create index family_told_other on family_told (other_id);

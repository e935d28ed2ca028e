-- 0014: bank holidays that were loaded from a newer feed, or added by hand, over those that came with the program.
-- Only adds a table, so the running release keeps working. Undo: drop table holidays.
create table holidays (
    id          UUID not null primary key,
    division    text not null,                -- england-and-wales, scotland, northern-ireland
    day         text not null check (day like '____-__-__'),
    title       text not null,
    source      text not null,                -- feed, own
    added_at    BIGINT not null,
    removed_at  BIGINT                        -- a newer feed took its place, or it was removed
);
create unique index holidays_now on holidays (division, day, source) where removed_at is null;

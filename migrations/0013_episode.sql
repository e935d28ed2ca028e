-- 0013: what happened to a passage after its referral was handed over, and the clocks that run, as they were worked out.
-- Events and clocks only ever get company: an event is corrected by a further one that names it, a clock is superseded
-- by another row, never without a cause.
-- Only adds tables, so the running release keeps working. Undo: drop table clocks; drop table episode_letters;
-- drop table episode_events.
create table episode_events (
    id          UUID not null primary key,
    public_id   text not null unique,
    episode_id  UUID not null references episodes (id),
    number      BIGINT not null,              -- from 0, in the order recorded: two who record at once do not both
    kind        text not null,                -- the codes of domain's episode::EventKind
    on_date     text not null check (on_date like '____-__-__'),      -- civil dates, Europe/London
    received_on text check (received_on like '____-__-__'),
    details     JSON not null,                -- codes and dates; words are sealed
    note_sealed BYTES,                        -- under the person's key
    corrects    BIGINT,                       -- the number of an earlier event
    recorded_by UUID references users (id),   -- null: the program, on the day
    recorded_at BIGINT not null
);
create unique index episode_events_number on episode_events (episode_id, number);
-- Letters come when they come: each is a row, under the person's key.
create table episode_letters (
    id        UUID not null primary key,
    event_id  UUID not null references episode_events (id),
    file_id   UUID not null references files (id),
    added_by  UUID not null references users (id),
    added_at  BIGINT not null
);
create index episode_letters_event on episode_letters (event_id);
create table clocks (
    id          UUID not null primary key,
    episode_id  UUID not null references episodes (id),
    kind        text not null,                -- the codes of domain's clock::ClockKind
    rule        text not null,                -- the rule it ran under, with the day that came in
    starts_on   text not null check (starts_on like '____-__-__'),    -- civil dates, Europe/London
    leads_to    text not null check (leads_to like '____-__-__'),
    settled_on  text check (settled_on like '____-__-__'),            -- stopped; null: it runs
    calculation JSON not null,                -- the whole clock, to be said in words
    cause       text not null,                -- what made it be worked out: a code
    computed_at BIGINT not null,
    superseded_at BIGINT,                     -- another row took its place, or nothing runs any more
    superseded_cause text
);
create unique index clocks_now on clocks (episode_id, kind) where superseded_at is null;
create index clocks_running on clocks (kind, leads_to) where superseded_at is null and settled_on is null;

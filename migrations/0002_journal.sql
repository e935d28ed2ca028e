-- 0002: the journal. Events are written with the change they record; the sequencer gives them their
-- place in the tree. Undo: drop the tables (and lose the proof).
create table journal_events (
    id          UUID not null primary key,
    writer      UUID not null,                -- the process that wrote it
    counter     BIGINT not null,              -- 1, 2, 3 … within the writer: a missing one was removed
    at          BIGINT not null,
    actor       UUID,
    role        text,                         -- the actor's standing role then
    session     UUID,
    action      text not null,
    object_kind text,
    object      UUID,
    body        BYTES not null,               -- the canonical bytes that are hashed
    seal        BYTES not null,               -- keyed hash of the body: nobody adds an event without the key file
    leaf        BIGINT,                       -- place in the tree; null until sequenced
    unique (writer, counter),
    unique (leaf)
);
create index journal_waiting on journal_events (at, writer, counter) where leaf is null;
create index journal_at on journal_events (at);
create index journal_object on journal_events (object, at);
create index journal_actor on journal_events (actor, at);
-- Which records a list or a search showed.
create table journal_shown (
    event_id UUID not null references journal_events (id),
    object   UUID not null,
    primary key (event_id, object)
);
create index journal_shown_object on journal_shown (object);
create table journal_nodes (
    level BIGINT not null,
    place BIGINT not null,
    hash  BYTES not null,
    primary key (level, place)
);
create table journal_checkpoints (
    size BIGINT not null primary key,
    root BYTES not null,
    note text not null,                       -- signed note
    at   BIGINT not null
);

-- 0000: what stands before any migration: which of them ran, and who holds a lease (a server, a command
-- that needs the database alone, the journal's sequencer). Run at every start. Undo: never.
create table if not exists migrations (
    number BIGINT not null primary key,
    name   text not null,
    at     BIGINT not null                    -- microseconds, UTC, as everywhere
);
create table if not exists leases (
    name     text not null primary key,
    holder   UUID not null,
    epoch    BIGINT not null,                 -- one more with every change of holder
    until_at BIGINT not null
);

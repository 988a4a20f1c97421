-- Sessions, each a tree of messages, and the text of an answer as it streams.
--
-- Times are milliseconds since 1970 UTC, for people. Order comes from touched
-- and seq, which only grow; the clock may jump.

PRAGMA application_id = 0x61696d6c; -- "aiml"

CREATE TABLE sessions (
  id       TEXT PRIMARY KEY,
  kind     TEXT NOT NULL,
  title    TEXT NOT NULL,
  provider TEXT NOT NULL,
  model    TEXT NOT NULL,
  system   TEXT NOT NULL,
  draft    TEXT NOT NULL,
  leaf     TEXT NOT NULL,    -- id of a message of this session; '' while empty
  created  INTEGER NOT NULL,
  updated  INTEGER NOT NULL,
  touched  INTEGER NOT NULL  -- the session with the greatest is the newest
) STRICT;

CREATE UNIQUE INDEX sessions_touched ON sessions (touched);
CREATE INDEX sessions_kind_touched ON sessions (kind, touched);
CREATE INDEX sessions_title ON sessions (title);

CREATE TABLE messages (
  seq          INTEGER PRIMARY KEY,  -- order of arrival
  id           TEXT NOT NULL UNIQUE,
  session_id   TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  parent_id    TEXT,                 -- NULL for the first
  role         TEXT NOT NULL,
  provider     TEXT NOT NULL,
  model        TEXT NOT NULL,        -- as asked for
  answered_by  TEXT NOT NULL,        -- as the service names it
  created      INTEGER NOT NULL,
  finish       TEXT NOT NULL,        -- '' on an answer: it still streams
  inference_id TEXT NOT NULL,
  error        TEXT CHECK (json_valid(error)),            -- NULL when there was none
  figures      TEXT NOT NULL CHECK (json_valid(figures)), -- usage, cost, timing: services add counters

  UNIQUE (session_id, id),
  FOREIGN KEY (session_id, parent_id) REFERENCES messages (session_id, id)
) STRICT;

CREATE INDEX messages_role ON messages (session_id, role);
CREATE INDEX messages_parent ON messages (session_id, parent_id);
CREATE INDEX messages_streaming ON messages (session_id) WHERE role = 'assistant' AND finish = '';

-- What a message consists of, once it is whole.
CREATE TABLE parts (
  id         INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  ord        INTEGER NOT NULL,
  kind       TEXT NOT NULL,  -- text, reasoning, tool_call, citation
  text       TEXT NOT NULL,
  data       TEXT CHECK (json_valid(data)),

  UNIQUE (message_id, ord)
) STRICT;

-- What has arrived of an answer that still streams. Text and reasoning are cut
-- anywhere, start counts bytes; of tool calls and citations each row is one,
-- as JSON, start counts them. Writing a row again with the same start replaces it.
CREATE TABLE chunks (
  message_id TEXT NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
  kind       TEXT NOT NULL,
  start      INTEGER NOT NULL,
  text       TEXT NOT NULL,

  PRIMARY KEY (message_id, kind, start)
) STRICT, WITHOUT ROWID;

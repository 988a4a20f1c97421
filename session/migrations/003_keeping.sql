-- Keeping house: what is hidden, which branch was shown last, what a message
-- must add up to, and what a person does with a session as a whole.

ALTER TABLE sessions ADD COLUMN chosen   TEXT;                        -- id of the first message last shown; NULL: the newest
ALTER TABLE sessions ADD COLUMN pinned   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN trashed  INTEGER;                     -- when; NULL: it is not in the trash
ALTER TABLE sessions ADD COLUMN queue    TEXT NOT NULL DEFAULT '';    -- what waits to be sent, as JSON; '': nothing
ALTER TABLE sessions ADD COLUMN title_by TEXT NOT NULL DEFAULT '';    -- whose the title is: '', words, model, person
ALTER TABLE sessions ADD COLUMN origin   TEXT NOT NULL DEFAULT '';    -- where it was imported from; '': it is ours

ALTER TABLE messages ADD COLUMN hidden   INTEGER;  -- one number for all that was hidden at once, the greatest is undone first; NULL: shown
ALTER TABLE messages ADD COLUMN chosen   TEXT;     -- id of the child last shown; NULL: the newest
ALTER TABLE messages ADD COLUMN checksum TEXT;     -- NULL: it streams, or is from before version 3
ALTER TABLE messages ADD COLUMN summary  TEXT CHECK (json_valid(summary)); -- of all before it, which it takes the place of in requests
ALTER TABLE messages ADD COLUMN origin   TEXT;     -- 'fork:' and an id: a copy of that message, paid there

CREATE TABLE tags (
  session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  tag        TEXT NOT NULL,

  PRIMARY KEY (session_id, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX tags_tag ON tags (tag, session_id);

-- What was paid for that is no answer in the tree: summaries, titles, and
-- answers that were removed for good.
CREATE TABLE payments (
  id         INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,    -- '' once that is removed
  kind       TEXT NOT NULL,    -- summary, title, removed
  created    INTEGER NOT NULL,
  provider   TEXT NOT NULL,
  model      TEXT NOT NULL,
  figures    TEXT NOT NULL CHECK (json_valid(figures))
) STRICT;

CREATE INDEX payments_created ON payments (created);
CREATE INDEX payments_session ON payments (session_id);

-- Lists put what is pinned first, and leave the trash out.
DROP INDEX sessions_kind_touched;
CREATE INDEX sessions_kind_touched ON sessions (kind, touched) WHERE trashed IS NULL;
CREATE INDEX sessions_kind_pinned ON sessions (kind, pinned, touched) WHERE trashed IS NULL;
CREATE INDEX sessions_pinned ON sessions (pinned, touched) WHERE trashed IS NULL;
CREATE INDEX sessions_trashed ON sessions (trashed, touched) WHERE trashed IS NOT NULL;
CREATE INDEX sessions_queued ON sessions (id) WHERE queue <> '';

-- Siblings and first prompts are counted and found without reading rows.
DROP INDEX messages_parent;
CREATE INDEX messages_parent ON messages (session_id, parent_id, hidden);
DROP INDEX messages_role;
CREATE INDEX messages_role ON messages (session_id, hidden, role);

-- Who names the content of a file. What is damaged names none.
CREATE INDEX parts_file ON parts (CASE WHEN json_valid(data) THEN data ->> '$.sha256' END) WHERE kind = 'file';
CREATE INDEX chunks_file ON chunks (CASE WHEN json_valid(text) THEN text ->> '$.sha256' END) WHERE kind = 'file';

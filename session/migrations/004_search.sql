-- Full text. What is indexed is made of the rows here, so it can be made anew at
-- any time; it holds no text to read. Words come from aimlchat, folded and apart
-- (indexed_words in index.go), for languages without blanks between words too.
--
-- The row of a message has its seq. Before its text stand the session's id and
-- kind, as words that nobody types: so a search stays in some sessions without
-- looking at the hits in others.

CREATE VIRTUAL TABLE search USING fts5(text, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3');
CREATE VIRTUAL TABLE titles USING fts5(title, id, tokenize = 'unicode61 remove_diacritics 0', prefix = '1 2 3');

CREATE TRIGGER messages_unsearched AFTER DELETE ON messages BEGIN
  DELETE FROM search WHERE rowid = old.seq;
END;

CREATE TRIGGER sessions_unsearched AFTER DELETE ON sessions BEGIN
  DELETE FROM titles WHERE titles MATCH 'id : "' || old.id || '"';
END;

INSERT INTO titles (title, id) SELECT indexed_words(title), id FROM sessions WHERE title <> '';

INSERT INTO search (rowid, text)
SELECT m.seq, indexed_words((
    SELECT group_concat(substr(iif(p.kind = 'file', iif(json_valid(p.data), p.data ->> '$.name', ''), p.text), 1, 131072), char(10))
    FROM parts p WHERE p.message_id = m.id AND p.kind IN ('text', 'file')
  ), m.session_id, s.kind)
FROM messages m JOIN sessions s ON s.id = m.session_id
WHERE m.role <> 'assistant' OR m.finish <> '';

-- What was spent since some time is asked for before each message: answers by
-- their time, without reading through the others.
--
-- Kinds of rows that are new with this version, in parts and in chunks: file
-- and opaque (data as JSON), tool_result (text, and the call as JSON in data).

CREATE INDEX messages_created ON messages (created) WHERE role = 'assistant';

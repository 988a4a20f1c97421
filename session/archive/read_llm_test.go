package archive_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/session/archive"
)

// threadSchema is that of llm 0.32 and 0.33, as far as it is read, beside the
// tables of before, which stay.
const threadSchema = `
	CREATE TABLE messages (hash TEXT PRIMARY KEY, parent_hash TEXT REFERENCES messages(hash), role TEXT, provider_metadata TEXT);
	CREATE TABLE threads (id TEXT PRIMARY KEY, name TEXT, tip_message_hash TEXT, forked_from TEXT, datetime_utc TEXT);
	CREATE TABLE turns (id TEXT PRIMARY KEY, thread_id TEXT, parent_message_hash TEXT, tip_message_hash TEXT, model TEXT, resolved_model TEXT,
		options_json TEXT, schema_id TEXT, input_tokens INTEGER, output_tokens INTEGER, token_details TEXT, duration_ms INTEGER, datetime_utc TEXT,
		response_json TEXT);
	CREATE TABLE parts (id INTEGER PRIMARY KEY, message_hash TEXT, position INTEGER, type TEXT, tool_name TEXT, text TEXT, payload TEXT);
	CREATE TABLE part_attachments (part_id INTEGER, attachment_id TEXT, "order" INTEGER, PRIMARY KEY (part_id, attachment_id, "order"));
	CREATE TABLE part_fragments (part_id INTEGER, fragment_id INTEGER, "order" INTEGER);
	CREATE TABLE attachments (id TEXT PRIMARY KEY, type TEXT, path TEXT, url TEXT, content BLOB);
	CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT, source TEXT);
	CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
	CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT, options_json TEXT, response TEXT, response_json TEXT,
		conversation_id TEXT, duration_ms INTEGER, datetime_utc TEXT, input_tokens INTEGER, output_tokens INTEGER, token_details TEXT, schema_id TEXT,
		resolved_model TEXT, reasoning TEXT);`

const threadRows = `
	INSERT INTO messages VALUES ('b2:s', NULL, 'system', NULL), ('b2:u1', 'b2:s', 'user', NULL), ('b2:a1', 'b2:u1', 'assistant', NULL),
		('b2:r1', 'b2:a1', 'user', NULL), ('b2:a2', 'b2:r1', 'assistant', NULL), ('b2:u2', 'b2:a2', 'user', NULL), ('b2:a3', 'b2:u2', 'assistant', NULL),
		('b2:u3', 'b2:a2', 'user', NULL), ('b2:a4', 'b2:u3', 'assistant', NULL), ('b2:x', 'b2:y', 'user', NULL), ('b2:y', 'b2:x', 'assistant', NULL);
	INSERT INTO fragments VALUES (1, 'h', 'a long novel', NULL, '/etc/passwd');
	INSERT INTO attachments VALUES ('a1', 'image/png', '/tmp/x/cat.png', NULL, x'89504e47');
	INSERT INTO parts VALUES (1, 'b2:s', 0, 'text', NULL, 'be kind', NULL),
		(2, 'b2:u1', 0, 'text', NULL, NULL, '{"text_ref": [{"fragment": 1}, {"literal": " and a question"}]}'), (3, 'b2:u1', 1, 'attachment', NULL, NULL, '{"attachment": "a1"}'),
		(4, 'b2:a1', 0, 'reasoning', NULL, 'Hmm.', NULL), (5, 'b2:a1', 1, 'tool_call', 'calendar', NULL, '{"arguments": {"m": 4}, "tool_call_id": "tc1"}'),
		(6, 'b2:r1', 0, 'tool_result', 'calendar', NULL, '{"output": "bloom", "tool_call_id": "tc1"}'),
		(7, 'b2:a2', 0, 'tool_call', 'search', NULL, '{"server_executed": true, "arguments": {}}'), (8, 'b2:a2', 1, 'tool_result', 'search', NULL, '{"output": "", "exception": "ValueError: a page"}'),
		(9, 'b2:a2', 2, 'text', NULL, '{"text": "In April."}', NULL), (10, 'b2:u2', 0, 'text', NULL, 'And pears?', NULL), (11, 'b2:a3', 0, 'text', NULL, 'May.', NULL),
		(12, 'b2:u3', 0, 'text', NULL, 'And plums?', NULL), (13, 'b2:a4', 0, 'text', NULL, 'March.', NULL),
		(14, 'b2:x', 0, 'text', NULL, 'in a circle', NULL), (15, 'b2:y', 0, 'text', NULL, 'round', NULL);
	INSERT INTO part_attachments VALUES (3, 'a1', 0);
	INSERT INTO threads VALUES ('c1', 'Spring', 'b2:a3', NULL, NULL), ('c2', 'Plums', 'b2:a4', 'c1', NULL), ('c3', 'Odd', 'b2:y', NULL, NULL), ('c4', 'Empty', NULL, NULL, NULL);
	INSERT INTO turns VALUES
		('t1', 'c1', 'b2:u1', 'b2:a1', '4o', '4o-2026', NULL, NULL, 7, 9, NULL, 1500, '2026-09-01T10:00:00.123456+00:00', '{"$": "x"}'),
		('t2', 'c1', 'b2:r1', 'b2:a2', '4o', NULL, NULL, NULL, 1, 2, NULL, 10, '2026-09-01T10:00:02', NULL),
		('t3', 'c1', 'b2:u2', 'b2:a3', 'mini', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-01T10:00:04', NULL),
		('t4', 'c2', 'b2:u3', 'b2:a4', 'mini', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-01T10:00:06', NULL),
		('t5', 'c3', 'b2:x', 'b2:y', 'mini', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-01T10:00:08', NULL),
		('t6', 'c3', 'b2:gone', 'b2:lost', 'mini', NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2026-09-01T10:00:09', NULL);`

func TestLLMsThreads(t *testing.T) {
	list, problems, err := all(t, database(t, threadSchema+threadRows))
	if err != nil || len(list) != 3 {
		t.Fatalf("%d conversations, %q, %v", len(list), problems, err)
	}
	const begin = "a< user: text=a long novel and a question file=cat.png/image/png\n" +
		"b<a assistant: reasoning=Hmm. tool_call=tc1/calendar{\"m\": 4}\n" +
		"c<b tool: tool_result=bloomtc1/calendar\n" +
		"d<c assistant: tool_call=/search{} reasoning=**search**\n\n```\nValueError: a page\n```\n text={\"text\": \"In April.\"}\n"
	for title, want := range map[string]string{
		"Spring": begin + "e<d user: text=And pears?\nf<e assistant: text=May. *\n",
		"Plums":  begin + "e<d user: text=And plums?\nf<e assistant: text=March. *\n",
		"Odd":    "a< user: text=in a circle\nb<a assistant: text=round *\n",
	} {
		i := slices.IndexFunc(list, func(s archive.Session) bool { return s.Title == title })
		if i < 0 {
			t.Errorf("there is no %s", title)
			continue
		}
		if got := outline(list[i]); got != want {
			t.Errorf("%s:\n%s\nwant:\n%s", title, got, want)
		}
		sound(t, list[i])
		if title != "Spring" {
			continue
		}
		m := list[i].Messages[1]
		if m.Model != "4o" || m.AnsweredBy != "4o-2026" || *m.Usage.Completion != 9 || m.Timing.Total.Milliseconds() != 1500 || list[i].Origin != "llm:c1" {
			t.Errorf("%+v", m)
		}
	}
	if said := strings.Join(problems, "\n"); !strings.Contains(said, "Spring: its system prompts (1)") || !strings.Contains(said, "Odd: messages that it names (1)") {
		t.Errorf("%q", problems)
	}
}

// A conversation that was begun before there were threads, and goes on in one, is
// one conversation; what the thread repeats of it is a branch.
func TestLLMsConversationOfBothAges(t *testing.T) {
	list, problems, err := all(t, database(t, threadSchema+`
		INSERT INTO conversations VALUES ('c1', 'Old', 'm');
		INSERT INTO responses (id, model, prompt, response, reasoning, conversation_id, datetime_utc) VALUES ('r1', 'm', 'hi', 'hello', 'hm', 'c1', '2025-01-01T00:00:00');
		INSERT INTO messages VALUES ('1', NULL, 'user', NULL), ('2', '1', 'assistant', NULL), ('3', '2', 'user', NULL), ('4', '3', 'assistant', NULL);
		INSERT INTO parts VALUES (1, '1', 0, 'text', NULL, 'hi', NULL), (2, '2', 0, 'text', NULL, 'hello', NULL), (3, '3', 0, 'text', NULL, 'more', NULL), (4, '4', 0, 'text', NULL, 'yes', NULL);
		INSERT INTO threads VALUES ('c1', 'Old', '4', NULL, NULL);
		INSERT INTO turns (id, thread_id, parent_message_hash, tip_message_hash, model, datetime_utc) VALUES ('t1', 'c1', '3', '4', 'm', '2026-09-01T00:00:00');`))
	const want = "a< user: text=hi\nb<a assistant: reasoning=hm text=hello\nc< user: text=hi\nd<c assistant: text=hello\ne<d user: text=more\nf<e assistant: text=yes *\n"
	if err != nil || len(list) != 1 || outline(list[0]) != want || len(problems) > 0 {
		t.Fatalf("%d conversations, %q, %v\n%s", len(list), problems, err, outline(list[0]))
	}
}

package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session/archive"
)

// outline is a conversation on a few lines: who said what, as a tree.
func outline(s archive.Session) string {
	var b strings.Builder
	names := map[string]string{}
	for i, m := range s.Messages {
		names[m.ID] = string(rune('a' + i))
		b.WriteString(names[m.ID] + "<" + names[m.ParentID] + " " + string(m.Role) + ":")
		for _, p := range m.Parts {
			b.WriteString(" " + string(p.Kind) + "=" + p.Text)
			if p.Tool != nil {
				b.WriteString(p.Tool.ID + "/" + p.Tool.Name + p.Tool.Arguments)
			}
			if p.File != nil {
				b.WriteString(p.File.Name + "/" + p.File.MIME)
			}
		}
		if m.ID == s.Leaf {
			b.WriteString(" *")
		}
		b.WriteString("\n")
	}
	return b.String()
}

const chatGPT = `[{"title":"Spring","create_time":1700000000.5,"update_time":1700000100.25,"current_node":"d2","conversation_id":"6f1c","mapping":{
"root":{"id":"root","message":null,"parent":null,"children":["s"]},
"s":{"message":{"author":{"role":"system"},"content":{"content_type":"text","parts":[""]},"weight":0.0,"metadata":{"is_visually_hidden_from_conversation":true}},"parent":"root"},
"u":{"message":{"author":{"role":"user"},"content":{"content_type":"user_editable_context","user_profile":"me"}},"parent":"s"},
"b":{"message":{"author":{"role":"user"},"create_time":1700000001.0,"content":{"content_type":"multimodal_text","parts":[
 {"content_type":"image_asset_pointer","asset_pointer":"file-service://file-Abc123","size_bytes":4},"When do they bloom?"]},
 "metadata":{"attachments":[{"id":"file-Abc123","name":"tree.png"}]}},"parent":"u"},
"c":{"message":{"author":{"role":"assistant"},"create_time":1700000002.0,"content":{"content_type":"thoughts","thoughts":[{"summary":"Dates","content":"Late March"}]}},"parent":"b"},
"w":{"message":{"author":{"role":"assistant"},"create_time":1700000002.1,"recipient":"python","content":{"content_type":"code","language":"python","text":"print(4)"}},"parent":"c"},
"t":{"message":{"author":{"role":"tool","name":"python"},"create_time":1700000002.2,"content":{"content_type":"execution_output","text":"4"}},"parent":"w"},
"r":{"message":{"author":{"role":"assistant"},"create_time":1700000002.3,"content":{"content_type":"reasoning_recap","content":"Thought for 5s"}},"parent":"t"},
"d":{"message":{"author":{"role":"assistant"},"create_time":1700000003.0,"content":{"content_type":"text","parts":["In April."]},"recipient":"all","metadata":{"model_slug":"gpt-4o"}},"parent":"r"},
"b2":{"message":{"author":{"role":"user"},"create_time":1700000004.0,"content":{"content_type":"text","parts":["Edited"]}},"parent":"u"},
"d2":{"message":{"author":{"role":"assistant"},"create_time":1700000005.0,"content":{"content_type":"text","parts":["Yes.",null,7]},"metadata":{"finish_details":{"type":"max_tokens"}}},"parent":"b2"},
"x":{"message":{"author":{"role":"user"},"create_time":1700000006.0,"content":{"content_type":"text","parts":["circle"]}},"parent":"y"},
"y":{"message":{"author":{"role":"user"},"create_time":1700000007.0,"content":{"content_type":"text","parts":["back"]}},"parent":"x"}
}},{"title":"Empty","mapping":{}},{"title":"Odd","mapping":{"a":{"message":{"author":"nobody"}}}},17]`

func TestChatGPT(t *testing.T) {
	list, problems := read(t, chatGPT)
	if len(list) != 1 {
		t.Fatalf("%d conversations, %q", len(list), problems)
	}
	s := list[0]
	const want = "a< user: text=[tree.png]\n\nWhen do they bloom?\n" +
		"b<a assistant: reasoning=**Dates**\n\nLate March\n\n```python\nprint(4)\n```\n\n**python**\n\n```\n4\n``` text=In April.\n" +
		"c< user: text=Edited\n" +
		"d<c assistant: text=Yes. *\n" +
		"e< user: text=back\n" +
		"f<e user: text=circle\n"
	if got := outline(s); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if s.Title != "Spring" || s.Origin != "chatgpt:6f1c" || s.Created.UnixMilli() != 1700000000500 || s.ID != "" || s.System != "" {
		t.Errorf("%+v", s.Session)
	}
	if m := s.Messages[1]; m.Model != "gpt-4o" || m.Finish != api.FinishStop || m.Created.UnixMilli() != 1700000002000 {
		t.Errorf("%+v", m)
	}
	if m := s.Messages[3]; m.Finish != api.FinishLength {
		t.Errorf("%+v", m)
	}
	same(t, "problems", problems, []string{
		"conversation 1 (Spring): its system prompts (1) were left out: they are taken over only from aimlchat's own exports",
		"conversation 1 (Spring): files that it names (1) are not in the export",
		"conversation 2 (Empty): it has no messages",
		"conversation 3 (Odd): a message is not as it should be: a string stands at message.author",
		"conversation 3 (Odd): it has no messages",
		"conversation 4: it is no object",
	})
}

func TestChatGPTsArchive(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range map[string]string{"export/conversations.json": chatGPT, "file-Abc123-tree.png": "\x89PNG", "../../evil.json": "{}"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	list, problems := read(t, b.String())
	if len(list) != 1 || slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, "files") }) {
		t.Fatalf("%d conversations, %q", len(list), problems)
	}
	f := list[0].Messages[0].Parts[1].File
	if f == nil || f.Name != "tree.png" || f.MIME != "image/png" || f.Size != 4 {
		t.Fatalf("%+v", f)
	}
}

func TestListsOfMessages(t *testing.T) {
	const image = `{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw=="}},{"type":"strange"}]}`
	const tools = `{"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}}]}`
	const answer = `{"role":"tool","tool_call_id":"t1","content":"42"}`
	const want = "a< user: text=look file=image/image/png\nb<a assistant: reasoning=hm tool_call=t1/f{}\nc<b tool: tool_result=42t1/ *\n"
	system := `{"role":"developer","content":"obey"}`
	for name, doc := range map[string]string{
		"array":  "[" + strings.Join([]string{system, image, tools, answer}, ",") + "]",
		"object": `{"model":"m","messages":[` + strings.Join([]string{system, image, tools, answer}, ",") + "]}",
		"lines":  "\ufeff" + strings.Join([]string{system, image, tools, answer}, "\n"),
	} {
		list, problems := read(t, doc)
		if len(list) != 1 || outline(list[0]) != want {
			t.Fatalf("%s: %d conversations, %q\n%s", name, len(list), problems, outline(list[0]))
		}
		if all := strings.Join(problems, "\n"); !strings.Contains(all, `a part of the type "strange"`) || !strings.Contains(all, "system prompts (1)") {
			t.Errorf("%s: %q", name, problems)
		}
		checkContent(t, list[0], list[0].Messages[0].Parts[1].File.SHA256, []byte("\x89PNG"))
	}
}

func TestOneALineGoesOnBehindADamagedLine(t *testing.T) {
	const line = `{"messages":[{"role":"user","content":"fine"}]}` + "\n"
	list, problems := read(t, line+`{"messages":[{"role":"user","content":"cut`+"\n"+line+"\n"+`{"a":]}`+"\n"+line+`{"messages":[`)
	if len(list) != 3 {
		t.Errorf("%d conversations", len(list))
	}
	for i, where := range []string{"line 2: ", "line 5: ", "line 7: "} {
		if i >= len(problems) || !strings.HasPrefix(problems[i], where) {
			t.Errorf("problem %d of %q is not of %s", i, problems, where)
		}
	}
}

func TestLimits(t *testing.T) {
	l := archive.Limits{Total: 1 << 20, Message: 100, Session: 300, Messages: 3, Sessions: 2}
	fine := `{"role":"user","content":"fine"}`
	long := `{"role":"user","content":"` + strings.Repeat("x", 200) + `"}`
	for name, c := range map[string]struct {
		doc            string
		messages, said int
	}{
		"message":  {`{"messages":[` + fine + `,` + long + `,` + fine + `]}`, 2, 1},
		"messages": {`{"messages":[` + fine + strings.Repeat(","+fine, 9) + `]}`, 3, 1},
		"loose":    {`[` + fine + strings.Repeat(","+fine, 9) + `]`, 3, 1},
		"deep":     {`{"messages":[` + fine + `],"x":` + strings.Repeat("[", 1000) + strings.Repeat("]", 1000) + "}\n" + fine, 1, 1},
	} {
		in := archive.Input{At: strings.NewReader(c.doc), Size: int64(len(c.doc))}
		messages, said := 0, 0
		for s, err := range archive.Read(t.Context(), in, l) {
			if err != nil {
				said++
			}
			messages += len(s.Messages)
		}
		if messages != c.messages || said != c.said {
			t.Errorf("%s: %d messages, %d problems", name, messages, said)
		}
	}
	many := strings.Repeat(`{"messages":[`+fine+"]}\n", 5)
	var last error
	for _, err := range archive.Read(t.Context(), archive.Input{At: strings.NewReader(many), Size: int64(len(many))}, l) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "more than 2 conversations") {
		t.Errorf("got %v", last)
	}
}

func TestWhatIsNothingOfThis(t *testing.T) {
	for _, doc := range []string{"", "Two eggs.", "\x00\x01", "PK\x03\x04 not really", "SQLite format 3\x00"} {
		in := archive.Input{At: strings.NewReader(doc), Size: int64(len(doc))}
		var last error
		for _, err := range archive.Read(t.Context(), in, archive.DefaultLimits()) {
			last = err
		}
		if last == nil {
			t.Errorf("%q: no error", doc)
		}
	}
}

// A file that says it is ours, and lies.
func TestOurJSONIsNotBelieved(t *testing.T) {
	list, problems := read(t, `{"format":"aimlchat","version":1,"sessions":[
		{"id":"../../etc","title":{"base64":"/w=="},"leaf":"nobody","pinned":"yes","messages":[
			{"id":"a","parent_id":"b","role":"user","parts":[{"kind":"text","text":"one"},{"kind":"nonsense"},{"kind":"file"},
				{"kind":"file","file":{"name":"../../../passwd","mime":"text/plain","size":-4,"url":"file:///etc/passwd"}}]},
			{"id":"b","parent_id":"a","role":"assistant","parts":[{"kind":"tool_call"}]},
			{"id":"b","parent_id":"a","role":"assistant"},
			{"id":"c","role":"king"},
			{"id":"","role":"user"},
			"nothing"],
		"files":[{"sha256":"abc","size":3,"data":"AAAA"}]}]}`)
	if len(list) != 1 {
		t.Fatalf("%d conversations, %q", len(list), problems)
	}
	if got, want := outline(list[0]), "a< assistant: tool_call=/\nb<a user: text=one file=passwd/text/plain *\n"; got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if f := list[0].Messages[1].Parts[1].File; f.URL != "" || f.Size != 0 {
		t.Errorf("%+v", f)
	}
	if len(problems) != 5 {
		t.Errorf("%d problems: %q", len(problems), problems)
	}
	store := newStore(t)
	k, err := archive.NewKeeper(t.Context(), store, false)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := k.Keep(t.Context(), list[0]); err != nil || kept.Session.ID == "../../etc" {
		t.Errorf("%+v, %v", kept, err)
	}
	if _, problems := read(t, `{"format":"aimlchat","version":2,"sessions":[]}`); len(problems) != 1 || !strings.Contains(problems[0], "newer aimlchat") {
		t.Errorf("%q", problems)
	}
}

// llmSchema is that of llm's newest migrations, as far as it is read.
const llmSchema = `
	CREATE TABLE conversations (id TEXT PRIMARY KEY, name TEXT, model TEXT);
	CREATE TABLE responses (id TEXT PRIMARY KEY, model TEXT, prompt TEXT, system TEXT, prompt_json TEXT, options_json TEXT, response TEXT,
		response_json TEXT, conversation_id TEXT, duration_ms INTEGER, datetime_utc TEXT, input_tokens INTEGER, output_tokens INTEGER,
		token_details TEXT, schema_id TEXT, resolved_model TEXT);
	CREATE TABLE attachments (id TEXT PRIMARY KEY, type TEXT, path TEXT, url TEXT, content BLOB);
	CREATE TABLE prompt_attachments (response_id TEXT, attachment_id TEXT, "order" INTEGER);
	CREATE TABLE fragments (id INTEGER PRIMARY KEY, hash TEXT, content TEXT, datetime_utc TEXT, source TEXT);
	CREATE TABLE prompt_fragments (response_id TEXT, fragment_id INTEGER, "order" INTEGER);
	CREATE TABLE tool_calls (id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT, arguments TEXT, tool_call_id TEXT);
	CREATE TABLE tool_results (id INTEGER PRIMARY KEY, response_id TEXT, tool_id INTEGER, name TEXT, output TEXT, tool_call_id TEXT, instance_id INTEGER, exception TEXT);
	CREATE TABLE parts (id INTEGER PRIMARY KEY, response_id TEXT, direction TEXT, role TEXT, part_type TEXT, "order" INTEGER, content TEXT);
	INSERT INTO conversations VALUES ('c1', 'Spring', 'gpt-4o');
	INSERT INTO responses VALUES ('r1', '4o', 'When?', 'be kind', NULL, NULL, 'Let me see.', NULL, 'c1', 1500, '2025-04-01T10:00:00.123456+00:00', 7, 9, NULL, NULL, 'gpt-4o-2024');
	INSERT INTO responses VALUES ('r2', '4o', '', NULL, NULL, NULL, 'In April.', NULL, 'c1', NULL, '2025-04-01T10:00:02', NULL, NULL, NULL, NULL, NULL);
	INSERT INTO responses VALUES ('r3', '4o', 'alone', NULL, NULL, NULL, 'yes', NULL, NULL, NULL, 'nonsense', -1, 'x', NULL, NULL, NULL);
	INSERT INTO fragments VALUES (1, 'h', 'a fragment', NULL, '/etc/passwd');
	INSERT INTO prompt_fragments VALUES ('r1', 1, 0);
	INSERT INTO attachments VALUES ('a1', 'image/png', '/tmp/x/cat.png', NULL, x'89504e47'), ('a2', 'text/plain', '/etc/passwd', NULL, NULL);
	INSERT INTO prompt_attachments VALUES ('r1', 'a1', 0), ('r1', 'a2', 1);
	INSERT INTO tool_calls VALUES (1, 'r1', 1, 'calendar', '{"m":4}', 'tc1');
	INSERT INTO tool_results VALUES (1, 'r2', 1, 'calendar', NULL, 'tc1', NULL, 'bloom');
	INSERT INTO parts VALUES (1, 'r1', 'output', 'assistant', 'reasoning', 0, 'Hmm.');`

func database(t testing.TB, schema string) archive.Input {
	t.Helper()
	path := filepath.Join(t.TempDir(), "logs?.db")
	db, err := sql.Open("sqlite", "file:"+strings.ReplaceAll(path, "?", "%3f"))
	if err == nil {
		_, err = db.ExecContext(context.Background(), schema)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return archive.Input{At: f, Size: info.Size(), Path: path, Alone: true}
}

func all(t testing.TB, in archive.Input) (list []archive.Session, problems []string, failed error) {
	t.Helper()
	for s, err := range archive.Read(t.Context(), in, archive.DefaultLimits()) {
		if _, ok := errors.AsType[*archive.Problem](err); ok {
			problems = append(problems, err.Error())
		} else if err != nil {
			failed = err
		} else {
			list = append(list, s)
		}
	}
	return list, problems, failed
}

func TestLLM(t *testing.T) {
	in := database(t, llmSchema)
	before, _ := os.ReadFile(in.Path)
	list, problems, err := all(t, in)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d conversations, %q, %v", len(list), problems, err)
	}
	i := slices.IndexFunc(list, func(s archive.Session) bool { return s.Title == "Spring" })
	const want = "a< user: text=a fragment\n\n[passwd]\n\nWhen? file=cat.png/image/png\n" +
		"b<a assistant: reasoning=Hmm. text=Let me see. tool_call=tc1/calendar{\"m\":4}\n" +
		"c<b tool: tool_result=bloomtc1/calendar\n" +
		"d<c assistant: text=In April. *\n"
	if got := outline(list[i]); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	m := list[i].Messages[1]
	if m.Model != "4o" || m.AnsweredBy != "gpt-4o-2024" || *m.Usage.Completion != 9 || m.Timing.Total.Milliseconds() != 1500 || m.Created.UnixMilli() != 1743501600123 {
		t.Errorf("%+v", m)
	}
	if len(problems) != 1 || !strings.Contains(problems[0], "conversation Spring: its system prompts (1)") {
		t.Errorf("%q", problems)
	}
	if after, _ := os.ReadFile(in.Path); !bytes.Equal(before, after) {
		t.Error("the database was changed")
	}
	if beside, _ := filepath.Glob(filepath.Join(filepath.Dir(in.Path), "*")); len(beside) != 1 {
		t.Errorf("beside it lies %q", beside)
	}
}

func TestLLMOfAnotherAge(t *testing.T) {
	list, problems, err := all(t, database(t, `CREATE TABLE responses (id, prompt, response, conversation_id);
		INSERT INTO responses VALUES ('r1', 'hi', 'hello', 'c')`))
	if err != nil || len(list) != 1 || outline(list[0]) != "a< user: text=hi\nb<a assistant: text=hello *\n" {
		t.Errorf("%d conversations, %q, %v", len(list), problems, err)
	}
	for schema, want := range map[string]string{
		"CREATE TABLE logs (prompt)": "an old llm",
		"CREATE TABLE recipes (x)":   "no conversation",
		"CREATE TABLE x (id, prompt, response, conversation_id); CREATE VIEW responses AS SELECT * FROM x": "no conversation",
	} {
		if _, _, err := all(t, database(t, schema)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", schema, err)
		}
	}
}

// sound fails if a conversation is not a tree, parents first.
func sound(t *testing.T, s archive.Session) {
	t.Helper()
	seen := map[string]bool{"": true}
	for _, m := range s.Messages {
		if m.ID == "" || !seen[m.ParentID] || seen[m.ID] || m.Role == "" || m.Role == api.System && s.ID == "" || m.Streaming() {
			t.Fatalf("message %q below %q", m.ID, m.ParentID)
		}
		seen[m.ID] = true
		for _, p := range m.Parts {
			if p.Kind == api.FilePart && (p.File == nil || strings.ContainsAny(p.File.Name, `/\`)) {
				t.Fatalf("%+v", p.File)
			}
		}
	}
	if !seen[s.Leaf] {
		t.Fatalf("leaf %q", s.Leaf)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(chatGPT))
	f.Add([]byte(chatGPT2026))
	f.Add([]byte(talk + "]}"))
	f.Add([]byte(`[{"role":"user","content":"x"}]`))
	f.Add([]byte("{\"role\":\"user\",\"content\":\"x\"}\n{\"role\":\"tool\",\"content\":[{\"type\":\"text\"}]}"))
	d := newDice(5)
	f.Add([]byte(export(f, d, archive.JSON, archive.Options{Tree: true}, d.conversation(), d.conversation())))
	l := archive.Limits{Total: 1 << 20, Message: 1 << 16, Session: 1 << 18, Messages: 50, Sessions: 20}
	f.Fuzz(func(t *testing.T, doc []byte) {
		for s, err := range archive.Read(t.Context(), archive.Input{At: bytes.NewReader(doc), Size: int64(len(doc))}, l) {
			if err == nil {
				sound(t, s)
			}
		}
	})
}

// The database of llm, with bytes changed. What SQLite makes of them is checked
// by its own people; here it is that nothing of ours trips.
func FuzzLLM(f *testing.F) {
	var wholes [2][]byte
	for i, schema := range []string{llmSchema, threadSchema + threadRows} {
		var err error
		if wholes[i], err = os.ReadFile(database(f, schema).Path); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(uint32(0), []byte{})
	f.Add(uint32(4096+100), []byte("\xff\xff\xff"))
	f.Add(uint32(28), []byte("\x00\x00\x00\x03"))
	l := archive.Limits{Total: 1 << 20, Message: 1 << 16, Session: 1 << 18, Messages: 50, Sessions: 20}
	f.Fuzz(func(t *testing.T, at uint32, with []byte) {
		doc := bytes.Clone(wholes[len(with)%2])
		copy(doc[int(at)%len(doc):], with)
		path := filepath.Join(t.TempDir(), "logs.db")
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		for s, err := range archive.Read(t.Context(), archive.Input{At: bytes.NewReader(doc), Size: int64(len(doc)), Path: path, Alone: true}, l) {
			if err == nil {
				sound(t, s)
			}
		}
	})
}

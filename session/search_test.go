package session

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/api"
)

// finds searches, and returns the titles of what is found, in order.
func finds(t testing.TB, s *Store, typed string) (titles []string) {
	t.Helper()
	for _, h := range searched(t, s, typed) {
		titles = append(titles, h.Title)
	}
	return titles
}

func searched(t testing.TB, s *Store, typed string) []Hit {
	t.Helper()
	found, err := s.Search(t.Context(), ParseSearch(typed, noon))
	ok(t, err)
	return found.Hits
}

// wantFound checks what is found, in any order.
func wantFound(t testing.TB, s *Store, typed string, want ...string) {
	t.Helper()
	got := finds(t, s, typed)
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q finds %q, want %q", typed, got, want)
	}
}

// titled adds a session with one prompt and one answer.
func titled(t testing.TB, s *Store, title, prompt, answer string) (sessionID, answerID string) {
	t.Helper()
	sessionID = NewID(s.now())
	promptID, answerID := NewID(s.now()), NewID(s.now())
	ok(t, s.Create(t.Context(), Session{ID: sessionID, Title: title, Model: "vendor/model-" + title}))
	ok(t, s.Append(t.Context(), text(promptID, sessionID, "", prompt)))
	ok(t, s.Append(t.Context(), Message{
		ID: answerID, SessionID: sessionID, ParentID: promptID, Role: api.Assistant, Model: "vendor/model-" + title, Finish: api.FinishStop,
		Parts: []api.Part{{Kind: api.ReasoningPart, Text: "pondering"}, {Kind: api.TextPart, Text: answer}},
	}))
	return sessionID, answerID
}

func TestFindsWords(t *testing.T) {
	s := newStore(t)
	titled(t, s, "Kyoto", "When do the cherry trees bloom?", "Around the first week of April, in the Ueno park.")
	titled(t, s, "Code", "what does snake_case_name mean in foo.go?", "It's São Paulo's Größe; ÄRGER and naïve ﬁsh, ｆｕｌｌ.")
	titled(t, s, "Asia", "東京の桜はいつ咲きますか", "ガイドによると四月です。 ภาษาไทย 한국어는")
	for typed, want := range map[string][]string{
		"cherry": {"Kyoto"}, "CHER": {"Kyoto"}, "cherry week": nil, "week april": {"Kyoto"}, "apr wee": nil, "kyo": {"Kyoto"},
		`"first week"`: {"Kyoto"}, `"week first"`: nil, `"first wee"`: nil, `"first week`: {"Kyoto"},
		"snake_case": {"Code"}, "case_name": {"Code"}, "snake_name": nil, "foo.go": {"Code"},
		"sao": {"Code"}, "são paulo": {"Code"}, "grosse": nil, "größe": {"Code"}, "groß": {"Code"}, "ärger": {"Code"}, "arger": {"Code"}, "fish": {"Code"}, "full": {"Code"}, "naïve": {"Code"},
		"桜": {"Asia"}, "東京": {"Asia"}, "京の": {"Asia"}, "京東": nil, "いつ 桜": {"Asia"}, "ガイド": {"Asia"}, "ไทย": {"Asia"}, "한국": {"Asia"}, "四月": {"Asia"},
		"the": {"Kyoto"}, "pondering": nil, "": {"Asia", "Code", "Kyoto"}, "   ": {"Asia", "Code", "Kyoto"}, "???": nil,
		"model:kyoto": {"Kyoto"}, "model:KYOTO april": {"Kyoto"}, "model:code april": nil,
	} {
		wantFound(t, s, typed, want...)
	}
}

// What looks like the syntax of SQL, FTS5 or ours is words, or nothing.
func TestSearchTakesAnything(t *testing.T) {
	s := newStore(t)
	titled(t, s, "One", "and or not near text title", "a - b")
	for _, typed := range []string{
		`"`, `""`, `"""`, `" "`, `a"b`, `"a`, `AND`, `OR OR`, `NOT a`, `NEAR(a b)`, `text:a`, `title : a`, `{text}: a`, `a*`, `*`, `^a`, `(`, `)`, `a)`, `-`, `--`, `'`, `''; DROP TABLE search; --`,
		"a\x00b", "\xff\xfe", "\uE000s", "before:", "before:never", "after:2026-99", "tag:", "tag:#", "is:", "is:x", "kind:", "model:", "model:%", ":", "::", "tag::",
		strings.Repeat("word ", 500), strings.Repeat("x", 5000), `"` + strings.Repeat("a b ", 500) + `"`,
	} {
		_ = searched(t, s, typed)
	}
	wantFound(t, s, "AND", "One")
	wantFound(t, s, "NOT", "One")
	wantFound(t, s, `text:`, "One")
	wantFound(t, s, `before:never and`)
	wantFound(t, s, "\uE000"+"chat")
}

func FuzzSearch(f *testing.F) {
	s := newStore(f)
	titled(f, s, "Kyoto", "When do the cherry trees bloom in 東京?", "In \"April\", says\nthe guide: ｆｕｌｌ.")
	for _, seed := range []string{`cherry`, `"in april" tag:x`, `before:2026-04 is:trash model:m`, `" OR *`, "東京", "\xff\"", "a\u0301b"} {
		f.Add(seed, seed+" the cherry trees")
	}
	f.Fuzz(func(t *testing.T, typed, text string) {
		q := ParseSearch(typed, noon)
		found, err := s.Search(t.Context(), q)
		if err != nil {
			t.Fatalf("%q: %v", typed, err)
		}
		for _, h := range found.Hits {
			checkMarks(t, h.Title, h.TitleMarks)
			checkMarks(t, h.Snippet, h.Marks)
		}
		marks, counts, words := places(text, phrases(q.Text))
		checkMarks(t, text, marks)
		piece, inside := snippet(text, marks)
		checkMarks(t, piece, inside)
		if !strings.Contains(text, piece) || len(piece) > snippetSize || worth(counts, words) < 0 {
			t.Errorf("%q in %q: %q", typed, text, piece)
		}
		if len(marks) > 0 && len(inside) == 0 {
			t.Errorf("%q in %q: nothing of %v is in %q", typed, text, marks, piece)
		}
	})
}

func checkMarks(t *testing.T, text string, marks []Range) {
	t.Helper()
	last := -1
	for _, m := range marks {
		if m.From <= last || m.To <= m.From || m.To > len(text) {
			t.Fatalf("%v in %q", marks, text)
		}
		if utf8.ValidString(text) && !utf8.ValidString(text[m.From:m.To]) {
			t.Fatalf("%v cuts %q", m, text)
		}
		last = m.To
	}
}

func TestSnippetShowsWhatWasFound(t *testing.T) {
	s := newStore(t)
	long := strings.Repeat("Nothing of note here. ", 300)
	_, answer := titled(t, s, "Long", "q", "Cherry first. "+long+"Then the cherry trees\nof cherry Lane, and Cherries. "+long)
	hit := searched(t, s, "cherr")[0]
	if hit.MessageID != answer || hit.Hits != 1 || hit.Role != api.Assistant || hit.Messages != 2 || !strings.Contains(hit.Snippet, "cherry trees\nof cherry Lane, and Cherries") {
		t.Errorf("got %+v", hit)
	}
	var marked []string
	for _, m := range hit.Marks {
		marked = append(marked, hit.Snippet[m.From:m.To])
	}
	if got := strings.Join(marked, "|"); got != "cherry|cherry|Cherries" {
		t.Errorf("marked %s", got)
	}
}

// A title counts more than a text, and of equals the newer comes first.
func TestRanks(t *testing.T) {
	s := newStore(t)
	titled(t, s, "old", "plums", "about plums")
	titled(t, s, "much", "plums plums plums", "plums, plums and plums")
	titled(t, s, "Plums", "x", "y")
	titled(t, s, "new", "plums", "about plums")
	if got := strings.Join(finds(t, s, "plums"), " "); got != "Plums much new old" && got != "Plums new much old" {
		t.Errorf("got %s", got)
	}
	hits := searched(t, s, "plums")
	if h := hits[0]; h.MessageID != "" || len(h.TitleMarks) != 1 {
		t.Errorf("got %+v", h)
	}
}

func TestFilters(t *testing.T) {
	s := newStore(t)
	one, _ := titled(t, s, "One", "apples", "pears")
	two, _ := titled(t, s, "Two", "apples", "pears")
	three, _ := titled(t, s, "Three", "apples", "pears")
	ok(t, s.Update(t.Context(), one, Change{Tags: &[]string{"Work", "garden"}}))
	ok(t, s.Update(t.Context(), two, Change{Pinned: new(true), Tags: &[]string{"work"}}))
	ok(t, s.Trash(t.Context(), three))
	s.mustExec(t, `UPDATE messages SET created = ?`, noon.UnixMilli())
	for typed, want := range map[string][]string{
		"apples": {"One", "Two"}, "tag:work": {"One", "Two"}, "tag:#Work apples": {"One", "Two"}, "tag:work tag:garden pears": {"One"}, "tag:none": nil, "tag:none apples": nil,
		"is:pinned": {"Two"}, "is:pinned pears": {"Two"}, "is:trash": {"Three"}, "is:trash apples": {"Three"}, "is:trash three": {"Three"}, "three": nil,
		"before:2026-04-01 pears": nil, "before:2026-04-02 pears": {"One", "Two"}, "after:2026-04-01 pears": {"One", "Two"}, "after:today pears": {"One", "Two"}, "before:yesterday pears": nil,
		"after:2027 pears": nil, "before:2027 one": nil, "kind:print apples": nil, "kind:chat apples": {"One", "Two"}, "kind:all one": {"One"},
	} {
		wantFound(t, s, typed, want...)
	}
	if got := finds(t, s, ""); !slices.Equal(got, []string{"Two", "One"}) {
		t.Errorf("without words: %q", got)
	}
}

// What is found follows what is there: hidden, shown again, forked, purged,
// trashed, restored, renamed, deleted.
func TestTheIndexFollows(t *testing.T) {
	s := newStore(t)
	id, answer := titled(t, s, "Fruit", "apples", "pears")
	ok(t, s.Hide(t.Context(), id, answer))
	wantFound(t, s, "pears")
	_, err := s.Unhide(t.Context(), id)
	ok(t, err)
	wantFound(t, s, "pears", "Fruit")
	_, err = s.Fork(t.Context(), id, answer, NewID(s.now()))
	ok(t, err)
	wantFound(t, s, "pears", "Fruit", "Fruit")
	ok(t, s.Hide(t.Context(), id, answer))
	_, err = s.Purge(t.Context(), id)
	ok(t, err)
	wantFound(t, s, "pears", "Fruit")
	ok(t, s.Update(t.Context(), id, Change{Title: new("Vegetables")}))
	wantFound(t, s, "fruit", "Fruit")
	wantFound(t, s, "vege", "Vegetables")
	ok(t, s.Trash(t.Context(), id))
	wantFound(t, s, "vege")
	wantFound(t, s, "apples", "Fruit")
	ok(t, s.Delete(t.Context(), id))
	wantFound(t, s, "is:trash vege")
	if got := count(t, s, "titles"); got != 1 {
		t.Errorf("%d titles are left", got)
	}
}

// An answer is found once it is whole, however it ended.
func TestFindsAnswersOnceTheyAreWhole(t *testing.T) {
	s := newStore(t)
	id, promptID := begin(t, s, "When?")
	ok(t, s.Update(t.Context(), id, Change{Title: new("A")}))
	for range s.Record(t.Context(), Message{ID: NewID(s.now()), SessionID: id, ParentID: promptID}, pieces(api.Answer{Text: "zebras"}, api.Finish{Reason: api.FinishStop})) {
		wantFound(t, s, "zebras")
	}
	wantFound(t, s, "zebras", "A")
	s.mustExec(t, `INSERT INTO messages (id, session_id, parent_id, role, provider, model, answered_by, created, finish, inference_id, figures)
		SELECT 'broken', session_id, id, 'assistant', '', '', '', 0, '', '', '{}' FROM messages WHERE id = ?`, promptID)
	s.mustExec(t, `INSERT INTO chunks VALUES ('broken', 'text', 0, 'lions')`)
	wantFound(t, s, "lions")
	claim, err := s.Claim(id)
	ok(t, err)
	claim.Release()
	wantFound(t, s, "lions", "A")
}

// Damage to the index keeps nothing from being saved, and the next search makes
// it anew.
func TestADamagedIndex(t *testing.T) {
	s := newStore(t)
	titled(t, s, "One", "apples", "pears")
	damage := func() {
		s.mustExec(t, `UPDATE search_data SET block = x'0badc0de0badc0de'`)
		s.mustExec(t, `UPDATE titles_data SET block = x'0badc0de0badc0de'`)
		ok(t, s.Close())
		s = openStore(t, s.path)
	}
	damage()
	wantFound(t, s, "apples", "One")
	damage()
	if _, err := Check(t.Context(), s.path); !IsDamaged(err) {
		t.Errorf("the check says %v", err)
	}
	two, _ := titled(t, s, "Two", "apples", "pears")
	wantFound(t, s, "apples", "One", "Two")
	wantFound(t, s, "two", "Two")
	damage()
	ok(t, s.Update(t.Context(), two, Change{Title: new("Three")}))
	wantFound(t, s, "three", "Three")
	damage()
	ok(t, s.Trash(t.Context(), two))
	ok(t, s.Delete(t.Context(), two))
	wantFound(t, s, "pears", "One")
	if _, err := Check(t.Context(), s.path); err != nil {
		t.Error(err)
	}
}

// An upgrade indexes what is there.
func TestUpgradesTheIndex(t *testing.T) {
	for version := 1; version <= 3; version++ {
		s := openStore(t, older(t, min(version, 2)))
		if version == 3 { // whose rows are the newest's
			for _, q := range []string{"DROP TABLE search", "DROP TABLE titles", "DROP TRIGGER messages_unsearched", "DROP TRIGGER sessions_unsearched", "PRAGMA user_version = 3"} {
				s.mustExec(t, q)
			}
			ok(t, s.Close())
			s = openStore(t, s.path)
		}
		wantFound(t, s, "april", "Kyoto")
		wantFound(t, s, "kyoto", "Kyoto")
		wantFound(t, s, "kind:print", "One shot")
		wantFound(t, s, "really", "Kyoto")
	}
}

// A search reads through no table: what it looks at comes from an index, in the
// order in which it is wanted, and ends at a bound.
func TestSearchesUseIndexes(t *testing.T) {
	s := newStore(t)
	queries := map[string]string{"titles": titlesSQL, "how far": nthSQL, "hits": hitsSQL, "hits from there on": hitsFromSQL, "texts": textsSQL, "summaries": summariesSQL, "a message": indexMessage, "a title": indexTitle, "no title": forgetTitle, "the oldest": oldestMissing}
	for _, typed := range []string{"a", "tag:x a", "is:trash a", "is:pinned a", "model:m a", "before:2026 a", "kind:chat a"} {
		f := searching{SearchQuery: ParseSearch(typed, noon)}
		queries["messages of "+typed], _ = f.messagesSQL(hitsSQL)
		queries["those of a list of "+typed], _ = f.messagesSQL(`SELECT value AS seq FROM json_each(?)`)
	}
	for name, query := range queries {
		for _, line := range plan(t, s, query, arguments(query)...) {
			table := strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "VIRTUAL TABLE INDEX") && line != "SCAN f" && !strings.Contains(line, "INDEX")
			table = table && !(name == "the oldest" && (line == "SCAN m" || line == "SCAN CONSTANT ROW")) // ends at the first row
			if table || strings.Contains(line, "TEMP B-TREE") && name != "texts" {
				t.Errorf("%s is slow: %s", name, line)
			}
		}
	}
}

package session

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// fixture is what an aimlchat of schema 1 or 2 left behind: two branches, files,
// tools, an answer that broke, a draft, a session of print mode. Its columns are
// those of schema 1, which schema 2 did not change.
const fixture = `
	INSERT INTO sessions VALUES
		('s1', 'chat', 'Kyoto', 'aimlapi', 'm', 'be brief', 'unsent', 'a3', 1000, 2000, 2),
		('s2', 'print', 'One shot', 'demo', 'm', '', '', 'p1', 1000, 2000, 3),
		('s3', 'chat', '', 'demo', 'm', '', '', '', 1000, 1000, 1);
	INSERT INTO messages VALUES
		(1, 'u1', 's1', NULL, 'user', '', '', '', 1000, '', '', NULL, '{}'),
		(2, 'a1', 's1', 'u1', 'assistant', 'aimlapi', 'm', 'm-1', 1001, 'stop', 'i1', NULL, '{"cost":{"usd":0.5,"source":"billed"}}'),
		(3, 'u2', 's1', 'a1', 'user', '', '', '', 1002, '', '', NULL, '{}'),
		(4, 'a2', 's1', 'u2', 'assistant', 'aimlapi', 'm', '', 1003, 'error', '', '{"kind":"cut","message":"cut","retryable":true}', '{}'),
		(5, 'p1', 's2', NULL, 'user', '', '', '', 1004, '', '', NULL, '{}'),
		(6, 'u3', 's1', 'a1', 'user', '', '', '', 1005, '', '', NULL, '{}'),
		(7, 'a3', 's1', 'u3', 'assistant', 'aimlapi', 'm', '', 1006, '', '', NULL, '{}');
	INSERT INTO parts (message_id, ord, kind, text, data) VALUES
		('u1', 0, 'text', 'When?', NULL),
		('a1', 0, 'reasoning', 'hm', NULL), ('a1', 1, 'text', 'In April.', NULL),
		('a1', 2, 'citation', '', '{"title":"T","url":"https://t.example"}'),
		('u2', 0, 'text', 'Where?', NULL), ('a2', 0, 'text', 'In Ky', NULL),
		('p1', 0, 'text', 'print', NULL), ('u3', 0, 'text', 'Really?', NULL);
	INSERT INTO chunks VALUES ('a3', 'text', 0, 'Yes, '), ('a3', 'text', 5, 'reall');`

// fixture2 is what only schema 2 knew.
const fixture2 = `
	UPDATE messages SET figures = '{"protocol":"messages"}' WHERE id = 'a3';
	INSERT INTO parts (message_id, ord, kind, text, data) VALUES
		('u2', 1, 'file', '', '{"name":"a.png","mime":"image/png","size":6,"sha256":"6ec9c2b0eb14010746c8bce8939303b382344b296206612eb8a907a37b2b2f37"}'),
		('a2', 1, 'opaque', '', '{"protocol":"messages","data":"{}"}');
	INSERT INTO chunks VALUES ('a3', 'file', 0, '{"name":"b.png","mime":"image/png","size":1,"sha256":""}');`

// older makes a database as a program of an older schema left it.
func older(t *testing.T, version int) (path string) {
	t.Helper()
	steps, err := migrations()
	ok(t, err)
	path = filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", dsn(path, false))
	ok(t, err)
	statements := slices.Concat(steps[:version], []string{fixture, fmt.Sprintf("PRAGMA user_version = %d", version)})
	if version > 1 {
		statements = append(statements, fixture2)
	}
	for _, q := range statements {
		_, err := db.ExecContext(t.Context(), q)
		ok(t, err)
	}
	ok(t, db.Close())
	return path
}

// Nothing that an older aimlchat saved may be lost, or look damaged, or behave
// otherwise than what is new.
func TestUpgradesWithAllThatWasSaved(t *testing.T) {
	for version := 1; version <= 2; version++ {
		t.Run(fmt.Sprint("from ", version), func(t *testing.T) {
			g := &grove{t, openStore(t, older(t, version)), "s1"}
			n := found1(t, g.s, "s1")
			if n.Title != "Kyoto" || n.Draft != "unsent" || n.System != "be brief" || n.TitleBy != "" || n.Pinned || !n.Trashed.IsZero() || n.Queue != nil {
				t.Errorf("got %+v", n)
			}
			list, err := g.s.List(t.Context(), Query{})
			ok(t, err)
			if len(list) != 3 || list[0].ID != "s2" || list[1].Messages != 6 || list[1].FirstWords != "When?" || list[2].ID != "s3" {
				t.Errorf("got %+v", list)
			}
			g.wants("u1 a1 u3(2/2) a3")
			if got := last(t, g.s, "s1"); !got.Streaming() || got.Content() != "Yes, reall" {
				t.Errorf("got %+v", got)
			}
			if spent, err := g.s.Spent(t.Context(), "", time.Time{}); err != nil || spent.USD != 0.5 || spent.Answers != 3 {
				t.Errorf("spent %+v, %v", spent, err)
			}
			claim, err := g.s.Claim("s1")
			ok(t, err)
			claim.Release()
			all, err := g.s.Tree(t.Context(), "s1")
			ok(t, err)
			for _, m := range all {
				if m.Damaged || m.Hidden || m.Digest != nil || m.Origin != "" {
					t.Errorf("got %+v", m)
				}
			}
			if got := all[5]; got.Finish != api.FinishInterrupted || got.Content() != "Yes, reall" {
				t.Errorf("got %+v", got)
			}
			if got := all[1]; said(got) != "hm|In April." || got.Citations[0].Title != "T" || *got.Cost.USD != 0.5 || all[3].Err.Message != "cut" {
				t.Errorf("got %+v", got)
			}
			if version > 1 && (all[2].Parts[1].File.Name != "a.png" || string(all[3].Parts[1].Opaque.Data) != "{}" || all[5].Parts[1].File.Name != "b.png") {
				t.Errorf("got %+v", all)
			}
			g.step("u3", -1, "u1 a1 u2(1/2) a2")
			g.step("u2", 1, "u1 a1 u3(2/2) a3")
			g.hide("u3", "u1 a1 u2 a2")
			g.unhide("u3", "u1 a1 u3(2/2) a3")
			if _, err := g.s.Unhide(t.Context(), "s1"); !errors.Is(err, ErrNotFound) {
				t.Errorf("got %v", err)
			}
			ok(t, g.s.Trash(t.Context(), "s1"))
			ok(t, g.s.Delete(t.Context(), "s1"))
		})
	}
}

package session

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// listener is a way to the database that notes every statement.
type listener struct {
	way  driver.Driver
	name string

	mu    sync.Mutex
	heard map[string]int // and how many arguments it has
}

func (l *listener) Connect(context.Context) (driver.Conn, error) {
	c, err := l.way.Open(l.name)
	return overheard{c, l}, err
}

func (l *listener) Driver() driver.Driver { return l.way }

// overheard is one of its connections.
type overheard struct {
	driver.Conn
	*listener
}

func (c overheard) note(query string, args []driver.NamedValue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard[query] = len(args)
}

func (c overheard) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.note(query, args)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c overheard) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.note(query, args)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c overheard) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

// overhear lets every statement of a store be noted.
func overhear(t *testing.T, s *Store) map[string]int {
	t.Helper()
	heard := map[string]int{}
	for _, db := range []**sql.DB{&s.write, &s.read} {
		l := &listener{way: (*db).Driver(), name: dsn(s.path, db == &s.read) + hasty, heard: heard}
		ok(t, (*db).Close())
		*db = sql.OpenDB(l)
		(*db).SetMaxOpenConns(1)
	}
	return heard
}

// tour does with a store what a person can, and what the chat does meanwhile.
func tour(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	life(t, s, 2)
	list, err := s.List(ctx, Query{Kind: KindChat, Tag: "red", Limit: 10})
	ok(t, err)
	id := list[0].ID
	claim, err := s.Claim(id)
	ok(t, err)
	path := loaded(t, s, id)
	first, answer, leaf := path[0].ID, path[1].ID, path[len(path)-1].ID
	beside := Message{ID: NewID(noon), SessionID: id, ParentID: first, Model: "m", Provider: "demo"}
	drain(t, s.Record(ctx, beside, pieces(api.Answer{Text: "beside"}, api.Attached{File: api.File{Name: "a.txt", MIME: "text/plain", Data: []byte("a")}}, api.Finish{Reason: api.FinishStop})))
	file := api.File{Name: "b.txt", MIME: "text/plain", Data: []byte("b")}
	ok(t, s.Append(ctx, Message{ID: NewID(noon), SessionID: id, ParentID: beside.ID, Role: api.User, Parts: []api.Part{{Kind: api.FilePart, File: &file}}}))
	do := func(_ any, err error) {
		t.Helper()
		ok(t, err)
	}
	do(s.Step(ctx, id, beside.ID, -1))
	do(s.Jump(ctx, id, leaf))
	do(s.Fork(ctx, id, leaf, NewID(noon)))
	ok(t, s.Compact(ctx, id, answer, &Digest{Text: "in short", Created: noon}))
	ok(t, s.Hide(ctx, id, beside.ID))
	do(s.Unhide(ctx, id))
	ok(t, s.Hide(ctx, id, beside.ID))
	do(s.Purge(ctx, id))
	do(s.Version(ctx, id))
	do(s.Tree(ctx, id))
	ok(t, s.Update(ctx, id, Change{Title: new("April"), TitleBy: new(TitleByPerson), Pinned: new(true), Draft: new("d"), Queue: &[]Queued{{Text: "q"}}, Model: new("m")}))
	for _, typed := range []string{"", "word", "the word of", `"word 1" of`, "tag:red word", "is:pinned word", "is:trash", "is:trash word", "model:m word", "model:m", "before:2031 word", "after:2020", "kind:chat tag:blue", "april"} {
		do(s.Search(ctx, ParseSearch(typed, noon)))
	}
	for _, q := range []Query{{}, {Kind: KindPrint}, {Trashed: true}, {Tag: "blue"}} {
		do(s.List(ctx, q))
	}
	do(s.Newest(ctx, KindChat))
	do(s.Find(ctx, id[:20]))
	do(s.Find(ctx, "April"))
	do(s.Spent(ctx, "", time.Time{}))
	do(s.Spent(ctx, id, time.Time{}))
	claim.Release()
	msgs, err := s.Tree(ctx, id)
	ok(t, err)
	put, err := s.Put(ctx, Session{ID: id, Title: "again", Updated: noon}, msgs, nil)
	ok(t, err)
	do(s.Drop(ctx, put.ID))
	ok(t, s.Trash(ctx, put.ID))
	ok(t, s.Restore(ctx, put.ID))
	ok(t, s.Trash(ctx, put.ID))
	ok(t, s.Delete(ctx, put.ID))
	do(s.Sweep(ctx))
}

// Of all that a store asks, nothing reads through a table that grows with the
// years. What may be sorted is told in TestQueriesUseIndexes.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	s := newStore(t)
	heard := overhear(t, s)
	tour(t, s)
	statements := maps.Clone(heard) // to ask for a plan is one too
	tables := []string{"SCAN m", "SCAN p", "SCAN s", "SCAN x", "SCAN messages", "SCAN parts", "SCAN chunks", "SCAN sessions", "SCAN payments", "SCAN tags"}
	for q, n := range statements {
		if strings.HasPrefix(q, "PRAGMA") || q == oldestMissing { // which ends at the first row
			continue
		}
		for _, line := range plan(t, s, q, make([]any, n)...) {
			if slices.Contains(tables, line) {
				t.Errorf("%s\n\t%s", strings.Join(strings.Fields(q), " "), line)
			}
		}
	}
	if len(statements) < 90 {
		t.Errorf("only %d statements were heard", len(statements))
	}
}

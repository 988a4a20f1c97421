package archive

// This file owns the logs database of llm (https://llm.datasette.io): which
// tables and columns there are, and what they make. A stranger's database is
// only read, its views and triggers are not asked, and no path in it is opened.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// logs is such a database.
type logs struct {
	*reader
	tx      *sql.Tx
	columns map[string][]string // of the tables that there are
}

func (r *reader) database() (err error) {
	if r.in.Path == "" {
		return errors.New("it is a database, which can be read only as a file")
	}
	db, err := sql.Open("sqlite", readOnly(r.in.Path, r.in.Alone))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tx, err := db.BeginTx(r.ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	defer tx.Rollback()
	l := &logs{reader: r, tx: tx, columns: map[string][]string{}}
	if err := l.tables(r.ctx); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	switch {
	case l.has("responses", "id", "prompt", "response", "conversation_id"), l.threaded():
		return l.conversations()
	case l.has("sessions", "id") && l.has("messages", "session_id"):
		return fmt.Errorf("%w: it is a database of its own: leave every aimlchat, and copy it to where the other one is, which aimlchat doctor says", ErrUnknown)
	case l.has("logs", "prompt"):
		return fmt.Errorf("%w: it is of an old llm; run llm logs once with a new one, which brings it up to date", ErrUnknown)
	}
	return ErrUnknown
}

// readOnly names a stranger's database for the driver.
func readOnly(path string, alone bool) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // C:/…
	}
	q := url.Values{"mode": {"ro"}, "_pragma": {
		"query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "mmap_size(0)", "busy_timeout(5000)",
	}}
	if alone {
		q.Set("immutable", "1")
	}
	return (&url.URL{Scheme: "file", Path: p, RawQuery: q.Encode()}).String()
}

// tables finds what plain tables there are, with their columns.
func (l *logs) tables(ctx context.Context) error {
	return l.rows(ctx, `
		SELECT s.name, c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c
		WHERE s.type = 'table' AND s.sql NOT LIKE 'CREATE VIRTUAL%' LIMIT 5000`, nil, func(rows *sql.Rows) error {
		var table, column string
		err := rows.Scan(&table, &column)
		table = strings.ToLower(table)
		l.columns[table] = append(l.columns[table], strings.ToLower(column))
		return err
	})
}

func (l *logs) has(table string, columns ...string) bool {
	for _, c := range columns {
		if !slices.Contains(l.columns[table], c) {
			return false
		}
	}
	return true
}

func (l *logs) rows(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	rows, err := l.tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// column is what is selected for a column: nothing where there is none, or where
// it is too long.
func (l *logs) column(table, name string) string {
	if !l.has(table, name) {
		return `''`
	}
	c := `"` + name + `"`
	return fmt.Sprintf(`CASE WHEN coalesce(octet_length(%s), 0) <= %d THEN coalesce(CAST(%s AS TEXT), '') ELSE '' END`, c, l.limits.Message, c)
}

func (l *logs) list(table string, names ...string) string {
	for i, name := range names {
		names[i] = l.column(table, name)
	}
	return strings.Join(names, ", ")
}

// talk is a conversation: the rows of its responses, in their order.
type talk struct {
	id, name string
	rows     []int64
	thread   *thread // nil: all of it is from before there were threads
}

// conversations reads one after the other. Which rows belong to which is read
// first: there is no index that would tell.
func (l *logs) conversations() error {
	talks, err := l.talks()
	if err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	for _, t := range talks {
		if err := l.conversation(t); err != nil {
			return err
		}
	}
	return nil
}

func (l *logs) talks() (talks []*talk, err error) {
	names, err := l.names()
	if err != nil {
		return nil, err
	}
	byID := map[string]*talk{}
	of := func(id string) *talk {
		if byID[id] == nil {
			byID[id] = &talk{id: id, name: names[id]}
			talks = append(talks, byID[id])
		}
		return byID[id]
	}
	if l.has("responses", "id", "prompt", "response", "conversation_id") {
		err = l.rows(l.ctx, `SELECT rowid, `+l.list("responses", "conversation_id", "id")+` FROM responses
			ORDER BY `+l.column("responses", "datetime_utc")+`, rowid`, nil, func(rows *sql.Rows) error {
			var row int64
			var id, response string
			err := rows.Scan(&row, &id, &response)
			t := of(firstOf(id, "response "+response))
			t.rows = append(t.rows, row)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	threads, err := l.threads()
	for _, th := range threads {
		t := of(th.id)
		t.thread, t.name = th, firstOf(th.name, t.name)
	}
	return talks, err
}

func (l *logs) names() (map[string]string, error) {
	names := map[string]string{}
	if !l.has("conversations", "id", "name") {
		return names, nil
	}
	return names, l.rows(l.ctx, `SELECT `+l.list("conversations", "id", "name")+` FROM conversations LIMIT ?`,
		[]any{l.limits.Sessions}, func(rows *sql.Rows) error {
			var id, name string
			err := rows.Scan(&id, &name)
			names[id] = name
			return err
		})
}

func (l *logs) conversation(t *talk) error {
	content, systems, bytes := inline{}, 0, 0
	s := Session{Content: content.open}
	s.Origin = "llm:" + t.id
	where := "conversation " + oneLine(firstOf(t.name, t.id))
	for _, row := range t.rows {
		if bytes > l.limits.Session || len(s.Messages)+3 > l.limits.Messages {
			if err := l.problem(where, "it is too long, and was cut after %d messages", len(s.Messages)); err != nil {
				return err
			}
			break
		}
		r, err := l.response(row)
		if err == nil {
			err = l.belongings(&r, content)
		}
		if err := l.ctx.Err(); err != nil {
			return err
		}
		if err != nil {
			if err := l.problem(where, "a response can't be read: %v", err); err != nil {
				return err
			}
			continue
		}
		if r.system != "" {
			systems++
		}
		bytes += r.size()
		s.Messages = append(s.Messages, r.messages(s.Messages)...)
	}
	if t.thread != nil {
		more, err := t.thread.weave(l, &s, content, where)
		if err != nil {
			return err
		}
		systems += more
	}
	if systems > 0 {
		if err := l.problem(where, leftOut, systems); err != nil {
			return err
		}
	}
	if len(s.Messages) == 0 {
		return l.problem(where, "it has no messages")
	}
	s.Title = titled(t.name, s.Messages)
	s.Created, s.Updated = s.Messages[0].Created, s.Messages[len(s.Messages)-1].Created
	return l.hand(s)
}

// response is a row of responses, with what belongs to it.
type response struct {
	id, model, resolved, prompt, system, response, reasoning string
	at                                                       time.Time
	duration                                                 time.Duration
	usage                                                    api.Usage
	before                                                   []string // fragments of the prompt
	files                                                    []api.Part
	calls, results                                           []api.Part
}

func (r response) size() int {
	n := len(r.prompt) + len(r.response) + len(r.reasoning)
	for _, f := range r.before {
		n += len(f)
	}
	for _, p := range r.files {
		if p.File != nil {
			n += int(p.File.Size)
		}
	}
	return n
}

// messages are what a response adds to those before it.
func (r response) messages(before []session.Message) (list []session.Message) {
	parent := ""
	if n := len(before); n > 0 {
		parent = before[n-1].ID
	}
	add := func(m session.Message) {
		if len(m.Parts) == 0 {
			return
		}
		m.ParentID, m.Created = parent, r.at
		parent = m.ID
		list = append(list, m)
	}
	add(session.Message{ID: r.id + " results", Role: api.ToolRole, Parts: r.results})
	prompt := strings.Join(slices.DeleteFunc(append(slices.Clone(r.before), r.prompt), func(s string) bool { return s == "" }), "\n\n")
	add(session.Message{ID: r.id + " prompt", Role: api.User, Parts: append(textParts(api.TextPart, prompt), r.files...)})
	answer := session.Message{
		ID: r.id + " answer", Role: api.Assistant, Model: r.model, Finish: api.FinishStop, Usage: r.usage, Timing: api.Timing{Total: r.duration},
		Parts: append(append(textParts(api.ReasoningPart, r.reasoning), textParts(api.TextPart, r.response)...), r.calls...),
	}
	if r.resolved != r.model {
		answer.AnsweredBy = r.resolved
	}
	if len(r.calls) > 0 {
		answer.Finish = api.FinishTools
	}
	add(answer)
	return list
}

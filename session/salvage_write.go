package session

// This file owns the new database that a recovery makes: it is of the newest
// schema, and holds every row as it was as far as the schema allows that.

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// damagedSum is the sum of a message that is known to be damaged: nothing fits it.
const damagedSum = sumVersion + "damaged"

// lostText stands where nothing is left of a message.
const lostText = "This message was lost when the database was damaged."

// write makes the new database and fills it. It is brought to the disk once, when
// it is whole: until then nobody relies on it.
func (w *wreck) write(ctx context.Context, to string) error {
	undated := func() time.Time { return time.Time{} } // every row brings its own dates
	s, err := Open(ctx, Options{Path: to, LockDir: to + ".locks", Now: undated, with: "&_pragma=synchronous(OFF)", place: func(dir string) Place {
		p := placeOf(dir)
		p.Local = true // nobody else knows of it
		return p
	}})
	if err != nil {
		return err
	}
	err = w.fill(ctx, s)
	if err == nil {
		err = w.count(ctx, s)
	}
	if err = errors.Join(err, s.read.Close()); err == nil {
		_, err = s.write.ExecContext(ctx, "PRAGMA journal_mode = DELETE") // one file
	}
	err = errors.Join(err, s.Close())
	_ = os.Remove(to + ".locks.in-use")
	if err != nil {
		return err
	}
	return errors.Join(syncFile(to), syncFolder(filepath.Dir(to)))
}

func (w *wreck) fill(ctx context.Context, s *Store) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	f := filler{wreck: w, tx: tx, columns: map[string][]slot{}}
	if err := f.all(ctx); err != nil {
		return err
	}
	if err := reindex(ctx, tx); err != nil {
		return err
	}
	if err := checkForeignKeys(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}

// slot is a column of the newest schema.
type slot struct {
	name, kind string
	needed     bool // NOT NULL
}

// filler writes rows to the new database.
type filler struct {
	*wreck
	tx      *sql.Tx
	columns map[string][]slot
}

func (f *filler) all(ctx context.Context) error {
	for _, table := range []string{sessionTable, messageTable, partTable, chunkTable, tagTable, paymentTable} {
		if err := f.describe(ctx, table); err != nil {
			return err
		}
	}
	if err := f.putSessions(ctx); err != nil {
		return err
	}
	for i, m := range f.inOrder() {
		if err := f.putMessage(ctx, int64(i+1), m); err != nil {
			return err
		}
	}
	if err := f.putRest(ctx); err != nil {
		return err
	}
	return f.mark(ctx)
}

func (f *filler) describe(ctx context.Context, table string) error {
	return each(ctx, f.tx, `SELECT name, type, "notnull" FROM pragma_table_info(?) ORDER BY cid`, []any{table}, func(rows *sql.Rows) error {
		var c slot
		err := rows.Scan(&c.name, &c.kind, &c.needed)
		f.columns[table] = append(f.columns[table], c)
		return err
	})
}

// put inserts a row as it was found, but for what set says. It returns what of
// it had to be changed; lost: the database would not have it at all.
func (f *filler) put(ctx context.Context, table string, values []any, set map[string]any) (odd []string, lost bool, err error) {
	var names, marks []string
	var args []any
	for i, c := range f.columns[table] {
		v, is := set[c.name]
		if !is {
			if i >= len(values) {
				continue // it is from before that column
			}
			var fits bool
			if v, fits = c.fit(values[i]); !fits {
				odd = append(odd, c.name)
			}
		}
		names, marks, args = append(names, c.name), append(marks, "?"), append(args, v)
	}
	_, err = f.tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(marks, ", ")), args...)
	if err != nil && ctx.Err() == nil && resultCode(err) == constraintCode {
		return odd, true, nil
	}
	return odd, false, err
}

// jsonColumns hold JSON; the schema refuses anything else in most.
var jsonColumns = map[string]string{"figures": "{}", "error": "", "data": "", "summary": "", "queue": ""}

// fit returns v as the column can have it.
func (c slot) fit(v any) (_ any, fits bool) {
	text, isText := v.(string)
	if empty, is := jsonColumns[c.name]; is && isText && text != "" && !json.Valid([]byte(text)) {
		if empty == "" && !c.needed {
			return nil, false
		}
		return empty, false
	}
	switch v.(type) {
	case nil:
		if c.needed {
			return c.zero(), false
		}
		return nil, true
	case string:
		if c.kind == "TEXT" {
			return v, true
		}
	case int64:
		if c.kind == "INTEGER" {
			return v, true
		}
	}
	if c.needed {
		return c.zero(), false
	}
	return nil, false
}

func (c slot) zero() any {
	switch {
	case c.name == "figures":
		return "{}"
	case c.kind == "INTEGER":
		return 0
	}
	return ""
}

// putSessions writes the sessions, in the order in which they were used.
func (f *filler) putSessions(ctx context.Context) error {
	list := slices.SortedFunc(maps.Values(f.sessions), func(a, b *foundSession) int {
		return cmp.Or(cmp.Compare(a.touched, b.touched), cmp.Compare(a.id, b.id))
	})
	leaves, titles := f.ofMessages()
	for i, s := range list {
		values := []any{s.id, string(KindChat), cmp.Or(titles[s.id], "Recovered"), "", "", "", "", leaves[s.id], int64(0), int64(0), int64(0)}
		set := map[string]any{"id": s.id, "touched": i + 1}
		if s.at != nil {
			values = f.again(*s.at)
			leaf, _ := values[7].(string)
			if m := f.messages[leaf]; leaf != "" && (m == nil || m.session != s.id) {
				set["leaf"] = leaves[s.id]
				f.lose(s.id, "", "where the conversation stood is lost; it stands at its newest message", true)
			}
		}
		odd, lost, err := f.put(ctx, sessionTable, values, set)
		if err != nil {
			return err
		}
		if lost {
			f.lose(s.id, "", "its row is lost", false)
		} else if len(odd) > 0 {
			f.lose(s.id, "", "lost of it: "+strings.Join(odd, ", "), true)
		}
	}
	return nil
}

// ofMessages returns the newest message of each session, and a title made of
// the first.
func (w *wreck) ofMessages() (leaves, titles map[string]string) {
	leaves, titles = map[string]string{}, map[string]string{}
	for _, m := range w.inOrder() {
		leaves[m.session] = m.id
		if at, is := w.parts[partKey{m.id, 0}]; is && titles[m.session] == "" {
			if v := w.again(at); len(v) > 4 && areText(v[4]) {
				titles[m.session] = Title(v[4].(string))
			}
		}
	}
	return leaves, titles
}

// putMessage writes a message with its parts, or a note in its place.
func (f *filler) putMessage(ctx context.Context, seq int64, m *foundMessage) error {
	if m.session == "" {
		f.lose("", m.id, "nothing says to which session it belonged", false)
		return nil
	}
	m.seq = seq
	role := cmp.Or(m.role, "user")
	finish := ""
	if role == "assistant" {
		finish = "interrupted"
	}
	values := []any{seq, m.id, m.session, nil, role, "", "", "", int64(0), finish, "", nil, "{}"}
	if m.at != nil {
		values = f.again(*m.at)
	}
	set := map[string]any{"seq": seq, "id": m.id, "session_id": m.session, "parent_id": nil}
	if p := f.messages[m.parent]; p != nil {
		set["parent_id"] = m.parent
	}
	odd, lost, err := f.put(ctx, messageTable, values, set)
	if err != nil {
		return err
	}
	if lost {
		f.lose(m.session, m.id, "its row can't be kept", false)
		delete(f.messages, m.id)
		return nil
	}
	if len(odd) > 0 {
		f.mend(m.id, "lost of it: "+strings.Join(odd, ", "))
	}
	return f.putParts(ctx, m)
}

func (f *filler) putParts(ctx context.Context, m *foundMessage) error {
	if m.at == nil && len(m.parts) == 0 && len(f.chunks[m.id]) == 0 {
		f.lose(m.session, m.id, "it can't be read", false)
		_, _, err := f.put(ctx, partTable, []any{nil, m.id, int64(0), "text", lostText, nil}, nil)
		return err
	}
	if m.at == nil {
		f.mend(m.id, "only what it says is left")
	}
	slices.Sort(m.parts)
	for _, ord := range m.parts {
		values := f.again(f.parts[partKey{m.id, int64(ord)}])
		odd, lost, err := f.put(ctx, partTable, values, map[string]any{"id": nil, "message_id": m.id, "ord": ord})
		if err != nil {
			return err
		}
		if lost || len(odd) > 0 {
			f.mend(m.id, fmt.Sprintf("part %d of it is damaged", ord+1))
		}
	}
	return nil
}

// putRest writes what belongs to sessions and messages that are there.
func (f *filler) putRest(ctx context.Context) error {
	for id, rows := range f.chunks {
		if f.messages[id] == nil {
			f.lose("", id, "what had arrived of it belongs to no session", false)
			continue
		}
		for _, at := range rows {
			if _, lost, err := f.put(ctx, chunkTable, f.again(at), nil); err != nil {
				return err
			} else if lost {
				f.mend(id, "a piece of it is lost")
			}
		}
	}
	for _, at := range f.tags {
		values := f.again(at)
		if id, _ := values[0].(string); f.sessions[id] == nil {
			continue
		}
		if _, _, err := f.put(ctx, tagTable, values, nil); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(f.payments)) {
		if _, _, err := f.put(ctx, paymentTable, f.again(f.payments[id]), map[string]any{"id": id}); err != nil {
			return err
		}
	}
	return nil
}

// mark gives the messages that are not as they were a sum that nothing fits.
func (f *filler) mark(ctx context.Context) error {
	for _, l := range f.report.Losses {
		if l.MessageID != "" && !l.Kept {
			f.mended[l.MessageID] = append(f.mended[l.MessageID], "")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(f.mended)) {
		if _, err := f.tx.ExecContext(ctx, `UPDATE messages SET checksum = ? WHERE id = ? AND NOT (role = 'assistant' AND finish = '')`, damagedSum, id); err != nil {
			return err
		}
		m := f.messages[id]
		for _, why := range f.mended[id] {
			if why != "" && m != nil {
				f.lose(m.session, id, why, true)
			}
		}
	}
	return nil
}

// count says what is in the new database, and finds the messages that don't add up.
func (w *wreck) count(ctx context.Context, s *Store) error {
	named := map[string]bool{}
	for _, l := range w.report.Losses {
		named[l.MessageID] = true
		if l.MessageID != "" && !l.Kept {
			w.report.Messages--
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.sessions)) {
		msgs, err := s.Tree(ctx, id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		w.report.Sessions++
		w.report.Messages += len(msgs)
		for _, m := range msgs {
			if m.Damaged && !named[m.ID] {
				w.lose(id, m.ID, "its text or its figures are damaged", true)
			}
		}
	}
	return nil
}

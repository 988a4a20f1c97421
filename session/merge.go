package session

// This file owns the addition of messages from elsewhere to a session that is
// here already. It never changes a message, and never takes one away.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
)

// ErrUnrelated says that a tree has no message in common with a session.
var ErrUnrelated = errors.New("it has no message in common with the session")

// Merge adds to the session n.ID those of msgs, a tree as [Store.Put] takes it,
// that it does not have, in one transaction, and returns how many that were. A
// message is had if one has its id, or its Origin, or came from one of its id.
// Messages arrive after those that are there, as children of what is their parent
// here; ids that are taken are made anew, and files come as for Put.
//
// Where n.Leaf goes on from where the session stands, the session moves on to it.
// All else about the session stays as it is. [ErrUnrelated] says that both have
// messages, and none in common; nothing has changed then.
func (s *Store) Merge(ctx context.Context, n Session, msgs []Message, files func(sum string) (io.ReadCloser, error)) (added int, err error) {
	m := &merging{putting: putting{store: s, session: Session{ID: n.ID, Leaf: n.Leaf}, files: files}}
	if err = m.order(msgs); err == nil {
		err = m.run(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("add messages to session %s: %w", n.ID, err)
	}
	return len(m.fresh), nil
}

// merging is one Merge.
type merging struct {
	putting
	fresh  []Message
	here   map[string]string // the ids in the session, by themselves and by origin
	hidden map[string]int64  // by the ids in the session
}

func (m *merging) run(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			_ = m.store.dropUnnamed(context.WithoutCancel(ctx), m.fetched)
		}
	}()
	// Twice: contents are fetched before the transaction, and somebody may be
	// faster in between.
	if err := m.store.look(ctx, func(tx *sql.Tx) error { return m.compare(ctx, tx) }); err != nil {
		return err
	}
	all := m.msgs
	m.msgs = m.fresh
	if err := m.fetch(ctx); err != nil {
		return err
	}
	m.msgs = all
	return m.store.change(ctx, func(tx *sql.Tx) error {
		if err := m.compare(ctx, tx); err != nil || len(m.fresh) == 0 {
			return err
		}
		m.msgs = m.fresh
		if err := m.store.files.keepAgain(m.allFiles()); err != nil {
			return err
		}
		if err := m.add(ctx, tx); err != nil {
			return err
		}
		return m.moveOn(ctx, tx)
	})
}

// compare finds which messages the session does not have.
func (m *merging) compare(ctx context.Context, tx *sql.Tx) error {
	if err := sessionExists(ctx, tx, m.session.ID); err != nil {
		return err
	}
	m.here, m.hidden, m.fresh = map[string]string{}, map[string]int64{}, nil
	err := each(ctx, tx, `SELECT id, coalesce(origin, ''), coalesce(hidden, 0) FROM messages WHERE session_id = ?`,
		[]any{m.session.ID}, func(rows *sql.Rows) error {
			var id, origin string
			var hidden int64
			err := rows.Scan(&id, &origin, &hidden)
			if m.here[id] = id; origin != "" {
				m.here[origin] = id
			}
			m.hidden[id] = hidden
			return err
		})
	if err != nil {
		return err
	}
	for _, one := range m.msgs {
		if id := m.had(one); id != "" {
			m.here[one.ID] = id
		} else {
			m.fresh = append(m.fresh, one)
		}
	}
	if len(m.hidden) > 0 && len(m.msgs) > 0 && len(m.fresh) == len(m.msgs) {
		return ErrUnrelated
	}
	return nil
}

// had returns the id by which the session knows a message, "" if it does not.
func (m *merging) had(one Message) string {
	if id := m.here[one.ID]; id != "" || one.Origin == "" {
		return id
	}
	return m.here[one.Origin]
}

func (m *merging) add(ctx context.Context, tx *sql.Tx) error {
	if err := m.rename(ctx, tx); err != nil {
		return err
	}
	for _, one := range m.fresh {
		id := m.newID[one.ID]
		if id != one.ID && one.Origin == "" {
			one.Origin = one.ID // by which it is known again
		}
		m.here[one.ID] = id
		one.ID, one.ParentID, one.Chosen, one.SessionID = id, m.here[one.ParentID], "", m.session.ID
		one.HiddenAs = hiddenWith(one, m.hidden[one.ParentID])
		m.hidden[id] = one.HiddenAs
		if err := m.addMessage(ctx, tx, one); err != nil {
			return err
		}
	}
	return nil
}

// rename finds free ids. The session's own is not to be free.
func (m *merging) rename(ctx context.Context, tx *sql.Tx) error {
	id := m.session.ID
	m.msgs = m.fresh
	err := m.putting.rename(ctx, tx)
	m.session.ID = id
	return err
}

// moveOn goes to the leaf that was given, if the way to it leads through where
// the session stands.
func (m *merging) moveOn(ctx context.Context, tx *sql.Tx) error {
	to := m.here[m.session.Leaf]
	if to == "" || m.hidden[to] > 0 {
		return nil
	}
	way, err := column(ctx, tx, `
		WITH RECURSIVE way (id) AS (
			SELECT ? UNION SELECT m.parent_id FROM way JOIN messages m ON m.id = way.id WHERE m.parent_id IS NOT NULL
		)
		SELECT way.id FROM way JOIN sessions s ON s.id = ? AND (s.leaf = way.id OR s.leaf = '')`, to, m.session.ID)
	if err != nil || len(way) == 0 || slices.Equal(way, []string{to}) {
		return err
	}
	_, err = m.store.goTo(ctx, tx, m.session.ID, to)
	return err
}

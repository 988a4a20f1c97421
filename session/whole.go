package session

// This file owns the addition of a whole session that was made elsewhere. It
// adds all of it or nothing. It refuses what is no tree, and repairs nothing:
// that is for those who know the foreign shape.

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Put adds a session with all its messages, in one transaction, and returns it
// as it is then. Messages arrive in the order of msgs, but each after its parent.
// A message whose parent is not among them, that is its own ancestor, or whose id
// comes twice is refused, by its id, and nothing changes.
//
// Ids that are taken, or can't be ids, are made anew, wherever they occur. What
// is below something hidden is hidden with it. A leaf that is not shown, or none,
// becomes the end last shown. An answer without an end was interrupted.
//
// Contents of files come from files, by their sum; a content that is there
// already is not asked for. What files does not have ([fs.ErrNotExist], or nil
// for files) stays away: the messages name it all the same. So does what files
// fails to give, or what has another sum: *[FileError] says, beside the session,
// that all is added but such a content.
//
// The session becomes the newest if it was used after all others, by Updated, or
// the oldest otherwise. To keep the order of several, put the newest first.
func (s *Store) Put(ctx context.Context, n Session, msgs []Message, files func(sum string) (io.ReadCloser, error)) (Session, error) {
	put := &putting{store: s, session: n, files: files}
	err := put.order(msgs)
	if err == nil {
		err = put.run(ctx)
	}
	if err != nil {
		return Session{}, fmt.Errorf("add session %s: %w", n.ID, err)
	}
	if put.lost != nil {
		return put.session, fmt.Errorf("add session %s: %w", n.ID, put.lost)
	}
	return put.session, nil
}

// putting is one Put.
type putting struct {
	store   *Store
	session Session
	msgs    []Message // each after its parent
	files   func(string) (io.ReadCloser, error)
	fetched []api.File
	lost    error // a content that could not be had
	newID   map[string]string
}

// order puts parents before their children, and leaves the order alone otherwise.
func (p *putting) order(msgs []Message) error {
	at := make(map[string]int, len(msgs))
	for i, m := range msgs {
		if _, twice := at[m.ID]; twice {
			return fmt.Errorf("message %q is there twice", m.ID)
		}
		if m.Role == "" {
			return fmt.Errorf("message %q has no role", m.ID)
		}
		at[m.ID] = i
	}
	placed := make([]bool, len(msgs))
	for i := range msgs {
		way := []int{}
		for next := i; !placed[next]; {
			if len(way) > len(msgs) {
				return fmt.Errorf("message %q is its own ancestor", msgs[next].ID)
			}
			way = append(way, next)
			parent := msgs[next].ParentID
			if parent == "" {
				break
			}
			above, is := at[parent]
			if !is {
				return fmt.Errorf("the parent %q of message %q is missing", parent, msgs[next].ID)
			}
			next = above
		}
		for _, j := range slices.Backward(way) {
			placed[j] = true
			p.msgs = append(p.msgs, msgs[j])
		}
	}
	return nil
}

func (p *putting) run(ctx context.Context) (err error) {
	defer func() {
		if err != nil { // nothing names them, unless somebody else does
			_ = p.store.dropUnnamed(context.WithoutCancel(ctx), p.fetched)
		}
	}()
	if err := p.fetch(ctx); err != nil {
		return err
	}
	queue, waiting, lost, err := p.store.keepQueue(&p.session.Queue)
	p.fetched = append(p.fetched, waiting...)
	if err := errors.Join(err, lost); err != nil {
		return err
	}
	return p.store.change(ctx, func(tx *sql.Tx) error {
		if err := p.store.files.keepAgain(p.allFiles()); err != nil {
			return err
		}
		if err := p.rename(ctx, tx); err != nil {
			return err
		}
		if err := p.add(ctx, tx, *queue); err != nil {
			return err
		}
		p.session, err = sessionIn(ctx, tx, p.session.ID)
		return err
	})
}

func (p *putting) allFiles() (all []api.File) {
	for _, m := range p.msgs {
		all = append(all, filesOf(m.Parts)...)
	}
	return all
}

// fetch saves the contents of the files, as far as they can be had.
func (p *putting) fetch(ctx context.Context) error {
	for i := range p.msgs {
		m := &p.msgs[i]
		m.Parts = slices.Clone(m.Parts)
		for j := range m.Parts {
			if m.Parts[j].File == nil {
				continue
			}
			f := identified(*m.Parts[j].File)
			m.Parts[j].File = &f
			if err := p.fetchOne(ctx, f); err != nil {
				return err
			}
		}
	}
	for _, q := range p.session.Queue {
		for _, f := range q.Files {
			if err := p.fetchOne(ctx, identified(f)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *putting) fetchOne(ctx context.Context, f api.File) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	path := p.store.files.path(f)
	if path == "" || p.store.files.there(path, f.Size) == nil {
		return nil
	}
	if f.Data != nil {
		p.fetched = append(p.fetched, f)
		return p.store.files.keep(f)
	}
	if p.files == nil {
		return nil
	}
	err := p.receive(f)
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, errNotGiven), errors.Is(err, errAltered): // not our disk's fault
		if p.lost == nil {
			p.lost = &FileError{Name: f.Name, Path: path, Err: err}
		}
		return nil
	}
	return &FileError{Name: f.Name, Path: path, Err: err}
}

var errNotGiven = errors.New("its content could not be had")

func (p *putting) receive(f api.File) error {
	from, err := p.files(f.SHA256)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotGiven, err)
	}
	defer from.Close()
	p.fetched = append(p.fetched, f)
	return p.store.files.receive(from, f)
}

// rename finds ids that are free, for those that are not.
func (p *putting) rename(ctx context.Context, tx *sql.Tx) error {
	p.newID = make(map[string]string, len(p.msgs))
	free := func(table, id string) (string, error) {
		if !validID(id) {
			return NewID(p.store.now()), nil
		}
		taken, err := column(ctx, tx, `SELECT id FROM `+table+` WHERE id = ?`, id)
		if err == nil && len(taken) > 0 {
			id = NewID(p.store.now())
		}
		return id, err
	}
	var err error
	if p.session.ID, err = free("sessions", p.session.ID); err != nil {
		return err
	}
	for _, m := range p.msgs {
		if p.newID[m.ID], err = free("messages", m.ID); err != nil {
			return err
		}
	}
	return nil
}

func (p *putting) add(ctx context.Context, tx *sql.Tx, queue string) error {
	n := p.session
	n.Kind = orKind(n.Kind)
	n.Chosen = p.newID[n.Chosen]
	n.Leaf = p.newID[n.Leaf]
	if n.Created.IsZero() {
		n.Created = p.store.now()
	}
	if n.Updated.IsZero() {
		n.Updated = n.Created
	}
	place, err := rankOf(ctx, tx, n.Updated)
	if err != nil {
		return err
	}
	if err := insertSession(ctx, tx, n, queue, place); err != nil {
		return err
	}
	hidden := map[string]int64{}
	for _, m := range p.msgs {
		m.ID, m.ParentID, m.Chosen, m.SessionID = p.newID[m.ID], p.newID[m.ParentID], p.newID[m.Chosen], n.ID
		m.HiddenAs = hiddenWith(m, hidden[m.ParentID])
		hidden[m.ID] = m.HiddenAs
		if err := p.addMessage(ctx, tx, m); err != nil {
			return err
		}
	}
	return p.stand(ctx, tx, n, hidden)
}

// hiddenWith returns under which number m is hidden, below a parent's.
func hiddenWith(m Message, parent int64) int64 {
	if m.HiddenAs > 0 {
		return m.HiddenAs
	}
	if m.Hidden {
		return max(parent, 1)
	}
	return parent
}

func (p *putting) addMessage(ctx context.Context, tx *sql.Tx, m Message) error {
	if m.Created.IsZero() {
		m.Created = p.store.now()
	}
	if m.Streaming() {
		m.Finish = api.FinishInterrupted
	}
	if err := insertRow(ctx, tx, m); err != nil {
		return err
	}
	if err := replaceParts(ctx, tx, m.ID, content{m.Parts, m.Citations}); err != nil {
		return err
	}
	if !strings.HasPrefix(m.Origin, forkOrigin) {
		if err := bookDigest(ctx, tx, m.SessionID, m.Digest); err != nil {
			return err
		}
	}
	return seal(ctx, tx, m.ID)
}

// stand makes sure that the session stands at something shown.
func (p *putting) stand(ctx context.Context, tx *sql.Tx, n Session, hidden map[string]int64) error {
	if n.Leaf != "" && hidden[n.Leaf] == 0 {
		return nil
	}
	leaf, err := endOf(ctx, tx, n.ID)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE sessions SET leaf = ? WHERE id = ?`, leaf, n.ID)
	return err
}

// rankOf returns where a session that was used then stands among the others.
func rankOf(ctx context.Context, tx *sql.Tx, updated time.Time) (string, error) {
	newer, err := column(ctx, tx, `SELECT id FROM sessions WHERE touched = (SELECT max(touched) FROM sessions) AND updated > ?`, updated.UnixMilli())
	if err != nil || len(newer) == 0 {
		return newestRank, err
	}
	return `(SELECT min(touched) - 1 FROM sessions)`, nil
}

func orKind(k Kind) Kind {
	if k == "" {
		return KindChat
	}
	return k
}

// receive saves the content of f from a stream. It believes neither its sum nor
// its size before it has seen them.
func (c contents) receive(from io.Reader, f api.File) error {
	if c.memory != nil {
		return c.memory.receive(c.path(f), from, f)
	}
	sum := sha256.New()
	name, err := c.writeNew(io.TeeReader(io.LimitReader(from, f.Size+1), sum))
	if err != nil {
		return err
	}
	if err := c.settleAs(name, f, sum); err != nil {
		_ = os.Remove(name)
		return err
	}
	return c.settle()
}

func (c contents) settleAs(name string, f api.File, sum hash.Hash) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	if info.Size() != f.Size || fmt.Sprintf("%x", sum.Sum(nil)) != f.SHA256 {
		return errAltered
	}
	return os.Rename(name, c.path(f))
}

package session

// This file owns what is known of a damaged database: the rows that were found
// and what the indexes say that there was. Out of both it makes one tree.

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// wreck is a damaged database.
type wreck struct {
	im     *image
	report Report

	roots    map[string]uint32
	label    map[uint32]string // of pages that a tree leads to: its name
	overflow map[uint32]bool
	free     map[uint32]bool
	broken   bool // a tree is: pages that nothing leads to may belong to it

	sessions map[string]*foundSession
	messages map[string]*foundMessage
	parts    map[partKey]spot
	chunks   map[string][]spot
	tags     []spot
	payments map[int64]spot

	spares  map[string][]spare  // by table
	named   map[int64]*mention  // what the indexes say of messages, by seq
	partIDs map[int64]partKey   // what they say of parts, by rowid
	rowOf   map[partKey]int64   // the rowid of each part that was found
	mended  map[string][]string // why a message is not as it was
	ends    map[string]bool     // sessions that the indexes know
}

type foundSession struct {
	id      string
	at      *spot // nil: its row is lost
	touched int64
}

type foundMessage struct {
	id, session, parent, role string
	seq                       int64
	at                        *spot // nil: its row is lost
	parts                     []int // ord
}

type partKey struct {
	message string
	ord     int64
}

// spare is a row that is worth something only if nothing better is found.
type spare struct {
	spot
	cell cell
}

// mention is what the indexes say of a message.
type mention struct{ id, session, parent, role string }

func newWreck(im *image) *wreck {
	w := &wreck{
		im: im, roots: map[string]uint32{}, label: map[uint32]string{}, overflow: map[uint32]bool{}, free: map[uint32]bool{},
		sessions: map[string]*foundSession{}, messages: map[string]*foundMessage{}, parts: map[partKey]spot{},
		chunks: map[string][]spot{}, payments: map[int64]spot{}, spares: map[string][]spare{},
		named: map[int64]*mention{}, partIDs: map[int64]partKey{}, rowOf: map[partKey]int64{},
		mended: map[string][]string{}, ends: map[string]bool{},
	}
	w.report.Pages = slices.Clone(im.damaged)
	return w
}

// newer refuses a file of a newer aimlchat. A number that doesn't go with what
// is in the file is damage.
func (w *wreck) newer(path string) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	head := w.im.page(1)
	if head == nil {
		return nil
	}
	version := binary.BigEndian.Uint32(head[60:])
	if version <= uint32(len(steps)) { //nolint:gosec // few
		return nil
	}
	known, err := namesOf(steps)
	if err != nil {
		return err
	}
	for name := range w.roots {
		if !known[name] {
			return &VersionError{Path: path, Found: int(version), Newest: len(steps)}
		}
	}
	w.damage("the number of the schema's version")
	return nil
}

// keep notes a row by its shape.
func (w *wreck) keep(label string, at spot, c cell) {
	v := c.values
	switch shapeOf(v, at.kind) {
	case sessionTable:
		id := v[0].(string)
		if w.sessions[id] == nil || w.sessions[id].at == nil {
			w.sessions[id] = &foundSession{id, &at, v[10].(int64)}
		}
	case messageTable:
		m := messageAt(&at, c)
		if w.messages[m.id] == nil {
			w.messages[m.id] = m
		}
	case partTable:
		key := partKey{v[1].(string), v[2].(int64)}
		if _, twice := w.parts[key]; !twice {
			w.parts[key], w.rowOf[key] = at, c.rowid
		}
		if c.cut {
			w.mend(key.message, "its end could not be read")
		}
	case chunkTable:
		id := v[0].(string)
		w.chunks[id] = append(w.chunks[id], at)
	case tagTable:
		if label == tagTable || label == "" {
			w.tags = append(w.tags, at)
		}
	case paymentTable:
		w.payments[c.rowid] = at
	}
}

func messageAt(at *spot, c cell) *foundMessage {
	v := c.values
	parent, _ := v[3].(string)
	return &foundMessage{id: v[1].(string), session: v[2].(string), parent: parent, role: v[4].(string), seq: c.rowid, at: at}
}

func (w *wreck) spare(at spot, c cell) {
	if table := shapeOf(c.values, at.kind); table == messageTable || table == partTable || table == sessionTable {
		w.spares[table] = append(w.spares[table], spare{at, c})
	}
}

func (w *wreck) mend(message, why string) {
	if !slices.Contains(w.mended[message], why) {
		w.mended[message] = append(w.mended[message], why)
	}
}

// hint notes what an index says. It reports whether the cell is an entry of one.
func (w *wreck) hint(label string, c cell) bool {
	v := c.values
	n := len(v)
	if n == 0 {
		return false
	}
	row, is := v[n-1].(int64)
	if !is {
		return false
	}
	switch {
	case label == "sqlite_autoindex_sessions_1" && n == 2 && isID(v[0]):
		w.ends[v[0].(string)] = true
	case label == "sqlite_autoindex_messages_1" && n == 2 && isID(v[0]):
		w.mention(row).id = v[0].(string)
	case label == "sqlite_autoindex_messages_2" && n == 3 && isID(v[0]) && isID(v[1]):
		w.mention(row).session = v[0].(string)
	case label == "messages_parent" && n >= 3 && isID(v[1]):
		w.mention(row).parent = v[1].(string)
	case label == "messages_role" && n >= 3 && areText(v[n-2]):
		w.mention(row).role = v[n-2].(string)
	case label == "sqlite_autoindex_parts_1" && n == 3 && isID(v[0]) && areInt(v[1]):
		w.partIDs[row] = partKey{v[0].(string), v[1].(int64)}
	default:
		return false
	}
	return true
}

func (w *wreck) mention(seq int64) *mention {
	m := w.named[seq]
	if m == nil {
		m = &mention{}
		w.named[seq] = m
	}
	return m
}

// settle makes one tree of what was found and of what the indexes say.
func (w *wreck) settle() {
	w.settleMessages()
	w.settleParts()
	w.settleParents()
	w.settleSessions()
}

// settleMessages gives rows the ids that the indexes know them by, and notes
// the messages that only the indexes know.
func (w *wreck) settleMessages() {
	bySeq := map[int64]*foundMessage{}
	for _, m := range w.messages {
		bySeq[m.seq] = m
	}
	known := map[string]bool{}
	for _, n := range w.named {
		known[n.id] = true
	}
	for _, seq := range slices.Sorted(maps.Keys(w.named)) {
		n := w.named[seq]
		m := bySeq[seq]
		switch {
		case m != nil && n.id != "" && m.id != n.id && w.messages[n.id] == nil && !known[m.id]:
			delete(w.messages, m.id)
			w.mend(n.id, fmt.Sprintf("it had the damaged id %s", m.id))
			m.id = n.id
			w.messages[m.id] = m
		case n.id != "" && w.messages[n.id] == nil:
			w.messages[n.id] = w.lost(seq, n)
			m = w.messages[n.id]
		case n.id != "" && w.messages[n.id].seq != seq:
			w.messages[n.id].seq = seq
		}
		if m != nil && m.id == n.id {
			w.correct(m, n)
		}
	}
}

// lost returns a message whose row is lost, from a spare row if there is one.
func (w *wreck) lost(seq int64, n *mention) *foundMessage {
	for _, s := range w.spares[messageTable] {
		if s.cell.values[1] == n.id {
			w.mend(n.id, "it was found on a page that was given up")
			return messageAt(&s.spot, s.cell)
		}
	}
	return &foundMessage{id: n.id, session: n.session, parent: n.parent, role: n.role, seq: seq}
}

// correct believes the indexes where a row says what can't be.
func (w *wreck) correct(m *foundMessage, n *mention) {
	if n.session != "" && m.session != n.session && w.sessions[m.session] == nil && !w.ends[m.session] {
		w.mend(m.id, "it named a session that isn't")
		m.session = n.session
	}
	if n.parent != "" && m.parent != n.parent && w.messages[m.parent] == nil {
		if m.parent != "" {
			w.mend(m.id, "it followed a message that isn't")
		}
		m.parent = n.parent
	}
}

// settleParts gives each message its parts.
func (w *wreck) settleParts() {
	byRow := map[int64]partKey{}
	for key, row := range w.rowOf {
		byRow[row] = key
	}
	said := map[partKey]bool{}
	for _, key := range w.partIDs {
		said[key] = true
	}
	for _, row := range slices.Sorted(maps.Keys(w.partIDs)) {
		key := w.partIDs[row]
		if _, is := w.parts[key]; is {
			continue
		}
		if had, is := byRow[row]; is && !said[had] {
			w.parts[key] = w.parts[had]
			delete(w.parts, had)
			w.mend(key.message, "a part of it named another message")
			continue
		}
		if at, is := w.sparePart(key); is {
			w.parts[key] = at
			w.mend(key.message, "a part of it was found on a page that was given up")
			continue
		}
		w.mend(key.message, fmt.Sprintf("part %d of it is lost", key.ord+1))
	}
	for key := range w.parts {
		if w.messages[key.message] == nil {
			w.messages[key.message] = &foundMessage{id: key.message}
		}
		m := w.messages[key.message]
		m.parts = append(m.parts, int(key.ord))
	}
}

func (w *wreck) sparePart(key partKey) (spot, bool) {
	for _, s := range w.spares[partTable] {
		if s.cell.values[1] == key.message && s.cell.values[2] == key.ord {
			return s.spot, true
		}
	}
	return spot{}, false
}

// settleParents makes a message of each that is only known as a parent, and
// puts all in an order in which parents come first.
func (w *wreck) settleParents() {
	for _, m := range w.inOrder() {
		p := w.messages[m.parent]
		if m.parent != "" && p == nil && m.parent != m.id {
			w.messages[m.parent] = &foundMessage{id: m.parent, session: m.session, role: before(m.role), seq: m.seq - 1}
			continue
		}
		if p == nil {
			continue
		}
		if p.session == "" {
			p.session, p.seq = m.session, cmp.Or(p.seq, m.seq-1)
		}
		if p.session != m.session || p.seq > m.seq || p == m {
			w.mend(m.id, "what it followed can't be told")
			m.parent = ""
		}
	}
}

func before(role string) string {
	if role == "user" {
		return "assistant"
	}
	return "user"
}

// inOrder returns the messages in the order in which they came.
func (w *wreck) inOrder() []*foundMessage {
	return slices.SortedFunc(maps.Values(w.messages), func(a, b *foundMessage) int {
		if c := cmp.Compare(a.seq, b.seq); c != 0 {
			return c
		}
		if a.id == b.parent || b.id == a.parent {
			if a.id == b.parent {
				return -1
			}
			return 1
		}
		return cmp.Compare(a.id, b.id)
	})
}

// settleSessions finds a session for each message.
func (w *wreck) settleSessions() {
	for _, m := range w.inOrder() {
		if m.session != "" && w.sessions[m.session] == nil {
			w.ends[m.session] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(w.ends)) {
		if w.sessions[id] != nil {
			continue
		}
		lost := &foundSession{id: id}
		for _, s := range w.spares[sessionTable] {
			if s.cell.values[0] == id {
				lost.at, lost.touched = &s.spot, s.cell.values[10].(int64)
			}
		}
		w.sessions[id] = lost
		w.lose(id, "", "its row is lost: title, draft and settings", true)
	}
}

func (w *wreck) lose(session, message, why string, kept bool) {
	w.report.Losses = append(w.report.Losses, Loss{session, message, why, kept})
}

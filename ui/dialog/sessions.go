package dialog

// sessions.go owns how sessions are offered: what a row says of one, what was
// found in it, and how its age is told. What can be done with one is
// keeping.go's. It refuses to read the store and the clock.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/picker"
)

// maxModel is the room for a model's id, in cells.
const maxModel = 24

// Sessions is the dialog that finds a session, to resume it or to tidy up.
type Sessions struct {
	chooser
	now      time.Time
	current  string
	sessions []session.Summary
	states   map[string]string // what goes on in a session, by its id

	hits     []session.Hit // for what was typed, or a little less
	searched string        // for which they were found; "": nothing is searched for
	entered  bool          // enter waits until they are for what was typed

	entry   *entry   // what is being written about the selected session; nil: nothing
	doomed  string   // the session that the question is about
	trashed []string // thrown away here, the last one last
	back    string   // brought back here, to be selected when it is there
}

// NewSessions returns the dialog. Ages are told as of now, in its time zone.
func NewSessions(theme themes.Theme, now time.Time) *Sessions {
	d := &Sessions{now: now}
	d.title, d.toggles = "Sessions", "ctrl+r"
	d.busy, d.none = "loading the sessions…", "no sessions yet"
	d.init(theme, picker.Options{Noun: "sessions", Verb: "search"})
	d.remind()
	return d
}

// SetSessions replaces the sessions, those that are pinned first, then the
// newest. What is selected stays selected.
func (d *Sessions) SetSessions(list []session.Summary) {
	d.sessions = list
	d.update()
	if slices.ContainsFunc(list, func(s session.Summary) bool { return s.ID == d.back }) {
		d.list.Select(d.back)
		d.back = ""
	}
}

// SetHits shows what was found for a text, the best first; nil for "": all
// sessions. Where nothing was found, what looks like the text is shown. Who pressed
// enter before they came gets the best of them.
func (d *Sessions) SetHits(typed string, hits []session.Hit) Action {
	again := typed == d.searched
	id, _ := d.list.Selected()
	d.searched, d.hits = typed, hits
	d.update()
	if again {
		d.list.Select(id)
	} else if typed != "" {
		d.list.Select("")
	}
	if id, ok := d.list.Selected(); ok && d.entered && typed == d.Typed() {
		d.entered = false
		return d.choose(id)
	}
	return nil
}

// SetCurrent marks the session that is open.
func (d *Sessions) SetCurrent(id string) {
	d.current = id
	d.update()
}

// SetStates says what goes on in sessions, by their ids: "answering".
func (d *Sessions) SetStates(states map[string]string) {
	d.states = states
	d.update()
}

// Typed is what is searched for.
func (d *Sessions) Typed() string { return strings.TrimSpace(d.list.Filter()) }

// inTrash reports whether what is shown is in the trash.
func (d *Sessions) inTrash() bool { return session.ParseSearch(d.searched, d.now).Trashed }

func (d *Sessions) update() {
	d.title, d.none = "Sessions", "no sessions yet"
	if d.inTrash() {
		d.title, d.none = "Trash", "nothing is in the trash"
	}
	d.remind()
	if len(d.hits) == 0 && !d.inTrash() {
		items := make([]picker.Item, len(d.sessions))
		for i := range d.sessions {
			items[i] = d.item(&d.sessions[i])
		}
		d.setItems(items)
		return
	}
	items := make([]picker.Item, len(d.hits))
	for i := range d.hits {
		items[i] = d.found(&d.hits[i])
	}
	d.lowest = max(d.lowest, d.height) // or the box would jump about while one types
	d.list.SetFound(items)
	d.refresh()
}

func (d *Sessions) item(s *session.Summary) picker.Item {
	at := s.Updated
	if !s.Trashed.IsZero() {
		at = s.Trashed
	}
	at = at.In(d.now.Location())
	it := picker.Item{
		ID:      s.ID,
		Group:   period(d.now, at),
		Lead:    when(d.now, at),
		Title:   cmp.Or(s.Title, s.FirstWords, s.DraftWords(), "untitled"),
		Detail:  short(s.Model),
		Columns: []string{size(s)},
		Prose:   joined(d.state(s), hashed(s.Tags), rest(s.FirstWords, s.Title)),
		About:   joined(when(d.now, at), d.state(s), s.Model, size(s), hashed(s.Tags), s.FirstWords),
		Marked:  s.ID == d.current,
	}
	if s.Pinned {
		it.Group = "Pinned"
	}
	return it
}

// found is a session with what was found in it.
func (d *Sessions) found(h *session.Hit) picker.Item {
	it := d.item(&h.Summary)
	pinned := ""
	if h.Pinned {
		pinned = "pinned"
	}
	it.Prose = joined(pinned, d.state(&h.Summary), hashed(h.Tags))
	it.Below, it.BelowMarks = h.Snippet, ranges(h.Marks)
	if h.Title != "" {
		it.TitleMarks = ranges(h.TitleMarks)
	}
	if h.Hits > 1 {
		it.About = joined(when(d.now, h.Updated.In(d.now.Location())), h.Model, messages(h.Messages), fmt.Sprintf("found in %d of them", h.Hits))
	}
	return it
}

func ranges(marks []session.Range) []picker.Range {
	list := make([]picker.Range, len(marks))
	for i, m := range marks {
		list[i] = picker.Range(m)
	}
	return list
}

// state is what goes on in a session, or waits there.
func (d *Sessions) state(s *session.Summary) string {
	queued, draft := "", s.DraftWords()
	if n := len(slices.DeleteFunc(slices.Clone(s.Queue), func(q session.Queued) bool { return q.Draft })); n > 0 {
		queued = fmt.Sprintf("%d queued", n)
	}
	if draft != "" && !onlyDraft(s) {
		draft = "draft: " + draft
	} else {
		draft = ""
	}
	return joined(cmp.Or(d.states[s.ID], queued), draft)
}

// onlyDraft reports whether nothing was said in a session, and something is
// written.
func onlyDraft(s *session.Summary) bool {
	return s.Messages == 0 && s.FirstWords == "" && s.DraftWords() != ""
}

// size is how much was said in a session.
func size(s *session.Summary) string {
	if onlyDraft(s) {
		return "draft"
	}
	return messages(s.Messages)
}

func hashed(tags []string) string {
	if len(tags) == 0 {
		return ""
	}
	return "#" + strings.Join(tags, " #")
}

// joined joins what there is.
func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// short is a model's id without who made it, and not too long.
func short(model string) string {
	return ansi.Truncate(model[strings.LastIndexByte(model, '/')+1:], maxModel, "…")
}

// rest is what the first words say beyond a title that was made of them.
func rest(words, title string) string {
	beginning := strings.TrimRight(title, "… ")
	if after, ok := strings.CutPrefix(words, beginning); ok && beginning != "" {
		if after = strings.TrimSpace(after); after != "" {
			return "… " + after
		}
		return ""
	}
	return words
}

func messages(n int) string {
	if n == 1 {
		return "1 msg"
	}
	return fmt.Sprintf("%d msgs", n)
}

// days is how many midnights lie between two times of one zone; negative when
// at is later than now.
func days(now, at time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(now).Sub(midnight(at)) / (24 * time.Hour))
}

// period names the stretch of time that groups sessions.
func period(now, at time.Time) string {
	switch n := days(now, at); {
	case n <= 0:
		return "Today"
	case n == 1:
		return "Yesterday"
	case n < 7:
		return "This week"
	default:
		return "Older"
	}
}

// when tells a time as a person would: the nearer, the finer.
func when(now, at time.Time) string {
	switch ago, n := now.Sub(at), days(now, at); {
	case ago < time.Minute && ago > -time.Minute:
		return "just now"
	case ago > 0 && ago < time.Hour:
		return fmt.Sprintf("%d min ago", int(ago.Minutes()))
	case n == 0:
		return at.Format("today 15:04")
	case n == 1:
		return at.Format("yesterday 15:04")
	case n > 1 && n < 7:
		return at.Format("Mon 15:04")
	case at.Year() == now.Year():
		return at.Format("2 Jan")
	default:
		return at.Format("2 Jan 2006")
	}
}

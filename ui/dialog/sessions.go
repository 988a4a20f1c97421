package dialog

// sessions.go owns how sessions are offered: what a row says of one, and how
// its age is told. It refuses to read the store and the clock.

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/picker"
)

// maxModel is the room for a model's id, in cells.
const maxModel = 24

// Sessions is the dialog that chooses a session to resume.
type Sessions struct {
	chooser
	now      time.Time
	current  string
	sessions []session.Summary
}

// NewSessions returns the dialog. Ages are told as of now, in its time zone.
func NewSessions(theme themes.Theme, now time.Time) *Sessions {
	d := &Sessions{now: now}
	d.title, d.toggles = "Sessions", "ctrl+r"
	d.help = []string{"enter open", "esc close", "type to filter"}
	d.busy, d.none = "loading the sessions…", "no sessions yet"
	d.init(theme, picker.Options{Noun: "sessions"})
	return d
}

// SetSessions replaces the sessions, the newest first. What is selected stays
// selected.
func (d *Sessions) SetSessions(list []session.Summary) {
	d.sessions = list
	d.update()
}

// SetCurrent marks the session that is open.
func (d *Sessions) SetCurrent(id string) {
	d.current = id
	d.update()
}

// Press acts on a key.
func (d *Sessions) Press(key tea.KeyPressMsg) Action {
	id, a := d.press(key)
	if id != "" {
		return OpenSession{id}
	}
	return a
}

func (d *Sessions) update() {
	items := make([]picker.Item, len(d.sessions))
	for i := range d.sessions {
		items[i] = d.item(&d.sessions[i])
	}
	d.setItems(items)
}

func (d *Sessions) item(s *session.Summary) picker.Item {
	at := s.Updated.In(d.now.Location())
	return picker.Item{
		ID:      s.ID,
		Group:   period(d.now, at),
		Lead:    when(d.now, at),
		Title:   cmp.Or(s.Title, s.FirstWords, "untitled"),
		Detail:  short(s.Model),
		Columns: []string{messages(s.Messages)},
		Prose:   rest(s.FirstWords, s.Title),
		About:   strings.Join([]string{when(d.now, at), s.Model, messages(s.Messages), s.FirstWords}, " · "),
		Marked:  s.ID == d.current,
	}
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

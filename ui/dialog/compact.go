package dialog

// compact.go owns how a person chooses what of a long conversation is sent from
// now on. It refuses to know how that is done.

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Way is what becomes of what a person does not keep.
type Way int

// The ways.
const (
	AsIs       Way = iota // all that was sent until now, once
	Summarise             // a model sums up what is older
	LeaveOut              // what is older is not sent
	Everything            // all of it is sent again
)

// Compact asks for a way, and for the number of turns that are kept in any case.
type Compact struct {
	ID   string // of the conversation
	Way  Way
	Keep int
}

func (Compact) action() {}

// Turn is a question with its answers, as it weighs in a request.
type Turn struct {
	Messages int
	Tokens   int64
}

// Conversation is what there is to choose from.
type Conversation struct {
	ID        string // of its session; it comes back with the choice
	Turns     []Turn // all of them, oldest first
	Sent      int64  // tokens that are sent now
	Window    int64  // tokens that the model reads; 0: unknown
	Model     string
	Keep      int      // turns to offer to keep
	PriceIn   *float64 // USD for a million tokens; nil: unknown
	Compacted bool     // not all of it is sent now
	Waiting   bool     // a message waits for the choice
}

// Compacting is the dialog.
type Compacting struct {
	page
	c      Conversation
	ways   []Way
	chosen int // of ways
	keep   int
}

// NewCompacting returns the dialog. A conversation of one turn has nothing that
// is older.
func NewCompacting(theme themes.Theme, c Conversation) *Compacting {
	d := &Compacting{c: c, keep: max(1, min(c.Keep, len(c.Turns)-1))}
	if c.Waiting {
		d.ways = append(d.ways, AsIs)
	}
	if len(c.Turns) > 1 {
		d.ways = append(d.ways, Summarise, LeaveOut)
	}
	if c.Compacted {
		d.ways = append(d.ways, Everything)
	}
	d.title, d.arrange = "What is sent", d.lay
	if c.Waiting {
		d.title = "This conversation is long"
	}
	d.widest, d.lowest = 72, edgedHeight
	d.SetTheme(theme)
	return d
}

// SetTheme changes the colours.
func (d *Compacting) SetTheme(theme themes.Theme) {
	d.look = newLook(theme)
	d.lay()
}

// Press acts on a key.
func (d *Compacting) Press(key tea.KeyPressMsg) Action {
	switch k := key.String(); k {
	case "esc", "ctrl+c", "q":
		return Close{}
	case "enter":
		if d.chosen < len(d.ways) {
			return Compact{d.c.ID, d.ways[d.chosen], d.keep}
		}
		return Close{}
	case "up", "k", "shift+tab", "ctrl+p":
		d.chosen = max(d.chosen-1, 0)
	case "down", "j", "tab", "ctrl+n":
		d.chosen = max(min(d.chosen+1, len(d.ways)-1), 0)
	case "left", "-", "h":
		d.keepTurns(d.keep - 1)
	case "right", "+", "l":
		d.keepTurns(d.keep + 1)
	default:
		if n, err := strconv.Atoi(k); err == nil && n > 0 {
			d.keepTurns(n)
		}
	}
	d.lay()
	return nil
}

func (d *Compacting) keepTurns(n int) { d.keep = max(1, min(n, len(d.c.Turns)-1)) }

// kept sums up the turns that are sent in any case, and those that are older.
func (d *Compacting) kept() (kept, older Turn) {
	at := max(0, len(d.c.Turns)-d.keep)
	for i, t := range d.c.Turns {
		sum := &older
		if i >= at {
			sum = &kept
		}
		sum.Messages += t.Messages
		sum.Tokens += t.Tokens
	}
	return kept, older
}

func (d *Compacting) lay() {
	d.screen(d.screenWidth, d.screenHeight, maxHeight)
	w, _ := d.inner()
	var rows []string
	for _, row := range sanitize.Wrap(d.told(), w) {
		rows = append(rows, d.look.text.Render(row))
	}
	rows = append(rows, "")
	if len(d.c.Turns) > 1 {
		rows = append(rows, d.counter(), "")
	}
	from := 0
	for i, way := range d.ways {
		if i == d.chosen {
			from = len(rows)
		}
		rows = append(rows, d.option(way, i == d.chosen))
		if about := d.about(way); i == d.chosen && about != "" {
			for _, row := range sanitize.Wrap(about, max(w-4, 1)) {
				rows = append(rows, "    "+d.look.muted.Render(row))
			}
		}
	}
	d.fill(rows)
	d.reveal(from)
}

// reveal scrolls from the top as far as needed to show the chosen way, which
// begins in a row, with a row about it.
func (d *Compacting) reveal(row int) {
	_, h := d.inner()
	d.top = 0
	d.ScrollBy(row + min(2, h) - h)
}

// told says how things are.
func (d *Compacting) told() string {
	text := "The next message takes about " + figures.Tokens(d.c.Sent) + " tokens along"
	if d.c.Waiting {
		text = "With this message about " + figures.Tokens(d.c.Sent) + " tokens are sent"
	}
	switch model := sanitize.Line(d.c.Model); {
	case d.c.Window > 0 && d.c.Sent > d.c.Window:
		text += "; " + model + " reads only " + figures.Tokens(d.c.Window)
	case d.c.Window > 0:
		text += "; " + model + " reads " + figures.Tokens(d.c.Window)
	}
	text += "."
	if len(d.c.Turns) < 2 {
		text += " Nothing is older than the last turn."
	}
	return text
}

// counter is the row in which the number of turns is chosen.
func (d *Compacting) counter() string {
	_, older := d.kept()
	w, _ := d.inner()
	text, behind := "keep "+count(d.keep, "turn"), "  "+count(older.Messages, "message")+" before"
	if w >= 50 {
		text, behind = "keep the last "+strings.TrimPrefix(count(d.keep, "turn"), "1 "), behind+" that"
	}
	return d.look.accent.Render("‹ ") + d.look.title.Render(text) + d.look.accent.Render(" ›") + d.look.muted.Render(behind)
}

func (d *Compacting) option(way Way, chosen bool) string {
	text := [...]string{
		AsIs: "send it all, as until now", Summarise: "send a summary of what is older",
		LeaveOut: "leave out what is older", Everything: "send everything again",
	}[way]
	if chosen {
		return d.look.title.Render("▸ " + text)
	}
	return "  " + d.look.text.Render(text)
}

// typicalDigest is how many tokens a summary is guessed to take.
const typicalDigest = 600

// about says what a way leads to.
func (d *Compacting) about(way Way) string {
	kept, older := d.kept()
	var parts []string
	after := kept.Tokens
	switch way {
	case AsIs:
		return "and this is not asked again here"
	case Summarise:
		parts = append(parts, sanitize.Line(d.c.Model)+" writes it")
		if p := d.c.PriceIn; p != nil {
			parts = append(parts, "≈ "+figures.USD(float64(older.Tokens)**p/1e6))
		}
		after += typicalDigest
	case Everything:
		after += older.Tokens
	}
	size := "then about " + figures.Tokens(after) + " tokens are sent"
	if way != Everything && after >= d.c.Sent {
		size += ", no fewer than now"
	}
	parts = append(parts, size, "all stays here to read")
	return strings.Join(parts, " · ")
}

// View draws the dialog on an otherwise empty screen.
func (d *Compacting) View() string {
	_, h := d.inner()
	from, to := thumb(h, len(d.lines), d.top)
	help := []string{"enter choose", "esc close", "←→ turns"}
	if len(d.c.Turns) < 2 {
		help = slices.Delete(help, 2, 3)
	}
	if len(d.ways) == 0 {
		help = help[1:]
	}
	return d.draw(d.title, help, d.lines[min(d.top, len(d.lines)):], from, to)
}

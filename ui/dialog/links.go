package dialog

// links.go owns how links are offered, and that nobody opens one without having
// seen where it leads. It refuses to open them, and to offer what a browser
// should not be given.

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/picker"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// Link is somewhere to go.
type Link struct {
	Number int    // of a citation; 0: it has none
	Title  string // "" where there is only the address
	URL    string // its host in punycode
}

// Links is the dialog that chooses a link to open: the whole address is shown
// first.
type Links struct {
	chooser
	links []Link
	whole bool // only the address of the selected link is shown, all of it
	top   int  // the first row of it in view
}

// NewLinks returns the dialog of the given links.
func NewLinks(theme themes.Theme, links []Link) *Links {
	d := &Links{links: links}
	d.title, d.none = "Links", "no links in this message"
	d.help = []string{"enter open", "esc close", "ctrl+y copy", "type to filter"}
	d.pane = pane{want: d.addressRows, draw: d.address}
	d.init(theme, picker.Options{Noun: "links"})
	items := make([]picker.Item, len(links))
	for i, l := range links {
		items[i] = l.item(i)
	}
	d.setItems(items)
	return d
}

func (l *Link) item(i int) picker.Item {
	it := picker.Item{ID: strconv.Itoa(i), Title: sanitize.Line(l.Title), Detail: l.where()}
	if strings.TrimSpace(it.Title) == "" {
		it.Title, it.Detail = strings.TrimPrefix(strings.TrimPrefix(l.URL, "https://"), "mailto:"), ""
	}
	if l.Number > 0 {
		it.Title = fmt.Sprintf("[%d] %s", l.Number, it.Title)
	}
	return it
}

// where is the host of an address; of mail, who gets it.
func (l *Link) where() string {
	u, err := url.Parse(l.URL)
	switch {
	case err != nil:
		return ""
	case u.Scheme == "mailto":
		return u.Opaque
	}
	return u.Hostname()
}

// opens reports whether an address may be given to a browser.
func (l *Link) opens() bool {
	for _, c := range []byte(l.URL) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	u, err := url.Parse(l.URL)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Hostname() != ""
	case "mailto":
		return u.Opaque != ""
	}
	return false
}

// Press acts on a key.
func (d *Links) Press(key tea.KeyPressMsg) Action {
	l := d.selected()
	switch k := key.Keystroke(); {
	case l != nil && k == "ctrl+y":
		return Copy{l.URL}
	case l != nil && (k == "enter" || k == "kpenter"):
		return d.open(l)
	case d.whole && (k == "esc" || k == "ctrl+c"):
		d.whole = false
		return nil
	case d.whole:
		_, h := d.inner()
		d.ScrollBy(scroll(key, h, len(l.URL)))
		return nil
	}
	_, a := d.press(key)
	return a
}

// open opens a link whose address is in view; else it shows it first.
func (d *Links) open(l *Link) Action {
	switch {
	case !l.opens():
		return nil
	case d.whole || len(d.rows(l, d.pane.width-picker.Indent)) < d.pane.height:
		return OpenURL{l.URL}
	}
	d.whole, d.top = true, 0
	return nil
}

// ScrollBy moves the selection by n items, as a wheel does; the view where only
// an address is shown.
func (d *Links) ScrollBy(n int) {
	if !d.whole {
		d.chooser.ScrollBy(n)
		return
	}
	w, h := d.inner()
	d.top = max(min(d.top+n, len(d.rows(d.selected(), w))-h), 0)
}

func (d *Links) selected() *Link {
	id, ok := d.list.Selected()
	if i, err := strconv.Atoi(id); ok && err == nil && i < len(d.links) {
		return &d.links[i]
	}
	return nil
}

// View draws the dialog on an otherwise empty screen.
func (d *Links) View() string {
	l := d.selected()
	if !d.whole || l == nil {
		return d.chooser.View()
	}
	w, h := d.inner()
	rows := d.rows(l, w)
	top := max(min(d.top, len(rows)-h), 0)
	from, to := thumb(h, len(rows), top)
	return d.draw("Open this?", []string{"enter open", "ctrl+y copy", "esc back"}, rows[top:], from, to)
}

// Cursor returns where the terminal's cursor belongs on the screen.
func (d *Links) Cursor() (x, y int, ok bool) {
	if d.whole {
		return 0, 0, false
	}
	return d.chooser.Cursor()
}

// addressRows is the room for the address of the link: as much as the longest
// takes, if that leaves most of the room to the list.
func (d *Links) addressRows(width, height int) int {
	if height < 4 || width <= picker.Indent || len(d.links) == 0 {
		return 0
	}
	longest := 0
	for i := range d.links {
		longest = max(longest, len(d.links[i].URL))
	}
	most := (longest-1)/(width-picker.Indent) + 1
	return min(most+1, max(height/3, 3))
}

// address draws the address of the selected link, below a blank row.
func (d *Links) address(width, height int) []string {
	lines := []string{""}
	if l := d.selected(); l != nil {
		for _, row := range d.rows(l, width-picker.Indent) {
			lines = append(lines, strings.Repeat(" ", picker.Indent)+row)
		}
	}
	if len(lines) > height {
		lines = lines[:height]
		lines[height-1] = ansi.Truncate(lines[height-1], max(width-1, 0), "") + d.look.muted.Render("…")
	}
	return append(lines, make([]string, height-len(lines))...)
}

// rows is an address in full, its host made plain.
func (d *Links) rows(l *Link, width int) []string {
	shown, width := sanitize.Line(l.URL), max(width, 1)
	if !l.opens() {
		rows := sanitize.Wrap("only web and mail addresses are opened: "+shown, width)
		for i := range rows {
			rows[i] = d.look.warning.Render(rows[i])
		}
		return rows
	}
	from, to := hostSpan(shown)
	var rows []string
	for at := 0; at < len(shown); at += width {
		end := min(at+width, len(shown))
		a, b := min(max(from, at), end), min(max(to, at), end)
		rows = append(rows, d.look.muted.Render(shown[at:a])+d.look.title.Render(shown[a:b])+d.look.muted.Render(shown[b:end]))
	}
	return rows
}

// hostSpan is where the host stands in an address: behind what it gives out as
// the name of a user.
func hostSpan(address string) (from, to int) {
	_, rest, ok := strings.Cut(address, "://")
	if !ok { // mail: what is behind the @
		at := strings.LastIndexByte(address, '@')
		return at + 1, len(address)
	}
	from = len(address) - len(rest)
	to = len(address)
	if n := strings.IndexAny(rest, "/?#\\"); n >= 0 {
		to = from + n
	}
	if n := strings.LastIndexByte(address[from:to], '@'); n >= 0 {
		from += n + 1
	}
	return from, to
}

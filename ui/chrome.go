// This file draws what stands around the conversation: header, status line,
// footer. It only reads.

package ui

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/sanitize"
	"github.com/aimlchat/aimlchat/ui/transcript"
	"github.com/charmbracelet/x/ansi"
)

// chrome is the theme of what stands around the conversation, and what the
// terminal can do.
type chrome struct {
	title, model, muted, faint, accent, warning, err lipgloss.Style

	links      bool // OSC 8 hyperlinks work
	shiftEnter bool // the terminal tells shift+enter from enter
}

func newChrome(th themes.Theme) chrome {
	fg := lipgloss.NewStyle().Foreground // nil is the terminal's own
	return chrome{
		title: fg(th.Text).Bold(true), model: fg(th.Model), muted: fg(th.Muted), faint: fg(th.Faint),
		accent: fg(th.Accent), warning: fg(th.Warning), err: fg(th.Error),
	}
}

// status is the line above the composer: a word of the program's that fades,
// or a warning that stays.
type status struct {
	text    string
	until   time.Time
	warning string
}

const statusStays = 4 * time.Second

func (s *status) say(now time.Time, format string, args ...any) {
	s.text, s.until = fmt.Sprintf(format, args...), now.Add(statusStays)
}

// warn keeps a few words above the composer, and tells all there is to say at
// the end of the conversation, where it is not cut.
func (m *Model) warn(c *conversation, short, full string) {
	m.status.warning = short
	c.view.Append(&transcript.Notice{Text: full, Warning: true})
}

// line is what is said, in a row of its own.
func (s *status) line(st lipgloss.Style, width int) string {
	return ansi.Truncate(strings.Repeat(" ", margin)+st.Render(sanitize.Line(s.text)), width, "…")
}

func (s *status) fading(now time.Time) bool { return s.text != "" && now.Before(s.until) }

// View draws the screen.
func (m *Model) View() tea.View {
	v := tea.NewView("")
	v.AltScreen = true
	v.WindowTitle = m.windowTitle()
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	l := m.layout
	if l.width <= 0 || l.height <= 0 {
		return v
	}
	if m.dialog != nil {
		v.Content, v.Cursor = m.viewDialog()
		return v
	}
	rows := make([]string, 0, 6)
	if l.header > 0 {
		rows = append(rows, m.viewHeader())
	}
	if l.header > 1 {
		rows = append(rows, m.viewRule())
	}
	if l.transcript > 0 {
		rows = append(rows, m.viewConversation())
	}
	rows = append(rows, m.viewQueue()...)
	if l.status > 0 {
		rows = append(rows, m.viewStatus())
	}
	switch {
	case l.footer == 0 && m.finding():
		rows = append(rows, strings.Repeat("\n", l.composer-1)+m.viewFind())
	case l.footer == 0:
		rows = append(rows, m.composer.View())
	case m.finding():
		rows = append(rows, m.composer.View(), m.viewFind())
	default:
		rows = append(rows, m.composer.View(), m.viewFooter())
	}
	v.Content = strings.Join(rows, "\n")
	if m.typingQuery() {
		v.Cursor = m.findCursor()
	} else if x, y, ok := m.composer.Cursor(); ok {
		v.Cursor = tea.NewCursor(x, l.header+l.transcript+l.queue+l.status+y)
	}
	return v
}

// viewConversation shows the transcript; before the first message, what a
// newcomer may want to know, where there is room for it.
func (m *Model) viewConversation() string {
	if m.conv.view.Len() > 0 && hasBeside(m) {
		return m.viewBeside(m.conv.view.View())
	}
	if m.conv.view.Len() > 0 {
		return m.conv.view.View()
	}
	rows := make([]string, m.layout.transcript)
	side := strings.Repeat(" ", margin)
	for i, line := range m.welcome() {
		if i+1 < len(rows) {
			rows[i+1] = ansi.Truncate(side+line, m.layout.width, "…")
		}
	}
	return strings.Join(rows, "\n")
}

func (m *Model) welcome() []string {
	lines := []string{m.chrome.title.Render("Ask, and watch it think.")}
	if m.conv.provider == "demo" {
		lines = append(lines, m.chrome.muted.Render("This is the demo: it works without a key and without a network."))
	}
	if o := m.obstacle; o != nil && m.conv.provider == m.opts.Provider {
		lines = append(lines, m.wrapped(m.chrome.warning, o.Message)...)
		lines = append(lines, m.wrapped(m.chrome.muted, o.Hint)...)
		for _, line := range m.welcomeNearby() {
			lines = append(lines, m.wrapped(m.chrome.accent, line)...)
		}
	}
	lines = append(lines, "")
	for _, h := range []hint{
		{m.keyOf("model"), m.modelsHint()},
		{m.keyOf("resume"), "open an earlier session"},
		{m.keyOf("reasoning"), "show or hide what it thinks"},
		{m.keyOf("help-empty"), "all keys"},
	} {
		lines = append(lines, m.chrome.accent.Render(fmt.Sprintf("%-8s", h.key))+m.chrome.muted.Render(h.does))
	}
	return lines
}

// wrapped is text on as many lines as it takes.
func (m *Model) wrapped(style lipgloss.Style, text string) []string {
	lines := strings.Split(ansi.Wordwrap(sanitize.Line(text), max(1, m.layout.width-2*margin), ""), "\n")
	for i, line := range lines {
		lines[i] = style.Render(line)
	}
	return lines
}

func (m *Model) windowTitle() string {
	if t := m.conv.session.Title; t != "" {
		return "aimlchat · " + sanitize.Line(t)
	}
	return "aimlchat"
}

// viewHeader shows which conversation this is, who answers, how full the
// model's window is, and what it cost. The right end stands as long as it can;
// the title gives way.
func (m *Model) viewHeader() string {
	w := m.layout.width
	end := ""
	for _, parts := range [][]string{ // what is missed least goes first
		{m.viewModel(), m.viewWishes(), m.viewGauge(), m.viewSpent()},
		{m.viewModel(), m.viewWishes(), m.viewGauge()},
		{m.viewModel(), m.viewWishes()},
		{m.viewModel()},
	} {
		right := slices.DeleteFunc(parts, func(part string) bool { return part == "" })
		if end = strings.Join(right, m.chrome.faint.Render(" · ")); ansi.StringWidth(end) <= w-12 {
			break
		}
	}
	start := m.chrome.accent.Bold(true).Render("aimlchat")
	if t := m.conv.session.Title; t != "" {
		start += m.chrome.faint.Render(" · ") + m.chrome.title.Render(sanitize.Line(t))
	}
	return spread(start, end, w)
}

func (m *Model) viewModel() string {
	model := m.chrome.model.Render(sanitize.Line(m.conv.model))
	if m.conv.several() {
		model = m.chrome.muted.Render(sanitize.Line(m.conv.provider)+" · ") + model
	}
	return model
}

func (m *Model) viewWishes() string {
	if w := m.wishes(); w != "" {
		return m.chrome.accent.Render(w)
	}
	return ""
}

func (m *Model) viewSpent() string {
	usd, estimated, _ := m.conv.spent()
	if usd == 0 {
		return ""
	}
	text := figures.USD(usd)
	if estimated {
		text = "≈ " + text
	}
	return m.chrome.muted.Render(text)
}

// viewGauge shows the tokens of the conversation against the model's window.
func (m *Model) viewGauge() string {
	used, window := m.conv.taken, m.window()
	if used == 0 {
		return ""
	}
	if window == 0 {
		return m.chrome.muted.Render(figures.Tokens(used) + " tok")
	}
	const cells = 6
	share := float64(used) / float64(window)
	st := m.chrome.muted
	switch {
	case share > 0.9:
		st = m.chrome.err
	case share > 0.7:
		st = m.chrome.warning
	}
	full := min(cells, int(share*cells+0.5))
	return st.Render(figures.Tokens(used)+"/"+figures.Tokens(window)+" ▕"+strings.Repeat("█", full)) +
		m.chrome.faint.Render(strings.Repeat("░", cells-full)) + st.Render("▏")
}

// viewStatus is the line above the composer.
func (m *Model) viewStatus() string {
	right := ""
	switch {
	case m.conv.view.Unread():
		right = m.chrome.accent.Render(newLines(m.conv.view.NewLines()))
	case m.conv.view.More():
		right = m.chrome.faint.Render("↓ more")
	}
	side := strings.Repeat(" ", margin)
	return spread(side+m.viewWord(), right+side, m.layout.width)
}

// viewWord is what there is to say just now; "" for nothing.
func (m *Model) viewWord() string {
	left := ""
	fits := m.completions()
	called, _ := m.slash(m.composer.Value())
	switch {
	case len(m.paths.found) > 0:
		left = m.viewPaths()
	case m.paths.why != "":
		left = m.chrome.muted.Render(sanitize.Line(m.paths.why))
	case called != nil && strings.Contains(called.Slash, " "):
		left = m.viewCompletions([]*Command{called})
	case len(fits) > 0:
		left = m.viewCompletions(fits)
	case m.status.fading(m.now):
		left = m.chrome.muted.Render(sanitize.Line(m.status.text))
	case m.status.warning != "":
		left = m.chrome.warning.Render(sanitize.Line(m.status.warning))
	case m.editing != nil:
		left = m.viewEditing()
	case m.conv.sends.digest != nil:
		left = m.viewDigesting()
	case m.conv.following != nil:
		left = m.viewFollowing()
	case m.conv.turn != nil && m.conv.turn.stopped:
		left = m.chrome.muted.Render("stopping …")
	}
	if n := m.elsewhere(); n > 0 && left == "" {
		left = m.chrome.muted.Render(fmt.Sprintf("%d answering elsewhere · %s", n, m.keyOf("resume")))
	}
	if n := len(m.conv.queue); n > 0 {
		if left != "" {
			left += strings.Repeat(" ", margin)
		}
		left += m.chrome.accent.Render(fmt.Sprintf("%d queued", n)) + m.chrome.muted.Render(m.queueHelp())
	}
	return left
}

// viewCompletions lists the slash commands that the composer may mean; the only
// one with what it does.
func (m *Model) viewCompletions(fits []*Command) string {
	if len(fits) == 1 {
		return m.chrome.accent.Render(fits[0].Slash) + "  " + m.chrome.muted.Render(fits[0].Does)
	}
	var names []string
	for _, c := range fits {
		names = append(names, slashName(c.Slash))
	}
	return m.chrome.muted.Render(strings.Join(names, "  "))
}

// viewPaths lists what the word being typed may become, paths by their last names.
func (m *Model) viewPaths() string {
	var names []string
	for _, p := range m.paths.found {
		name := p
		if !m.paths.asked.tool {
			name = path.Base(p)
		}
		if strings.HasSuffix(p, "/") {
			name = path.Base(p) + "/"
		}
		names = append(names, sanitize.Line(name))
	}
	return m.chrome.accent.Render(m.keyOf("read")+" ") + m.chrome.muted.Render(strings.Join(names, "  "))
}

// margin is the width in cells of what stays blank left and right of the lines
// around the composer, as its frame does.
const margin = 2

// elsewhere counts the answers that arrive behind the screen.
func (m *Model) elsewhere() int {
	n := len(m.live)
	if m.conv.turn != nil {
		n--
	}
	return n
}

// viewFooter says what the next message takes, and which keys matter now.
func (m *Model) viewFooter() string {
	w := m.layout.width
	left := strings.Repeat(" ", margin)
	if word := m.viewWord(); m.layout.status == 0 && word != "" { // it has no line of its own
		return ansi.Truncate(left+word, w, "…")
	}
	if c, _ := m.slash(m.composer.Value()); c == nil && !m.composer.Empty() {
		left += m.estimate()
	}
	return spread(left, m.keyHelp(w-ansi.StringWidth(left)-2*margin)+strings.Repeat(" ", margin), w)
}

// keyHelp lists the keys that matter now, as many as fit.
func (m *Model) keyHelp(width int) string {
	out := ""
	for _, h := range m.hints() {
		if h.key == "" {
			continue
		}
		next := m.chrome.accent.Render(h.key) + " " + m.chrome.muted.Render(h.does)
		if out != "" {
			next = out + m.chrome.faint.Render(" · ") + next
		}
		if ansi.StringWidth(next) > width {
			break
		}
		out = next
	}
	return out
}

// spread puts one text at the left and one at the right end of a line, cutting
// the left one where both do not fit. In a terminal that joins no emoji the left
// one may take more cells; there too the right one fits.
func spread(left, right string, width int) string {
	rw := ansi.StringWidth(right)
	if rw > width {
		return ansi.Truncate(right, width, "…")
	}
	room := width - rw
	if rw > 0 {
		room--
	}
	left = ansi.Truncate(left, max(0, room), "…")
	for n := room - 1; n >= 0 && ansi.StringWidthWc(left) > room; n-- {
		left = ansi.Truncate(left, n, "…")
	}
	lw := max(ansi.StringWidth(left), ansi.StringWidthWc(left))
	return left + strings.Repeat(" ", max(0, width-lw-rw)) + right
}

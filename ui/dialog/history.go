package dialog

// history.go owns how the prompts sent before are offered: one row each, and
// several lines of the selected one below. It refuses to know where they are
// kept.

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/picker"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// What is shown and searched of a prompt: enough to know it again by.
const (
	promptTitle   = 200      // bytes of its first line
	promptProse   = 4 << 10  // bytes of the rest that are searched
	promptPreview = 16 << 10 // bytes from which the preview is made
	previewRows   = 8        // with a blank one above
)

// UsePrompt writes a prompt into the composer.
type UsePrompt struct{ Text string }

func (UsePrompt) action() {}

// History is the dialog that finds a prompt sent before.
type History struct {
	chooser
	prompts []string // newest first
}

// NewHistory returns the dialog. The prompts come oldest first, as they were
// sent; of equal ones the newest is offered.
func NewHistory(theme themes.Theme, prompts []string) *History {
	d := &History{}
	d.title = "History"
	d.help = []string{"enter write it into the composer", "esc close", "type to search"}
	d.none = "nothing was sent yet"
	d.pane = pane{want: d.rows, draw: d.preview}
	d.init(theme, picker.Options{Noun: "prompts"})
	seen := make(map[string]bool, len(prompts))
	for _, p := range slices.Backward(prompts) {
		if !seen[p] && strings.TrimSpace(p) != "" {
			seen[p] = true
			d.prompts = append(d.prompts, p)
		}
	}
	items := make([]picker.Item, len(d.prompts))
	for i, p := range d.prompts {
		items[i] = promptItem(strconv.Itoa(i), p)
	}
	d.setItems(items)
	return d
}

func promptItem(id, prompt string) picker.Item {
	prompt = strings.TrimSpace(prompt)
	first, rest, more := strings.Cut(prompt, "\n")
	it := picker.Item{ID: id, Title: beginning(first, promptTitle), Prose: beginning(rest, promptProse)}
	if len(it.Title) < len(first) {
		it.Prose = beginning(prompt[len(it.Title):], promptProse)
	}
	if more {
		it.Columns = []string{fmt.Sprintf("%d lines", strings.Count(prompt, "\n")+1)}
	} else {
		it.Columns = []string{""}
	}
	return it
}

// beginning is at most n bytes of s, without half a character at the end.
func beginning(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// Press acts on a key.
func (d *History) Press(key tea.KeyPressMsg) Action {
	id, a := d.press(key)
	if i, err := strconv.Atoi(id); err == nil {
		return UsePrompt{d.prompts[i]}
	}
	return a
}

// rows is how many the preview takes: none where the list needs them more.
func (d *History) rows(_, height int) int {
	if height < minHeight-2 || len(d.prompts) == 0 {
		return 0
	}
	return min(previewRows, height/2)
}

// preview draws the selected prompt below a blank row, as far as there is room.
func (d *History) preview(width, height int) []string {
	out := make([]string, height)
	id, _ := d.list.Selected()
	i, err := strconv.Atoi(id)
	if err != nil {
		return out
	}
	text := sanitize.Text(beginning(strings.TrimSpace(d.prompts[i]), promptPreview))
	var lines []string
	for l := range strings.SplitSeq(strings.ReplaceAll(text, "\t", "    "), "\n") {
		lines = append(lines, sanitize.Wrap(l, width)...)
		if len(lines) >= height {
			break
		}
	}
	for y := 1; y < height && y <= len(lines); y++ {
		l := lines[y-1]
		if y == height-1 && len(lines) > height-1 {
			l = ansi.Truncate(l, width-1, "") + "…"
		}
		out[y] = d.look.text.Render(l)
	}
	return out
}

package dialog

// modelfacts.go owns what is told of the model that is selected: what its row
// has no room for. It refuses to decide how a model is asked.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/picker"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// The rows about the selected model, in a body of how many rows.
const (
	shortBody, shortDetail = 7, 1
	tallBody, tallDetail   = 12, 4 // with a blank row
	hugeBody, hugeDetail   = 28, 5
)

// detailRows is the room for what is told of a model.
func (d *Models) detailRows(_, height int) int {
	switch {
	case len(d.choices)+len(d.told()) == 0 || height < shortBody:
		return 0
	case height < tallBody:
		return shortDetail
	case height < hugeBody:
		return tallDetail
	}
	return hugeDetail
}

// detail draws what is known of the selected model.
func (d *Models) detail(width, height int) []string {
	lines := make([]string, 0, height)
	if height > 1 {
		lines = append(lines, "")
	}
	id, _ := d.list.Selected()
	var facts []Fact
	if s := d.source(id); s != nil {
		facts = s.facts()
	} else if c := d.selectedChoice(); c != nil {
		facts = c.told()
		if d.several() {
			facts[0].Value += " at " + c.Provider
		}
	}
	if len(facts) > 0 {
		if height == 1 && len(facts) > 1 {
			facts = facts[1:] // the row says what it is called
		}
		for _, l := range d.look.flow(facts, max(width-picker.Indent, 1), height-len(lines)) {
			lines = append(lines, strings.Repeat(" ", picker.Indent)+l)
		}
	}
	return append(lines, make([]string, height-len(lines))...)
}

func (d *Models) selectedChoice() *Choice {
	id, ok := d.list.Selected()
	if i := slices.IndexFunc(d.choices, func(c Choice) bool { return c.key() == id }); ok && i >= 0 {
		return &d.choices[i]
	}
	return nil
}

// told is what is known of a model, what matters most first.
func (c *Choice) told() []Fact {
	name := cmp.Or(c.Name, c.ID)
	if c.Developer != "" {
		name += " by " + c.Developer
	}
	facts := []Fact{{Value: name}}
	if s := c.fate(); s != "" {
		facts = append(facts, Fact{Value: s, Tone: Warning})
	}
	given := slices.Clone(c.Facts)
	given = slices.DeleteFunc(given, func(f Fact) bool { return f.Name == "status" && c.Status != "" })
	at := slices.IndexFunc(given, func(f Fact) bool { return f.Name == "endpoints" })
	last := given[len(given):]
	if at >= 0 { // what nobody chooses by
		last = []Fact{given[at]}
		given = slices.Delete(given, at, at+1)
	}
	facts = append(facts, given...)
	facts = known(facts, "price per 1M", c.priced())
	facts = known(facts, "also", c.charges())
	if !slices.ContainsFunc(given, func(f Fact) bool { return f.Name == "thinking" }) { // that says it all
		facts = known(facts, "controls", c.steered())
	}
	if c.Context > 0 {
		facts = append(facts, Fact{Name: "window", Value: figures.Tokens(int64(c.Context))})
	}
	if c.OutputMax > 0 {
		facts = append(facts, Fact{Name: "answers up to", Value: figures.Tokens(int64(c.OutputMax))})
	}
	facts = append(facts, Fact{Value: strings.Join(c.can(), ", ")})
	facts = known(facts, "also called", strings.Join(c.Aliases, ", "))
	return append(facts, last...)
}

// fate is what becomes of a model; "" while it simply serves.
func (c *Choice) fate() string {
	var text string
	switch c.Status {
	case "":
		return ""
	case api.Deprecated:
		text = "deprecated"
		if c.Shutdown != "" {
			text += ", ends " + c.Shutdown
		}
	default:
		text = strings.TrimSpace(string(c.Status) + " " + c.Shutdown)
	}
	if c.ReplacedBy != "" {
		text += " → " + c.ReplacedBy
	}
	return text
}

// priced is what text costs, for a million tokens.
func (c *Choice) priced() string {
	if c.PriceIn == nil && c.PriceOut == nil {
		return ""
	}
	one := func(what string, usd *float64) string {
		if usd == nil {
			return ""
		}
		return dollars(*usd) + " " + what
	}
	parts := []string{one("in", c.PriceIn), one("cached", c.perMillion(api.PriceOfCached)), one("cache write", c.perMillion(api.PriceOfCacheWrite)), one("out", c.PriceOut)}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

// perMillion is a price of tokens that always holds; nil when it is not known.
func (c *Choice) perMillion(of api.PriceOf) *float64 {
	for _, p := range c.Prices {
		if p.Of == of && p.Unit == "token" && len(p.When) == 0 {
			usd := p.USD * 1e6
			return &usd
		}
	}
	return nil
}

// charges is what costs besides tokens.
func (c *Choice) charges() string {
	var parts []string
	for _, p := range c.Prices {
		if p.Unit != "token" && p.USD > 0 && len(p.When) == 0 {
			parts = append(parts, fmt.Sprintf("%s a %s", dollars(p.USD), p.Unit))
		}
	}
	if n := len(c.Prices); slices.ContainsFunc(c.Prices, func(p api.Price) bool { return len(p.When) > 0 }) && n > 0 {
		parts = append(parts, "prices vary")
	}
	return strings.Join(parts, ", ")
}

// controls says in plain words how a model can be steered.
var controls = []struct {
	words string
	by    []api.Control
}{
	{"effort", []api.Control{api.ControlEffort, api.ControlReasoning}},
	{"thinking budget", []api.Control{api.ControlThinkingBudget, api.ControlBudget, api.ControlReasoning}},
	{"thinking on and off", []api.Control{api.ControlThinking, api.ControlThinkingAuto, api.ControlThinkingBudget, api.ControlEnable}},
	{"web search", []api.Control{api.ControlWebOptions, api.ControlEnableSearch, api.ControlWebTool}},
}

// steered is by what a model can be steered.
func (c *Choice) steered() string {
	var words []string
	for _, k := range controls {
		if slices.ContainsFunc(c.Controls, func(x api.Control) bool { return slices.Contains(k.by, x) }) {
			words = append(words, k.words)
		}
	}
	if slices.Contains(c.Controls, api.ControlWebAlways) {
		words = append(words, "always searches the web")
	}
	return strings.Join(words, ", ")
}

// flow draws facts one after the other, in at most height rows. A fact is kept
// in one row where it fits into one.
func (l look) flow(facts []Fact, width, height int) []string {
	const dot = " · "
	var lines []string
	row, used := "", 0
	for _, f := range facts {
		name, value := sanitize.Line(f.Name), strings.TrimSpace(sanitize.Line(f.Value))
		if name != "" {
			name += " "
		}
		n := ansi.StringWidth(name + value)
		switch {
		case value == "":
			continue
		case used > 0 && used+len(dot)-1+n > width && len(lines)+1 < height:
			lines = append(lines, row)
			row, used = "", 0
		case used > 0:
			row += l.faint.Render(dot)
			used += len(dot) - 1
		}
		row += l.muted.Render(name) + l.ink(f.Tone).Render(value)
		used += n
	}
	lines = append(lines, row)
	for i := range lines {
		lines[i] = ansi.Truncate(lines[i], width, "…")
	}
	return lines[:min(len(lines), max(height, 0))]
}

package dialog

// models.go owns how models are offered: what a row says of one, in which
// group it stands. It refuses to fetch or filter the catalogue.

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/picker"
)

// Choice is a model that can be chosen, and who offers it.
type Choice struct {
	Provider string
	api.Model

	// Facts are told of the model while it is selected, before what is told of
	// every one: by which protocol it is asked, say.
	Facts []Fact
}

// Models is the dialog that chooses the model of the next message.
type Models struct {
	chooser
	current ChooseModel
	recent  []ChooseModel
	choices []Choice
	sources []Source
	offered bool // there were models to choose from
}

// badges are what a model can do, by the words that the services have for it.
var badges = []struct {
	picker.Badge
	capability []string // parts of the service's words
	input      []string // modalities
	controls   []api.Control
}{
	{
		picker.Badge{Word: "thinks", Letter: "t"},
		[]string{"reasoning", "thinking"},
		nil,
		// Not an effort or web_search_options: a schema that a hundred models
		// share declares these, which says nothing of one of them.
		[]api.Control{
			api.ControlThinking, api.ControlThinkingAuto, api.ControlThinkingBudget, api.ControlEnable, api.ControlBudget,
		},
	},
	{picker.Badge{Word: "sees", Letter: "s"}, []string{"vision", "image_input", "video_input"}, []string{"image", "video"}, nil},
	{picker.Badge{Word: "hears", Letter: "h"}, []string{"audio_input"}, []string{"audio"}, nil},
	{picker.Badge{Word: "files", Letter: "f"}, []string{"file_input", "pdf"}, []string{"file", "pdf", "document"}, nil},
	{picker.Badge{Word: "tools", Letter: "u"}, []string{"tools", "function"}, nil, nil},
	{
		picker.Badge{Word: "web", Letter: "w"},
		[]string{"web_search", "web-search"},
		nil,
		[]api.Control{api.ControlEnableSearch, api.ControlWebTool, api.ControlWebAlways},
	},
	{picker.Badge{Word: "agent", Letter: "a"}, []string{"agent"}, nil, nil},
}

// can are the badges of a model.
func (c *Choice) can() []string {
	var words []string
	for _, b := range badges {
		steered := slices.ContainsFunc(c.Controls, func(x api.Control) bool { return slices.Contains(b.controls, x) })
		if steered || anyContains(c.Capabilities, b.capability) || anyContains(c.Input, b.input) {
			words = append(words, b.Word)
		}
	}
	return words
}

// maxModelsWidth is where a row has room for all there is to say.
const maxModelsWidth = 132

// NewModels returns the dialog, with the model in use.
func NewModels(theme themes.Theme, provider, model string) *Models {
	d := &Models{current: ChooseModel{provider, model}}
	d.title, d.toggles = "Models", "ctrl+o"
	d.busy, d.none = "loading the models…", "no models"
	d.widest = maxModelsWidth
	d.pane = pane{want: d.detailRows, draw: d.detail}
	o := picker.Options{Noun: "models"}
	for _, b := range badges {
		o.Badges = append(o.Badges, b.Badge)
	}
	d.init(theme, o)
	return d
}

// Resize sets the size of the screen. Every size is legal. Where badges are
// letters, what they mean stands below.
func (d *Models) Resize(width, height int) {
	d.chooser.Resize(width, height)
	d.help = []string{"enter choose", "esc close"}
	if !d.list.Letters() {
		d.help = append(d.help, "type to filter, or is:thinks, is:sees …", "alt+1…7")
		return
	}
	var legend []string
	for _, b := range badges {
		legend = append(legend, b.Letter+" "+b.Word)
	}
	words := strings.Join(legend, " ")
	if room := d.width - 6; len("enter choose · esc close · ")+len(words) > room && len("enter choose · ")+len(words) <= room+1 {
		d.help = d.help[:1] // the letters need telling more than esc does
	}
	d.help = append(d.help, words, "is:thinks")
}

// SetChoices replaces the models. What is selected stays selected. Withdrawn
// ones are not offered, but for the one in use: that it is gone is said there.
func (d *Models) SetChoices(choices []Choice) {
	d.choices = make([]Choice, 0, len(choices))
	for i := range choices {
		if c := &choices[i]; c.Status != api.Withdrawn || d.inUse(c) {
			d.choices = append(d.choices, *c)
		}
	}
	d.update()
}

// SetRecent names the models used lately, the last first. They are offered
// first, after the one in use.
func (d *Models) SetRecent(models []ChooseModel) {
	d.recent = models
	d.update()
}

// place is where a provider stands among all.
func (d *Models) place(provider string) int {
	if i := slices.IndexFunc(d.sources, func(s Source) bool { return s.Provider == provider }); i >= 0 {
		return i
	}
	return len(d.sources)
}

// several reports whether models of more than one provider are offered.
func (d *Models) several() bool {
	return len(d.told()) > 0 || slices.ContainsFunc(d.choices, func(c Choice) bool { return c.Provider != d.choices[0].Provider })
}

// Press acts on a key.
func (d *Models) Press(key tea.KeyPressMsg) Action {
	if n, ok := strings.CutPrefix(key.Keystroke(), "alt+"); ok && n >= "1" && n <= "7" && len(n) == 1 {
		d.list.Toggle(int(n[0] - '1'))
		return nil
	}
	id, a := d.press(key)
	if s := d.source(id); s != nil && s.State != Asking {
		d.list.SetFilter(s.Provider) // what comes is seen
		return AskModels{s.Provider}
	}
	if i := slices.IndexFunc(d.choices, func(c Choice) bool { return id != "" && c.key() == id }); i >= 0 {
		return ChooseModel{d.choices[i].Provider, d.choices[i].ID}
	}
	return a
}

// Typed is what is typed to filter by.
func (d *Models) Typed() string { return d.list.Filter() }

// Shown is how many models fit what is typed.
func (d *Models) Shown() int {
	shown, _ := d.list.Count()
	return shown
}

// key names a choice among all.
func (c *Choice) key() string { return c.Provider + "\x00" + c.ID }

// update makes the list anew.
func (d *Models) update() {
	several := d.several()
	type ranked struct {
		rank  int // among the recent ones; behind them for all others
		place int // of the provider
		head  int // 0 for what stands first in its provider's group
		picker.Item
	}
	var rows []ranked
	for _, it := range d.told() {
		rows = append(rows, ranked{len(d.recent), d.place(it.Family), 0, it})
	}
	for i := range d.choices {
		c := &d.choices[i]
		row := ranked{d.rank(c), d.place(c.Provider), 1, c.item(several)}
		if row.rank < len(d.recent) {
			row.Group = "Recent"
			if several { // the heading does not say
				row.Detail = strings.TrimSuffix(c.Provider+" · "+row.Detail, " · ")
			}
		}
		row.Marked = d.inUse(c)
		rows = append(rows, row)
	}
	slices.SortStableFunc(rows, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.place, b.place), cmp.Compare(a.head, b.head), order(a.Group, b.Group), strings.Compare(a.Title, b.Title))
	})
	items := make([]picker.Item, len(rows))
	for i, r := range rows {
		items[i] = r.Item
	}
	d.setItems(items)
	if !d.offered && len(d.choices) > 0 {
		d.offered = true
		current := Choice{Provider: d.current.Provider, Model: api.Model{ID: d.current.ID}}
		d.list.Select(current.key())
	}
}

func (d *Models) inUse(c *Choice) bool {
	return c.Provider == d.current.Provider && (c.ID == d.current.ID || slices.Contains(c.Aliases, d.current.ID))
}

// rank is -1 for the model in use, then the place among the recent ones; all
// others share the last.
func (d *Models) rank(c *Choice) int {
	if d.inUse(c) {
		return -1
	}
	if i := slices.Index(d.recent, ChooseModel{c.Provider, c.ID}); i >= 0 {
		return i
	}
	return len(d.recent)
}

const otherDevelopers = "Other"

// order sorts groups by name, in any case, those of no known developer last.
func order(a, b string) int {
	if x, y := strings.HasSuffix(a, otherDevelopers), strings.HasSuffix(b, otherDevelopers); x != y {
		if x {
			return 1
		}
		return -1
	}
	return strings.Compare(strings.ToLower(a), strings.ToLower(b))
}

// item says what is known of a model; unknown figures stay away.
func (c *Choice) item(several bool) picker.Item {
	it := picker.Item{ID: c.key(), Title: c.ID, Family: c.Developer, Group: cmp.Or(c.Developer, otherDevelopers)}
	if c.Name != c.ID {
		it.Detail = c.Name
	}
	if several {
		it.Group = strings.TrimSuffix(c.Provider+" · "+c.Developer, " · ")
		it.Family = strings.TrimSuffix(c.Provider+" · "+c.Developer, " · ")
	}
	it.Columns = []string{"", price(c.PriceIn, c.PriceOut)}
	if c.Context > 0 {
		it.Columns[0] = figures.Tokens(int64(c.Context))
	}
	it.Badges = c.can()
	it.Dimmed = c.Status != ""
	return it
}

func anyContains(words, parts []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(strings.ToLower(w), p) })
	})
}

// price writes dollars for a million tokens in and out; "" when unknown.
func price(in, out *float64) string {
	switch {
	case in == nil && out == nil:
		return ""
	case in != nil && out != nil && *in == 0 && *out == 0:
		return "free"
	}
	one := func(v *float64) string {
		if v == nil {
			return "?"
		}
		return dollars(*v)
	}
	return one(in) + "/" + one(out)
}

// dollars writes an amount as price lists do: cents, or the digits that matter
// below one.
func dollars(v float64) string {
	switch {
	case v > 0 && v < 0.01:
		return fmt.Sprintf("$%.4f", v)
	case v >= 100:
		return fmt.Sprintf("$%.0f", v)
	default:
		return fmt.Sprintf("$%.2f", v)
	}
}

package dialog

// costs.go owns how spending is told: what is known apart from what is guessed,
// and what nobody knows counted. It refuses to add up.

import (
	"fmt"
	"strings"

	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// Spent is what some answers cost.
type Spent struct {
	USD       float64 // as far as it is known
	Estimated float64 // the part of it that is estimated from list prices
	Answers   int
	Unknown   int // answers of which no price is known
}

// Bill is what there is to tell of money.
type Bill struct {
	Session, Today Spent
	Cap            *float64 // the most to spend in a day, in USD; nil: none
	Balance        string   // what is left of the account, in words: "$12.30", "could not be read: …"; "": not asked
	Low            bool     // the balance wants attention
}

// Costs is the dialog that tells what was spent.
type Costs struct{ Report }

// NewCosts returns the dialog.
func NewCosts(theme themes.Theme, b Bill) *Costs {
	d := &Costs{*NewReport(theme, "Cost", nil)}
	d.arrange = d.lay
	d.most = 72
	d.SetBill(b)
	return d
}

// SetBill replaces all figures, as when the balance comes.
func (d *Costs) SetBill(b Bill) { d.SetGroups(b.groups()) }

func (b *Bill) groups() []FactGroup {
	groups := []FactGroup{{Facts: b.Session.facts("this session")}, {Facts: b.Today.facts("today")}}
	if b.Cap != nil {
		groups = append(groups, FactGroup{Facts: b.limit()})
	}
	if b.Balance != "" {
		f := Fact{Name: "balance", Value: b.Balance}
		if b.Low {
			f.Tone = Warning
		}
		groups = append(groups, FactGroup{Facts: []Fact{f}})
	}
	return groups
}

func (s *Spent) facts(name string) []Fact {
	priced := s.Answers - s.Unknown
	f := Fact{Name: name, Value: figures.USD(s.USD)}
	switch {
	case s.Answers == 0:
		f = Fact{name, "nothing yet", Quiet}
	case priced <= 0:
		f = Fact{name, "unknown", Quiet}
	case s.Estimated > 0 && s.Estimated >= s.USD:
		f.Value = "≈ " + f.Value + ", estimated from list prices"
	default:
		f.Value += ", as billed"
	}
	facts := []Fact{f}
	if s.Estimated > 0 && s.Estimated < s.USD && priced > 0 {
		facts[0].Value = "≈ " + figures.USD(s.USD)
		facts = append(facts, Fact{"", fmt.Sprintf("%s of it estimated from list prices", figures.USD(s.Estimated)), Quiet})
	}
	if s.Unknown > 0 {
		facts = append(facts, Fact{"", count(s.Unknown, "answer") + " without a price", Quiet})
	}
	return facts
}

// gauge is how long the bar of the cap is, in cells.
const gauge = 20

func (b *Bill) limit() []Fact {
	spent, most := b.Today.USD, *b.Cap
	f := Fact{Name: "daily cap", Value: fmt.Sprintf("%s, %s left", figures.USD(most), figures.USD(max(most-spent, 0)))}
	part := 1.0
	if most > 0 {
		part = min(spent/most, 1)
	}
	full := int(part*gauge + 0.5)
	bar := Fact{Value: strings.Repeat("█", full) + strings.Repeat("░", gauge-full) + fmt.Sprintf(" %.0f %%", part*100), Tone: Good}
	switch {
	case part >= 0.9:
		bar.Tone = Bad
	case part >= 0.7:
		bar.Tone = Warning
	}
	if spent >= most {
		f.Value = figures.USD(most) + ", reached"
	}
	return []Fact{f, bar}
}

// count is a number of things: "1 answer", "3 answers".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

package picker

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"github.com/aimlchat/aimlchat/themes"
)

func TestView(t *testing.T) {
	scenes := map[string]func(*Picker){
		"all":      func(p *Picker) { p.Select("2") },
		"filtered": func(p *Picker) { p.SetFilter("gpt") },
		"none":     func(p *Picker) { p.SetFilter("is:thinks gpt") },
		"loading":  func(p *Picker) { p.SetItems(nil); p.SetEmpty("loading the models…") },
		"scrolled": func(p *Picker) { p.SetItems(many(100)); p.Select("57") },
	}
	for name, set := range scenes {
		for _, size := range [][2]int{{36, 8}, {76, 22}, {116, 38}} {
			t.Run(fmt.Sprintf("%s/%d", name, size[0]), func(t *testing.T) {
				p := picking(size[0], size[1], models())
				set(p)
				checkView(t, p, size[0], size[1])
				x, y, _ := p.Cursor()
				from, to, _ := p.Thumb()
				golden.RequireEqual(t, fmt.Sprintf("%s\ncursor %d,%d thumb %d-%d\n", ansi.Strip(p.View()), x, y, from, to))
			})
		}
	}
}

func TestViewInColour(t *testing.T) {
	for _, theme := range themes.All() {
		t.Run(theme.Name, func(t *testing.T) {
			p := picking(60, 10, models())
			p.SetTheme(theme)
			p.SetFilter("gpt 4o")
			golden.RequireEqual(t, p.View())
		})
	}
}

package themes

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"strings"
	"testing"
)

// What a person might have behind the text. The first is what the palette was
// made on, and held to WCAG AA there; the others are common terminal themes.
var (
	darkGrounds  = []color.Color{rgb(0x16161e), rgb(0x000000), rgb(0x1e1e1e), rgb(0x002b36), rgb(0x282a36)}
	lightGrounds = []color.Color{rgb(0xffffff), rgb(0xfdf6e3), rgb(0xf5f5f5), rgb(0xfbf1c7)}
)

func TestTextContrast(t *testing.T) {
	for _, theme := range []Theme{Dark(), Light()} {
		grounds := darkGrounds
		if !theme.Dark {
			grounds = lightGrounds
		}
		for role, c := range textRoles(theme) {
			for i, ground := range grounds {
				want := 3.5
				if i == 0 {
					want = 4.5
				}
				if got := contrast(c, ground); got < want {
					t.Errorf("%s: %s %s on %s has contrast %.2f, want %.1f", theme.Name, role, hex(c), hex(ground), got, want)
				}
			}
		}
		if got := contrast(theme.Code, theme.CodeBg); got < 4.5 {
			t.Errorf("%s: inline code has contrast %.2f on its own background", theme.Name, got)
		}
	}
}

// A rule must be seen and must not be read.
func TestFaintIsFaint(t *testing.T) {
	for theme, ground := range map[string]color.Color{"dark": darkGrounds[0], "light": lightGrounds[0]} {
		p, err := ByName(theme)
		if err != nil {
			t.Fatal(err)
		}
		faint, muted := contrast(p.Faint, ground), contrast(p.Muted, ground)
		if faint < 1.5 || faint > muted-1 {
			t.Errorf("%s: faint has contrast %.2f, muted %.2f", theme, faint, muted)
		}
	}
}

func TestPlainHasNoColour(t *testing.T) {
	if p := Plain(); !reflect.DeepEqual(p, Theme{Name: "plain"}) {
		t.Errorf("plain has a colour: %+v", p)
	}
}

func TestByName(t *testing.T) {
	for _, theme := range All() {
		got, err := ByName(strings.ToUpper(theme.Name))
		if err != nil || got.Name != theme.Name {
			t.Errorf("ByName(%q) = %q, %v", theme.Name, got.Name, err)
		}
	}
	for name, want := range map[string]string{
		"drak":      `unknown theme "drak"; did you mean "dark"? there are dark, light, plain`,
		"lite":      `unknown theme "lite"; did you mean "light"? there are dark, light, plain`,
		"solarized": `unknown theme "solarized"; there are dark, light, plain`,
		"":          `unknown theme ""; there are dark, light, plain`,
	} {
		if _, err := ByName(name); err == nil || err.Error() != want {
			t.Errorf("ByName(%q) says %v, want %s", name, err, want)
		}
	}
}

// textRoles is every colour that carries words: all but those that only
// separate or lie behind.
func textRoles(theme Theme) map[string]color.Color {
	roles := map[string]color.Color{}
	for _, v := range []reflect.Value{reflect.ValueOf(theme), reflect.ValueOf(theme.Syntax)} {
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			c, ok := v.Field(i).Interface().(color.Color)
			if ok && name != "Faint" && name != "CodeBg" {
				roles[v.Type().Name()+"."+name] = c
			}
		}
	}
	return roles
}

func hex(c color.Color) string {
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}

// contrast is the contrast ratio of WCAG 2.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	linear := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

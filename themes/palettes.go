package themes

// palettes.go owns the palettes that aimlchat is born with and how one is
// found by name. It refuses to guess which of them suits a terminal: whoever
// asked the terminal for its background knows that.

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/agnivade/levenshtein"
)

// All returns the built-in themes in the order in which they are offered.
func All() []Theme { return []Theme{Dark(), Light(), Plain()} }

// ByName returns the built-in theme of that name, in any letter case. The
// error of an unknown name is one line that names the nearest theme and lists
// the others.
func ByName(name string) (Theme, error) {
	want := strings.ToLower(strings.TrimSpace(name))
	all := All()
	names := make([]string, len(all))
	nearest, least := "", len(want)/2+1 // further away it is no misspelling
	for i, t := range all {
		if t.Name == want {
			return t, nil
		}
		names[i] = t.Name
		if d := levenshtein.ComputeDistance(want, t.Name); d <= least {
			nearest, least = t.Name, d
		}
	}
	list := strings.Join(names, ", ")
	if nearest == "" || want == "" {
		return Theme{}, fmt.Errorf("unknown theme %q; there are %s", name, list)
	}
	return Theme{}, fmt.Errorf("unknown theme %q; did you mean %q? there are %s", name, nearest, list)
}

// Dark is made for dark backgrounds: a cool blue leads, the person is teal,
// models are lavender, and warm colours are kept for what should stop the eye.
func Dark() Theme {
	return Theme{
		Name: "dark",
		Dark: true,

		Muted:  rgb(0x8d92a8),
		Faint:  rgb(0x414558),
		Accent: rgb(0x8aa9ff),
		User:   rgb(0x6fcbbf),
		Model:  rgb(0xc3a6f7),

		Thought: rgb(0x9a94b3),
		Link:    rgb(0x74b6f2),
		Heading: rgb(0xb4c4ff),
		Code:    rgb(0xe9b08c),
		CodeBg:  rgb(0x262836),
		Match:   rgb(0xf4cf65),

		Good:    rgb(0x8ed08b),
		Warning: rgb(0xe8b765),
		Error:   rgb(0xf5858a),

		Syntax: Syntax{
			Comment:  rgb(0x868ba1),
			Keyword:  rgb(0xc3a6f7),
			Type:     rgb(0x6fcbbf),
			Function: rgb(0x8aa9ff),
			String:   rgb(0xa5cf8d),
			Number:   rgb(0xe9b08c),
			Operator: rgb(0x9fb3cc),
			Builtin:  rgb(0x74b6f2),
			Tag:      rgb(0xf29aa8),
			Deleted:  rgb(0xf5858a),
			Inserted: rgb(0x8ed08b),
		},
	}
}

// Light is made for light backgrounds: the hues of [Dark], as ink.
func Light() Theme {
	return Theme{
		Name: "light",

		Muted:  rgb(0x62677a),
		Faint:  rgb(0xbfc3d0),
		Accent: rgb(0x3a56c5),
		User:   rgb(0x0f6f68),
		Model:  rgb(0x7440b0),

		Thought: rgb(0x6a6382),
		Link:    rgb(0x1a5fb4),
		Heading: rgb(0x2b3f9b),
		Code:    rgb(0x9a4218),
		CodeBg:  rgb(0xeeeff4),
		Match:   rgb(0x8a5a00),

		Good:    rgb(0x2c6e2f),
		Warning: rgb(0x855200),
		Error:   rgb(0xb3243a),

		Syntax: Syntax{
			Comment:  rgb(0x656a7c),
			Keyword:  rgb(0x7440b0),
			Type:     rgb(0x0f6f68),
			Function: rgb(0x3a56c5),
			String:   rgb(0x37691f),
			Number:   rgb(0x9a4218),
			Operator: rgb(0x4b5a70),
			Builtin:  rgb(0x1a5fb4),
			Tag:      rgb(0xa82c4c),
			Deleted:  rgb(0xb3243a),
			Inserted: rgb(0x2c6e2f),
		},
	}
}

// Plain leaves every colour to the terminal; it is what NO_COLOR gets.
func Plain() Theme { return Theme{Name: "plain"} }

// Sixteen is made for terminals of 16 colours, where the nearest of them to a
// finely chosen one is often one that can't be read. Each colour is exactly one
// of xterm's sixteen, so that the nearest one is itself.
func Sixteen(dark bool) Theme {
	// The bright ones stand out on dark, the others on light.
	red, green, yellow, blue, magenta, cyan := rgb(0xff0000), rgb(0x00ff00), rgb(0xffff00), rgb(0x5f87ff), rgb(0xff00ff), rgb(0x00ffff)
	muted, faint := rgb(0x808080), rgb(0x5f5f5f)
	if !dark {
		red, green, yellow, blue, magenta, cyan = rgb(0x800000), rgb(0x008000), rgb(0x808000), rgb(0x000080), rgb(0x800080), rgb(0x008080)
		muted, faint = rgb(0x5f5f5f), rgb(0x808080)
	}
	return Theme{
		Name: "sixteen",
		Dark: dark,

		Muted: muted, Faint: faint, Accent: blue, User: cyan, Model: magenta,
		Thought: muted, Link: blue, Heading: blue, Code: cyan, Match: yellow,
		Good: green, Warning: yellow, Error: red,
		Syntax: Syntax{
			Comment: muted, Keyword: magenta, Type: cyan, Function: blue, String: green, Number: red,
			Builtin: blue, Tag: red, Deleted: red, Inserted: green,
		},
	}
}

// rgb makes an opaque colour of 0xRRGGBB.
func rgb(hex uint32) color.Color {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff} //nolint:gosec // the cut is the point
}

package uitest

// Owns: what a keyboard sends for a key of a given name. Refuses: mice.

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// plainKeys are the keys that send fixed bytes.
var plainKeys = map[string]string{
	"enter":     "\r",
	"tab":       "\t",
	"space":     " ",
	"esc":       "\x1b",
	"backspace": "\x7f",
	"ctrl+_":    "\x1f",
	"ctrl+/":    "\x1f",
	"ctrl+@":    "\x00",
	"shift+tab": "\x1b[Z",

	// Only terminals with the kitty keyboard can say these.
	"shift+enter": "\x1b[13;2u",
	"ctrl+enter":  "\x1b[13;5u",

	"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
	"f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~",
	"f9": "\x1b[20~", "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~",
}

// The keys of the cursor block, which take modifiers as a parameter: by the
// letter that ends their sequence, or by the number in it.
var (
	letterKeys = map[string]string{"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H"}
	numberKeys = map[string]string{"insert": "2", "delete": "3", "pgup": "5", "pgdown": "6"}
)

// Key returns the bytes that a terminal sends for a key, named as Bubble Tea
// names it: "a", "ctrl+o", "alt+enter", "shift+up", "pgdown", "f1".
func Key(name string) (string, error) {
	if s, ok := plainKeys[name]; ok {
		return s, nil
	}
	mods, key := splitKey(name)
	if letter, ok := letterKeys[key]; ok {
		if mods == 0 {
			return "\x1b[" + letter, nil
		}
		return fmt.Sprintf("\x1b[1;%d%s", mods+1, letter), nil
	}
	if number, ok := numberKeys[key]; ok {
		if mods == 0 {
			return "\x1b[" + number + "~", nil
		}
		return fmt.Sprintf("\x1b[%s;%d~", number, mods+1), nil
	}
	switch rest, alt := strings.CutPrefix(name, "alt+"); {
	case alt:
		s, err := Key(rest)
		return "\x1b" + s, err
	case mods == modCtrl && len(key) == 1 && key >= "a" && key <= "z":
		return string(rune(key[0] & 0x1f)), nil
	case mods == 0 && utf8.RuneCountInString(key) == 1:
		return key, nil
	}
	return "", fmt.Errorf("look up the key %q: no terminal sends it", name)
}

// The modifiers, as xterm counts them.
const (
	modShift = 1 << iota
	modAlt
	modCtrl
)

func splitKey(name string) (mods int, key string) {
	for {
		prefix, rest, ok := strings.Cut(name, "+")
		if !ok || rest == "" {
			return mods, name
		}
		switch prefix {
		case "shift":
			mods |= modShift
		case "alt":
			mods |= modAlt
		case "ctrl":
			mods |= modCtrl
		default:
			return mods, name
		}
		name = rest
	}
}

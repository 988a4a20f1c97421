// This file owns what the terminal is asked to copy, in the framing of whatever
// stands between it and us, and tmux's own buffer. It refuses to write it.

package clipboard

import (
	"context"
	"encoding/base64"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const (
	// manyTake is the longest sequence, in bytes, that most terminals take.
	manyTake = 100_000
	// mostTake is the longest that is tried: tmux drops what is longer than 1
	// MB, and a slow line would be busy with it for minutes.
	mostTake = 1_000_000
	// screenTakes is the longest string that any GNU screen takes: newer ones
	// take 767 bytes, old ones 255, and the rest is printed as text.
	screenTakes = 240
	// screenStands is the longest plain sequence that a newer screen swallows.
	screenStands = 700
)

// tmuxWay is what tmux's buffer is called on screen.
const tmuxWay = "tmux"

// copyTmux gives text to tmux's buffer, and has tmux ask the terminals attached
// to it. took tells that the buffer was seen to hold it; forwarded, that tmux
// knows how to ask terminals (since 3.2), not that one obeyed.
func (c *Clipboard) copyTmux(ctx context.Context, h here, text string) (took, forwarded bool) {
	_, err := c.call(ctx, h, []string{"tmux", "load-buffer", "-w", "-"}, text, false, 0)
	if forwarded = err == nil; !forwarded {
		if _, err = c.call(ctx, h, []string{"tmux", "load-buffer", "-"}, text, false, 0); err != nil {
			return false, false
		}
	}
	out, err := c.call(ctx, h, []string{"tmux", "save-buffer", "-"}, "", true, 0)
	return err == nil && string(out) == text, forwarded
}

// sequence returns the bytes that ask the terminal to copy text, and whether
// they are more than many terminals take. They are none for a terminal that
// would print them, and for a text that no terminal takes.
func sequence(h here, text string, tmuxAsked bool) (seq string, large bool) {
	n := base64.StdEncoding.EncodedLen(len(text))
	large = n > manyTake
	if term := h.env("TERM"); n > mostTake || term == "dumb" || term == "linux" {
		return "", large
	}
	return framed(h, ansi.SetSystemClipboard(text), tmuxAsked), large
}

// framed wraps seq for what stands between us and the terminal.
//
// tmux answers plain OSC 52 only with set-clipboard on, and passes on what is
// wrapped only with allow-passthrough on; asked for both, it does what it may.
// If it has asked the terminal by itself, plain OSC 52 would make it keep the
// text twice. screen knows no OSC 52, and prints what is too long for it.
func framed(h here, seq string, tmuxAsked bool) string {
	term := h.env("TERM")
	tmux, screen := h.env("TMUX") != "", h.env("STY") != ""
	switch {
	case tmux && screen: // which is the inner one can't be told, and each would print what is for the other
		return ""
	case tmux && tmuxAsked:
		return ansi.TmuxPassthrough(seq)
	case tmux || strings.HasPrefix(term, "tmux"):
		return seq + ansi.TmuxPassthrough(seq)
	case screen:
		return ansi.ScreenPassthrough(seq, screenTakes)
	case strings.HasPrefix(term, "screen"): // over ssh, from a screen or from a tmux; tmux drops what is for screen
		wrapped := ansi.ScreenPassthrough(seq, screenTakes)
		if len(seq) <= screenStands {
			return seq + wrapped
		}
		return wrapped
	}
	return seq
}

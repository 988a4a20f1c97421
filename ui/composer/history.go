package composer

// history.go owns what was written before: the prompts that were sent, the
// draft kept while one looks through them, and the draft that was lost. It
// refuses files; whoever has them hands the prompts in and remembers them.

import (
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// history is the prompts in the order in which they were sent, and one's place
// among them. Its texts may hold marks of folds.
type history struct {
	sent  []string
	place int        // in sent; len(sent) is the draft
	draft string     // what was being written, while place is elsewhere
	lost  string     // what was being written when it was cleared; "" if nothing was
	files []api.File // what was attached to lost
	fresh bool       // the text was recalled by the last key, so that the next goes on
}

// SetHistory replaces the prompts that up and down go through, oldest first.
func (c *Composer) SetHistory(sent []string) {
	c.past.sent = make([]string, 0, len(sent))
	for _, s := range sent {
		c.past.add(clean(s))
	}
	c.past.place = len(c.past.sent)
}

// History returns the prompts that up and down go through, oldest first.
func (c *Composer) History() []string {
	sent := make([]string, len(c.past.sent))
	for i, s := range c.past.sent {
		sent[i] = c.folds.unfold(s)
	}
	return sent
}

// Remember adds a prompt that was sent. Called with Value before Reset, it
// keeps large pastes folded when the prompt is recalled, and what was attached
// goes with it.
func (c *Composer) Remember(prompt string) {
	text := clean(prompt)
	switch text {
	case c.Value():
		text, c.files = c.text, nil
	case c.folds.unfold(c.past.lost):
		text, c.past.lost, c.past.files = c.past.lost, "", nil
	}
	c.past.add(text)
	c.past.place = len(c.past.sent)
}

func (h *history) add(text string) {
	if !blank(text) && (len(h.sent) == 0 || h.sent[len(h.sent)-1] != text) {
		h.sent = append(h.sent, text)
	}
}

// blank reports whether text is nothing that a person would miss.
func blank(text string) bool { return strings.TrimSpace(text) == "" }

// has reports whether text can be recalled from where one is.
func (h *history) has(text string) bool {
	n := len(h.sent)
	return h.place < n && h.sent[h.place] == text || n > 0 && h.sent[n-1] == text
}

// lose keeps a draft, and what is attached to it and nowhere else, to be had
// back.
func (h *history) lose(text string, files []api.File) { h.lost, h.files = text, files }

// leave ends the writing of text, so that it can be had back.
func (h *history) leave(text string) {
	switch {
	case !blank(text) && !h.has(text):
		h.lose(text, nil)
	case h.draft != "":
		h.lose(h.draft, nil)
	}
	h.place, h.draft, h.fresh = len(h.sent), "", false
}

// older recalls the prompt before the one shown.
func (c *Composer) older() bool { return c.recall(c.past.place - 1) }

// newer recalls the prompt after the one shown, at last the draft.
func (c *Composer) newer() bool { return c.recall(c.past.place + 1) }

func (c *Composer) recall(place int) bool {
	h := &c.past
	if place < 0 || place > len(h.sent) {
		return false
	}
	if h.place == len(h.sent) {
		h.draft = c.text
	} else if !blank(c.text) && c.text != h.sent[h.place] {
		h.lose(c.text, nil)
	}
	h.place = place
	if place == len(h.sent) {
		c.show(h.draft)
		h.draft = ""
	} else {
		c.show(h.sent[place])
	}
	h.fresh = true
	return true
}

// restore exchanges the text with the lost draft. Files without a text stay,
// beside those of the draft.
func (c *Composer) restore() bool {
	h := &c.past
	if h.lost == "" && len(h.files) == 0 {
		return false
	}
	lost, files := h.lost, h.files
	h.lose("", nil)
	switch {
	case blank(c.text):
		files = append(c.Files(), files...)
	case len(c.files) > 0 || !h.has(c.text):
		h.lose(c.text, c.files)
	}
	c.files = files
	c.show(lost)
	h.fresh = true
	return true
}

// Draft returns what is being written: while an earlier prompt is shown as it
// was sent, what was written before that.
func (c *Composer) Draft() string {
	h := &c.past
	if h.place < len(h.sent) && c.text == h.sent[h.place] {
		return c.folds.unfold(h.draft)
	}
	return c.value
}

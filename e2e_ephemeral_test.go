//go:build !windows

package main_test

// Owns: what --ephemeral leaves behind: nothing. Refuses: how branches work
// (package ui tests that).

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A conversation that is not kept has its branches and its other sessions all the
// same, and the disk never hears of it, however the program ends.
func TestEphemeral(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"quit", "kill"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			h := newHome(t, s)
			x := h.start(t, 100, 30, "--ephemeral", "-m", talker)
			turn := func(prompt, answer string) {
				t.Helper()
				q := s.asked(t, prompt)
				q.say(answer)
				q.finish()
				x.waitForText(answer, "55 tok")
			}
			x.send("a secret question")
			turn("a secret question", "a secret answer")
			x.typeText("/retry")
			x.press("enter")
			turn("a secret question", "a second answer")
			x.waitForText("‹2/2›")
			x.press("tab", "[")
			x.waitForText("‹1/2›", "a secret answer")
			x.press("]")
			x.waitForText("‹2/2›", "a second answer")
			x.press("f")
			x.waitForText("a session of its own")
			x.waitForNoText("‹2/2›")
			x.send("another secret")
			turn("another secret", "told only here")
			h.knowsNothing(t, "secret", "answer")
			if end == "kill" {
				x.kill()
			} else if id := x.quit(); id != "" {
				t.Errorf("the shell is told to resume %q", id)
			}
			h.knowsNothing(t, "secret", "answer")
		})
	}
}

// knowsNothing checks that no file of the machine holds a database, or one of the
// texts.
func (h *home) knowsNothing(t *testing.T, texts ...string) {
	t.Helper()
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if rel, _ := filepath.Rel(h.dir, path); strings.HasPrefix(rel, "data") || strings.Contains(rel, "lock") {
			t.Errorf("%s was made", rel)
		}
		data, err := os.ReadFile(path)
		for _, text := range texts {
			if bytes.Contains(data, []byte(text)) {
				t.Errorf("%s holds %q", path, text)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

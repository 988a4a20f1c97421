//go:build !windows

package main_test

// Owns: how a person gives a key: typed unseen, or by a command that asks for a
// passphrase in the middle of a chat. Refuses: where keys are kept (packages
// config/keys and cli test that).

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/term"
)

// tellsBalance is a service that knows one key.
func tellsBalance(s *service) {
	chat := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v2/billing" {
			chat.ServeHTTP(w, r)
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+testKey {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"current_balance":5,"currency":"USD"}`))
	})
}

// What is typed does not show, and the chat has the key from then on.
func TestLoginIsUnseen(t *testing.T) {
	t.Parallel()
	s := newService(t)
	tellsBalance(s)
	h := newHome(t, nil)
	h.env = append(h.env, "AIMLAPI_BASE_URL="+s.URL+"/v1")
	x := h.open(t, 100, 30, "auth", "login")
	x.waitForText("Key of aimlapi (it does not show):")
	x.typeText(testKey + "\r")
	if code := x.waitForEnd(); code != 0 {
		t.Fatalf("exits with %d:\n%s", code, x.Text())
	}
	x.restored()
	if text := strings.ReplaceAll(x.Text(), "\n", ""); !strings.Contains(text, "balance 5.00 USD") || strings.Contains(text, testKey) {
		t.Errorf("the screen is:\n%s", x.Text())
	}
	path := filepath.Join(h.dir, "config", "aimlchat", "keys", "aimlapi")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v, %v", info, err)
	}
	chat := h.start(t, 100, 30, "-m", talker)
	chat.turn(s, "hello?", "hello", "55 tok")
	chat.quit()
}

// Whoever thinks better of it has a terminal that shows what is typed.
func TestLoginIsStopped(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, nil)
	h.env = append(h.env, "AIMLAPI_BASE_URL="+s.URL+"/v1")
	x := h.open(t, 100, 30, "auth", "login")
	x.waitForText("Key of aimlapi")
	x.typeText("half a k")
	x.press("ctrl+c")
	if code := x.waitForEnd(); code != 130 {
		t.Errorf("exits with %d:\n%s", code, x.Text())
	}
	x.restored()
	if strings.Contains(x.Text(), "half") {
		t.Errorf("the screen is:\n%s", x.Text())
	}
}

// lent waits until the terminal is the person's, as the program found it.
func (x *terminal) lent(question string) {
	x.t.Helper()
	x.waitForText(question)
	x.waitFor("the person's own screen", func(string) bool {
		now, err := term.GetState(int(x.tty.Fd()))
		return !x.AltScreen() && len(x.Leftovers()) == 0 && err == nil && reflect.DeepEqual(x.before, now)
	})
}

// A command that gives out the key may ask for a passphrase: it has the terminal
// while it does, which is not before a key is needed, and only once. What goes
// wrong then, or is broken off, costs the chat nothing.
func TestKeyCommandAsksInTheChat(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, nil)
	h.env = append(h.env, "AIMLAPI_BASE_URL="+s.URL+"/v1", "PLANTED="+testKey)
	dir := filepath.Join(h.dir, "config", "aimlchat")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	// What it asked before is still on the screen: so each time it asks anew.
	script := `echo asked >> "$HOME/asked"; printf 'Passphrase %d: ' $(wc -l < "$HOME/asked") >&2; read -r word; test "$word" = sesame && echo "$PLANTED"`
	conf := "[providers.aimlapi]\napi_key_command = ['sh', '-c', '''" + script + "''']\n"
	if err := os.WriteFile(filepath.Join(dir, "config.toml"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	x := h.start(t, 100, 30, "-m", talker)
	x.press("ctrl+o")
	x.waitForText("ask aimlapi for its models")
	x.typeText("ask aimlapi for") // from a dialog, too
	x.waitForText("enter asks aimlapi")
	x.press("enter")
	x.lent("Passphrase 1:")
	x.typeText("wrong\r")
	x.waitForText("› aimlapi", talker) // which is told to anybody
	x.press("esc")
	x.waitForText("Ask anything")
	x.send("open up")
	x.lent("Passphrase 2:")
	x.typeText("wrong\r")
	x.waitForText("✗", "exit status 1")
	modes := x.Leftovers()
	for i, way := range []string{"nothing\r", "\x03"} { // as ctrl+c is typed
		x.typeText("/retry\r")
		x.lent(fmt.Sprintf("Passphrase %d:", 3+i))
		x.typeText(way)
		x.waitForText("open up", []string{"✗", "■ stopped"}[i], "ctrl+o model")
		if after := x.Leftovers(); !x.AltScreen() || !slices.Equal(after, modes) || strings.Contains(x.Text(), "Passphrase") {
			t.Errorf("after %q the screen has %q, it had %q:\n%s", way, after, modes, x.Text())
		}
	}
	x.typeText("/retry\r")
	x.lent("Passphrase 5:")
	x.typeText("sesame\r")
	q := s.asked(t, "open up")
	q.say("It is open.")
	q.finish()
	x.waitForText("It is open.", "55 tok")
	x.turn(s, "and again", "Still open.")
	x.quit()
	x.restored()
	if asked, err := os.ReadFile(filepath.Join(h.dir, "asked")); err != nil || strings.Count(string(asked), "asked") != 5 {
		t.Errorf("the command ran %d times (%v)", strings.Count(string(asked), "asked"), err)
	}
}

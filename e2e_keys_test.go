//go:build !windows

package main_test

// Owns: how a person gives a key: typed, and unseen. Refuses: where keys are kept
// (packages config/keys and cli test that).

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
	chat.send("hello?")
	q := s.asked(t, "hello?")
	q.say("hello")
	q.finish()
	chat.waitForText("hello", "55 tok")
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

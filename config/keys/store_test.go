package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zalando/go-keyring"
)

// drawer is a keyring that works.
func drawer(content map[string]string) Keyring {
	return fakeKeyring{
		func(user string) (string, error) {
			if key, ok := content[user]; ok {
				return key, nil
			}
			return "", keyring.ErrNotFound
		},
		func(user, secret string) error { content[user] = secret; return nil },
		func(user string) error {
			if _, ok := content[user]; !ok {
				return keyring.ErrNotFound
			}
			delete(content, user)
			return nil
		},
	}
}

func TestStoreInTheKeyring(t *testing.T) {
	content := map[string]string{"aimlapi": "older"}
	s := Source{Provider: "aimlapi", Keyring: drawer(content), File: keyFile(t, 0o600, "oldest")}
	got, err := Store(t.Context(), s, secret)
	if err != nil || got.File != "" || got.Why != nil || !got.Moved || content["aimlapi"] != secret {
		t.Errorf("stored as %+v, %v", got, err)
	}
	if _, err := os.Stat(s.File); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the older file is left (%v)", err)
	}
	if key, from, err := Resolve(t.Context(), s); key != secret || from != "keyring" || err != nil {
		t.Errorf("found %q in %q, %v", key, from, err)
	}
}

func TestStoreInAFileWithoutAKeyring(t *testing.T) {
	s := Source{Provider: "aimlapi", Keyring: broken(errors.New("no bus")), File: filepath.Join(t.TempDir(), "config", "keys", "aimlapi")}
	for _, key := range []string{"the first", secret} {
		got, err := Store(t.Context(), s, key)
		if err != nil || got.File != s.File || got.Why == nil {
			t.Fatalf("stored as %+v, %v", got, err)
		}
	}
	info, err := os.Stat(s.File)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if info, err := os.Stat(filepath.Dir(s.File)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
	if key, from, err := Resolve(t.Context(), s); key != secret || from != s.File || err != nil {
		t.Errorf("found %q in %q, %v", key, from, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(s.File)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// A keyring that can be read and not changed has its old key win.
func TestStoreBehindAStubbornKeyring(t *testing.T) {
	stubborn := fakeKeyring{
		func(string) (string, error) { return "older", nil },
		func(_, _ string) error { return errors.New("locked") }, func(string) error { return errors.New("locked") },
	}
	s := Source{Provider: "aimlapi", Keyring: stubborn, File: filepath.Join(t.TempDir(), "aimlapi")}
	if got, err := Store(t.Context(), s, secret); err == nil || strings.Contains(err.Error(), "marker") {
		t.Errorf("stored as %+v, %v", got, err)
	}
	if _, err := os.Stat(s.File); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that nobody reads was written (%v)", err)
	}
	if _, err := Forget(t.Context(), s); err == nil {
		t.Error("the key that is left is not told")
	}
}

// A keyring that loses what it is given is none.
func TestStoreBehindAForgetfulKeyring(t *testing.T) {
	forgetful := drawer(nil).(fakeKeyring) //nolint:forcetypeassert // it is one
	forgetful.set = func(_, _ string) error { return nil }
	s := Source{Provider: "aimlapi", Keyring: forgetful, File: filepath.Join(t.TempDir(), "aimlapi")}
	if got, err := Store(t.Context(), s, secret); err != nil || got.File != s.File {
		t.Errorf("stored as %+v, %v", got, err)
	}
}

func TestStoreBehindAKeyringThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		hang := fakeKeyring{
			func(string) (string, error) { <-release; return "", keyring.ErrNotFound },
			func(_, _ string) error { <-release; return nil }, func(string) error { <-release; return nil },
		}
		s := Source{Provider: "aimlapi", Keyring: hang, File: filepath.Join(t.TempDir(), "aimlapi")}
		begin := time.Now()
		got, err := Store(t.Context(), s, secret)
		if err != nil || got.File != s.File || !errors.Is(got.Why, errSlow) || time.Since(begin) > 2*KeyringTimeout {
			t.Errorf("stored as %+v, %v after %s", got, err, time.Since(begin))
		}
		forgotten, err := Forget(t.Context(), s)
		if err != nil || !forgotten.File || !errors.Is(forgotten.Silent, errSlow) {
			t.Errorf("forgotten: %+v, %v", forgotten, err)
		}
	})
}

func TestStoreIsStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	release := make(chan struct{})
	defer close(release)
	hang := fakeKeyring{set: func(_, _ string) error { <-release; return nil }, remove: func(string) error { <-release; return nil }}
	s := Source{Keyring: hang, File: filepath.Join(t.TempDir(), "aimlapi")}
	if _, err := Store(ctx, s, secret); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if _, err := Forget(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestForget(t *testing.T) {
	content := map[string]string{"aimlapi": secret, "other": "stays"}
	s := Source{Provider: "aimlapi", Keyring: drawer(content), File: keyFile(t, 0o600, secret)}
	if got, err := Forget(t.Context(), s); err != nil || got != (Forgotten{Keyring: true, File: true}) || content["other"] != "stays" || len(content) != 1 {
		t.Errorf("forgotten: %+v, %v; left: %v", got, err, content)
	}
	if got, err := Forget(t.Context(), s); err != nil || got != (Forgotten{}) {
		t.Errorf("nothing is there to forget: %+v, %v", got, err)
	}
	s.Keyring = broken(errors.New("no bus"))
	if got, err := Forget(t.Context(), s); err != nil || got.Silent == nil {
		t.Errorf("without a keyring: %+v, %v", got, err)
	}
}

func TestPlaces(t *testing.T) {
	s := Source{
		Provider: "aimlapi", Keyring: drawer(map[string]string{"aimlapi": "k"}), File: keyFile(t, 0o600, secret),
		Env: []Variable{{"A", ""}, {"B", "k"}}, Command: []string{"never-run", secret},
	}
	names := func(places []Place) (all []string) {
		for _, p := range places {
			if p.Has {
				all = append(all, p.Name)
			}
			if p.Error != nil {
				all = append(all, "!"+p.Name)
			}
		}
		return all
	}
	for _, step := range []struct {
		has, used string
		next      func()
	}{
		{"B api_key_command keyring " + s.File, "B", func() { s.Env[1].Value = "" }},
		{"api_key_command keyring " + s.File, "api_key_command", func() { s.Command = nil }},
		{"keyring " + s.File, "keyring", func() { s.Keyring = broken(errors.New("no bus")) }},
		{"!keyring " + s.File, s.File, func() { s.Keyring = drawer(map[string]string{"aimlapi": "a b"}) }},
		{"!keyring " + s.File, "", func() { s.Keyring = drawer(nil) }},
		{s.File, s.File, func() { s.Env[0].Value = "two words" }},
		{"!A " + s.File, "", func() { s.Env = nil; _ = os.WriteFile(s.File, []byte("two words"), 0o600) }},
		{"!" + s.File, "", func() { s.File = "" }},
		{"", "", func() {}},
	} {
		places := Places(t.Context(), s)
		index, err := Used(places)
		used := ""
		if index >= 0 {
			used = places[index].Name
		}
		if got := strings.Join(names(places), " "); got != step.has || used != step.used {
			t.Errorf("places %q, used %q (%v); want %q, %q", got, used, err, step.has, step.used)
		}
		if key, from, _ := Resolve(t.Context(), s); len(s.Command) == 0 && (from != used || (key != "") != (used != "")) {
			t.Errorf("Resolve takes the key from %q, Places says %q", from, used)
		}
		step.next()
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		" " + secret + "\r\n": secret, "\ufeff" + secret: secret, "": "", "\n": "", secret + " " + secret: "",
		secret + "\n" + secret: "", secret + "é": "", strings.Repeat("k", maxKey+1): "",
	} {
		got, err := Clean(text)
		if got != want || (err == nil) != (want != "") || err != nil && strings.Contains(err.Error(), "marker") {
			t.Errorf("of %.40q: %.40q, %v", text, got, err)
		}
	}
}

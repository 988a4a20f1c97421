package cli

import (
	"database/sql"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/session"
)

// The doctor looks at the database of another aimlchat, and leaves it so.
func TestCheckDatabaseOfAnotherVersion(t *testing.T) {
	b := testBackends(t, "")
	store, err := b.openStore(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", b.databaseFile())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	h, err := session.Check(t.Context(), b.databaseFile())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		version       int
		verdict, want string
		hint          string
	}{
		{h.Newest, verdictOK, fmt.Sprintf(" · 0 sessions · schema version %d", h.Newest), ""},
		{h.Newest - 1, verdictFailure, fmt.Sprintf("it is not of schema version %d as it says", h.Newest-1), "aimlchat doctor --repair"},
		{4711, verdictFailure, "the file has schema version 4711", "update aimlchat; until then this one leaves the file alone, and saves nothing"},
	} {
		if _, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", c.version)); err != nil {
			t.Fatal(err)
		}
		f := b.checkDatabase(t.Context())[0]
		if f.Verdict != c.verdict || !strings.Contains(f.Text, c.want) || f.Hint != c.hint {
			t.Errorf("version %d: %+v", c.version, f)
		}
		var version int
		if err := db.QueryRowContext(t.Context(), "PRAGMA user_version").Scan(&version); err != nil || version != c.version {
			t.Errorf("version %d became %d, %v", c.version, version, err)
		}
	}
}

func TestCheckDatabaseThatCannotBeWritten(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows has no such modes")
	}
	b := testBackends(t, "")
	store, err := b.openStore(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(b.databaseFile(), 0o400); err != nil {
		t.Fatal(err)
	}
	if f := b.checkDatabase(t.Context())[0]; f.Verdict != verdictFailure || !strings.Contains(f.Text, "can't be written") || !strings.HasPrefix(f.Hint, "chmod 600 ") {
		t.Errorf("got %+v", f)
	}
}

// What the next run puts right is not called damage.
func TestCheckDatabaseThatWasCutOff(t *testing.T) {
	f := judge("x.db", nil, session.Health{CutOff: true}, nil)
	if f.Verdict != verdictWarning || !strings.Contains(f.Text, "ended while it wrote") {
		t.Errorf("%+v", f)
	}
}

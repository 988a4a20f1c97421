package session

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// noon is a time that survives storage, which keeps milliseconds.
var noon = time.Date(2026, 4, 1, 12, 0, 0, int(345*time.Millisecond), time.UTC)

// hasty is for [Options].with: no test cuts the power, so none needs to wait for
// a disk, and who waits for another is not sent away on a machine that is slow.
// The driver sets busy_timeout by its plain name first.
const (
	hasty   = "&_pragma=synchronous(OFF)" + waiting
	waiting = "&_pragma=main.busy_timeout(600000)"
	patient = 10 * time.Minute
)

// openStore opens a database; one that is absent is a copy of a new one, since
// running all the migrations is most of what a test would do.
func openStore(t testing.TB, path string) *Store {
	t.Helper()
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		layNew(t, path)
	}
	return openAsItIs(t, Options{Path: path, with: hasty, patience: patient})
}

func openAsItIs(t testing.TB, o Options) *Store {
	t.Helper()
	o.Now, o.OnSaveError = time.Now, func(err error) { t.Errorf("OnSaveError: %v", err) }
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func newStore(t testing.TB) *Store {
	t.Helper()
	return openStore(t, filepath.Join(t.TempDir(), "data", "aimlchat.db"))
}

// newDatabase is a file of the newest version in which nothing is.
var newDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "aimlchat-test-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "new.db")
	s, err := Open(context.Background(), Options{Path: path, Now: time.Now, with: hasty})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// layNew puts a new database where there is none.
func layNew(t testing.TB, path string) {
	t.Helper()
	data, err := newDatabase()
	ok(t, err)
	ok(t, os.MkdirAll(filepath.Dir(path), 0o700))
	ok(t, os.WriteFile(path, data, 0o600))
}

// begin creates a session with one prompt and returns the ids of both.
func begin(t testing.TB, s *Store, prompt string) (sessionID, promptID string) {
	t.Helper()
	sessionID, promptID = NewID(s.now()), NewID(s.now())
	ok(t, s.Create(t.Context(), Session{ID: sessionID, Title: Title(prompt)}))
	ok(t, s.Append(t.Context(), text(promptID, sessionID, "", prompt)))
	return sessionID, promptID
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func loaded(t testing.TB, s *Store, sessionID string) []Message {
	t.Helper()
	msgs, err := s.Path(context.WithoutCancel(t.Context()), sessionID)
	ok(t, err)
	return msgs
}

// last returns the message that the session stands at.
func last(t testing.TB, s *Store, sessionID string) Message {
	t.Helper()
	msgs := loaded(t, s, sessionID)
	if len(msgs) == 0 {
		t.Fatal("the session is empty")
	}
	return msgs[len(msgs)-1]
}

func (s *Store) mustExec(t testing.TB, query string, args ...any) {
	t.Helper()
	_, err := s.write.ExecContext(context.WithoutCancel(t.Context()), query, args...)
	ok(t, err)
}

func pragma(t *testing.T, db *sql.DB, name string) (value string) {
	t.Helper()
	ok(t, db.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&value))
	return value
}

func TestOpenSetsWhatDurabilityNeeds(t *testing.T) {
	s := openAsItIs(t, Options{Path: filepath.Join(t.TempDir(), "data", "aimlchat.db")})
	for name, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000",
		"fullfsync": "1", "checkpoint_fullfsync": "1", "application_id": "1634299244",
	} {
		for _, db := range []*sql.DB{s.write, s.read} {
			if got := pragma(t, db, name); got != want {
				t.Errorf("%s = %s, want %s", name, got, want)
			}
		}
	}
	if got := pragma(t, s.read, "query_only"); got != "1" {
		t.Errorf("query_only = %s", got)
	}
}

func TestFilesAreForOnePerson(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows has no such modes")
	}
	s := openAsItIs(t, Options{Path: filepath.Join(t.TempDir(), "data", "aimlchat.db")})
	sessionID, _ := begin(t, s, "hello")
	claim, err := s.Claim(sessionID)
	ok(t, err)
	defer claim.Release()
	err = filepath.WalkDir(filepath.Dir(s.path), func(path string, d fs.DirEntry, err error) error {
		ok(t, err)
		info, err := d.Info()
		ok(t, err)
		if got := info.Mode().Perm() &^ 0o100; got != 0o600 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return nil
	})
	ok(t, err)
}

func TestPathsThatLookLikeURLs(t *testing.T) {
	for _, name := range []string{"a b?c=d&_pragma=foo.db", "100%41#x.db", "naïve ü.db"} {
		path := filepath.Join(t.TempDir(), name)
		if runtime.GOOS == "windows" && strings.ContainsAny(name, "?") {
			continue
		}
		begin(t, openAsItIs(t, Options{Path: path, with: hasty}), "hello")
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		ok(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	garbage := write("garbage.db", strings.Repeat("this is no database. ", 200))
	file := write("file", "")
	foreign := filepath.Join(dir, "foreign.db")
	db, err := sql.Open("sqlite", foreign)
	ok(t, err)
	_, err = db.ExecContext(t.Context(), "CREATE TABLE recipes (name)")
	ok(t, errors.Join(err, db.Close()))

	for path, want := range map[string]string{
		dir:                       "it is a folder; name a file, or move the folder away",
		garbage:                   "move the file away, or name another",
		foreign:                   "the file belongs to another program; move the file away, or name another",
		filepath.Join(file, "db"): "check the file and its folder",
		"":                        "it needs the name of a file",
	} {
		_, err := Open(t.Context(), Options{Path: path, Now: time.Now})
		if err == nil {
			t.Fatalf("%s: opened", path)
		}
		if got := err.Error(); !strings.Contains(got, want) || !strings.Contains(got, path) || strings.Contains(got, "\n") {
			t.Errorf("got:  %s\nwant: …%s… and the path", got, want)
		}
	}
	if got := journalMode(t, foreign); got != "delete" {
		t.Errorf("the foreign file was changed to journal mode %s", got)
	}
}

func journalMode(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	ok(t, err)
	defer func() { _ = db.Close() }()
	return pragma(t, db, "journal_mode")
}

func TestOpenRefusesWhatCannotBeWritten(t *testing.T) {
	if runtime.GOOS == "windows" || os.Geteuid() == 0 {
		t.Skip("modes do not stop this user")
	}
	path := filepath.Join(t.TempDir(), "data", "aimlchat.db")
	dir := filepath.Dir(path)
	ok(t, os.Mkdir(dir, 0o500))
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	refused := func(when string) {
		_, err := Open(t.Context(), Options{Path: path, Now: time.Now})
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "make the file and its folder writable") {
			t.Errorf("%s: %v", when, err)
		}
	}
	refused("no file, folder not writable")
	ok(t, os.Chmod(dir, 0o700))
	s, err := Open(t.Context(), Options{Path: path, Now: time.Now})
	ok(t, err)
	ok(t, s.Close())
	ok(t, os.Chmod(path, 0o400))
	refused("file not writable")
}

func TestSeveralOpenANewFileAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "aimlchat.db")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			s, err := Open(t.Context(), Options{Path: path, Now: time.Now, with: waiting, patience: patient})
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = s.Close() }()
			if err := s.Create(t.Context(), Session{ID: NewID(time.Now())}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	list, err := openStore(t, path).List(t.Context(), Query{})
	ok(t, err)
	if len(list) != 4 {
		t.Errorf("%d sessions, want 4", len(list))
	}
}

// pieces returns the events of an answer that comes whole.
func pieces(events ...api.Event) func(yield func(api.Event, error) bool) {
	return func(yield func(api.Event, error) bool) {
		for _, ev := range events {
			if !yield(ev, nil) {
				return
			}
		}
	}
}

// text returns a prompt of one text part, ready for [Store.Append].
func text(id, sessionID, parentID, text string) Message {
	return Message{
		ID: id, SessionID: sessionID, ParentID: parentID, Role: api.User,
		Parts: []api.Part{{Kind: api.TextPart, Text: text}},
	}
}

// This file holds the checks of doctor that ask nobody: the program, the
// terminal, the folders, the config, the database, the proxy.

package cli

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/figures"
)

func (a *app) local(ctx context.Context) []finding {
	findings := []finding{
		fine("version", "aimlchat %s · %s · %s/%s", a.env.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH),
		a.checkTerminal(),
		checkFolder("config folder", a.env.Dirs.Config),
		checkFolder("data folder", a.env.Dirs.Data),
		checkFolder("cache folder", a.env.Dirs.Cache),
		checkFolder("state folder", a.env.Dirs.State),
		a.checkConfig(),
		a.checkDatabase(ctx),
	}
	return append(findings, a.checkProxy()...)
}

func (a *app) checkTerminal() finding {
	const check = "terminal"
	name := cmp.Or(a.env.getenv("TERM"), a.env.getenv("TERM_PROGRAM"), "without a name")
	if !a.env.Terminal.Stdin || !a.env.Terminal.Stdout {
		return fine(check, "%s, but this run is not on one", name)
	}
	width, height := 0, 0
	if a.env.Size != nil {
		width, height = a.env.Size()
	}
	size := "of unknown size"
	if width > 0 && height > 0 {
		size = fmt.Sprintf("%d×%d", width, height)
	}
	text := fmt.Sprintf("%s · %s · %s", name, a.env.colours(), size)
	switch {
	case a.env.getenv("TERM") == "dumb":
		return doubtful(check, "the chat can't be drawn here; -p works", "%s", text)
	case width > 0 && width < 40, height > 0 && height < 10:
		return doubtful(check, "make it at least 40×10", "%s", text)
	}
	return fine(check, "%s", text)
}

// colours says how many colours the terminal promises.
func (e Env) colours() string {
	switch term := e.getenv("TERM"); {
	case e.plain():
		return "no colours"
	case e.getenv("COLORTERM") == "truecolor", e.getenv("COLORTERM") == "24bit", e.getenv("WT_SESSION") != "":
		return "16 million colours"
	case strings.Contains(term, "256color"):
		return "256 colours"
	}
	return "16 colours"
}

// checkFolder looks at one of our folders. That it is not there yet is no
// fault: it is made when it is needed.
func checkFolder(check, path string) finding {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fine(check, "%s is not there yet", path)
	case err != nil:
		return failed(check, withHint(err, "make that folder readable for you"))
	case !info.IsDir():
		return failed(check, withHint(fmt.Errorf("%s is no folder", path), "move that file away"))
	}
	probe, err := os.CreateTemp(path, ".doctor-*")
	if err != nil {
		return failed(check, withHint(err, "make that folder writable for you"))
	}
	_, _ = probe.Close(), os.Remove(probe.Name())
	if open := tooOpen(info); open != "" {
		return doubtful(check, "chmod 700 "+path, "%s can be looked into by others (%s)", path, open)
	}
	return fine(check, "%s", path)
}

// tooOpen returns the mode of a file that others than its owner can use, "" of
// any other.
func tooOpen(info fs.FileInfo) string {
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return fmt.Sprintf("%#o", mode)
	}
	return ""
}

func (a *app) checkConfig() finding {
	const check = "config"
	path := a.configPath()
	conf, err := a.config()
	if err != nil {
		return failed(check, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return fine(check, "there is no %s; everything is as it comes", path)
	}
	if missing := unheeded(conf); len(missing) > 0 {
		return doubtful(check, "they are read, and left", "%s sets what this version does not do yet: %s", path, strings.Join(missing, ", "))
	}
	if open := tooOpen(info); open != "" {
		return doubtful(check, "chmod 600 "+path, "%s can be read by others (%s)", path, open)
	}
	return fine(check, "%s", path)
}

// checkDatabase opens the database where there is one; it makes none.
func (a *app) checkDatabase(ctx context.Context) finding {
	const check = "database"
	path := a.databaseFile()
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fine(check, "%s is not there yet", path)
	}
	if err != nil {
		return failed(check, withHint(err, "make that file readable for you"))
	}
	var sessions int
	err = a.withStore(ctx, func(s *session.Store) error {
		list, err := s.List(ctx, session.Query{})
		sessions = len(list)
		return err
	})
	var h health
	if err == nil {
		h, err = quickCheck(ctx, path)
	}
	if err != nil {
		return failed(check, withHint(err, "keep a copy of that file before anything else"))
	}
	text := fmt.Sprintf("%s · %s · %d sessions · schema version %d", path, figures.Bytes(info.Size()), sessions, h.version)
	if !h.whole {
		text += " · too large to be checked to its end"
	}
	if open := tooOpen(info); open != "" {
		return doubtful(check, "chmod 600 "+path, "%s · can be read by others (%s)", text, open)
	}
	return fine(check, "%s", text)
}

// health is what a database says of itself.
type health struct {
	version int
	whole   bool // it was looked at to its end
}

// checkWithin bounds the look at a large database.
const checkWithin = 20 * time.Second

// quickCheck has SQLite look for damage, over a connection of its own that
// can't write. (Reading the file itself is not possible: closing it would drop
// the locks that the chat holds on it.)
func quickCheck(ctx context.Context, path string) (h health, err error) {
	name := filepath.ToSlash(path)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // C:/…
	}
	at := url.URL{Scheme: "file", Path: name, RawQuery: "_pragma=busy_timeout(5000)&_pragma=query_only(1)"}
	db, err := sql.Open("sqlite", at.String()) // session brings the driver
	if err != nil {
		return h, err
	}
	defer db.Close() //nolint:errcheck // it was only read
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&h.version); err != nil {
		return h, err
	}
	ctx, cancel := context.WithTimeout(ctx, checkWithin)
	defer cancel()
	var verdict string
	err = db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict)
	if ctx.Err() != nil {
		return h, nil
	}
	if err == nil && verdict != "ok" {
		err = fmt.Errorf("%s is damaged: %s", path, verdict)
	}
	h.whole = err == nil
	return h, err
}

// checkProxy names the proxies of the environment, without what opens them.
func (a *app) checkProxy() []finding {
	const check = "proxy"
	var set []string
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"} {
		value := a.env.getenv(name)
		if value == "" {
			continue
		}
		if u, err := url.Parse(value); err == nil && u.User != nil {
			u.User = nil
			value = u.String()
		} else if strings.Contains(value, "@") {
			value = "(set)"
		}
		set = append(set, name+"="+value)
	}
	if len(set) == 0 {
		return []finding{fine(check, "none")}
	}
	return []finding{fine(check, "%s", strings.Join(set, " "))}
}

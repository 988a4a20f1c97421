// This file holds the checks of doctor that ask nobody: the program, the
// terminal, the folders, the config, the database, the proxy.

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strings"

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
	}
	findings = append(findings, a.checkDatabase(ctx)...)
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

// checkDatabase looks at the database where there is one, and leaves it as it
// is: one of an earlier aimlchat is brought up to date by the next run that
// needs it, not by looking.
func (a *app) checkDatabase(ctx context.Context) []finding {
	const check = "database"
	path := a.databaseFile()
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return []finding{fine(check, "%s is not there yet", path)}
	}
	if err != nil {
		return []finding{failed(check, withHint(err, "make that file readable for you"))}
	}
	h, err := session.Check(ctx, path)
	return append([]finding{judge(path, info, h, err)}, besides(h)...)
}

// besides says where a database lies, and which copies of it there are.
func besides(h session.Health) []finding {
	shared := "several aimlchats may run at once"
	if !h.Place.Local {
		shared = "one aimlchat at a time"
	}
	findings := []finding{fine("file system", "%s · journal %s · %s", h.Place.Named(), h.Place.Journal(), shared)}
	for _, name := range h.Copies {
		findings = append(findings, fine("copy", "%s, kept until you remove it", name))
	}
	return findings
}

// judge says what the look at a database found.
func judge(path string, info fs.FileInfo, h session.Health, err error) finding {
	const check = "database"
	if _, newer := errors.AsType[*session.VersionError](err); newer {
		return failed(check, withHint(err, "update aimlchat; until then this one leaves the file alone, and saves nothing"))
	}
	if session.IsDamaged(err) {
		return failed(check, withHint(err, "aimlchat doctor --repair"))
	}
	if err != nil {
		return failed(check, withHint(err, "keep a copy of that file before anything else"))
	}
	if h.CutOff {
		return doubtful(check, "nothing to do", "%s · %s · a program ended while it wrote; the next run takes that back", path, figures.Bytes(h.Size))
	}
	text := fmt.Sprintf("%s · %s · %d sessions · schema version %d", path, figures.Bytes(h.Size), h.Sessions, h.Version)
	if h.Version < h.Newest {
		text += fmt.Sprintf(", which the next run brings to %d", h.Newest)
	}
	if !h.Whole {
		text += " · too large to be checked to its end"
	}
	if info.Mode().Perm()&0o200 == 0 {
		return failed(check, withHint(fmt.Errorf("%s · can't be written, so nothing is saved", text), "chmod 600 "+path))
	}
	if open := tooOpen(info); open != "" {
		return doubtful(check, "chmod 600 "+path, "%s · can be read by others (%s)", text, open)
	}
	return fine(check, "%s", text)
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

// This file is doctor --repair: it recovers what is readable of a damaged
// database into a new one, which takes its place, and says what is lost. A
// healthy database is left alone.

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/aimlchat/aimlchat/session"
)

func (a *app) repair(ctx context.Context, asJSON bool) error {
	path := a.databaseFile()
	r, err := session.Repair(ctx, session.Options{Path: path, LockDir: filepath.Join(a.env.Dirs.State, "locks"), Now: a.env.Now})
	switch {
	case ctx.Err() != nil:
		return errStopped
	case errors.Is(err, fs.ErrNotExist):
		return withHint(fmt.Errorf("there is no %s to repair", path), "nothing has been saved yet")
	case err != nil:
		return withRemedy(err)
	}
	if asJSON {
		return writeJSON(a.stdout, repairOf(path, r))
	}
	return a.tellRepair(path, r)
}

// withRemedy gives an error of a repair its hint.
func withRemedy(err error) error {
	if hint := remedy(err); hint != "" {
		return withHint(err, hint)
	}
	return withHint(err, "the damaged file is as it was; keep a copy of it")
}

func (a *app) tellRepair(path string, r session.Report) error {
	if r.Healthy {
		_, err := fmt.Fprintf(a.stdout, "%s is whole; nothing was done\n", path)
		return err
	}
	rows := [][]string{
		{"recovered", fmt.Sprintf("%d sessions, %d messages, in %s", r.Sessions, r.Messages, path)},
		{"kept", "the damaged file, as " + r.Damaged},
	}
	for _, p := range r.Pages {
		rows = append(rows, []string{"unreadable", p})
	}
	for _, l := range r.Losses {
		what := "lost"
		if l.Kept {
			what = "damaged"
		}
		rows = append(rows, []string{what, l.String()})
	}
	if len(r.Losses) == 0 {
		rows = append(rows, []string{"lost", "nothing that is known of"})
	}
	return writeTable(a.stdout, rows)
}

// repairObject is a repair in JSON.
type repairObject struct {
	Healthy    bool         `json:"healthy"` // nothing was wrong, and nothing was done
	Path       string       `json:"path"`
	Damaged    *string      `json:"damaged"` // where the damaged file is now
	Sessions   int          `json:"sessions"`
	Messages   int          `json:"messages"`
	Unreadable []string     `json:"unreadable"`
	Losses     []lossObject `json:"losses"`
}

type lossObject struct {
	Session *string `json:"session"`
	Message *string `json:"message"`
	Why     string  `json:"why"`
	Kept    bool    `json:"kept"` // what is readable of it is there
}

func repairOf(path string, r session.Report) repairObject {
	o := repairObject{
		Healthy: r.Healthy, Path: path, Damaged: known(r.Damaged), Sessions: r.Sessions, Messages: r.Messages,
		Unreadable: append([]string{}, r.Pages...), Losses: make([]lossObject, len(r.Losses)),
	}
	for i, l := range r.Losses {
		o.Losses[i] = lossObject{known(l.SessionID), known(l.MessageID), l.Why, l.Kept}
	}
	return o
}

// This file puts what the chat could not save where the person finds it: into a
// file, or, where even that fails, on the terminal.

package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aimlchat/aimlchat/ui"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// rescue says what is not saved, and where it is instead.
func (a *app) rescue(u ui.Unsaved) {
	if u.What == "" {
		return
	}
	path, err := a.writeRescue(u.Text)
	if err != nil {
		fmt.Fprintln(a.stdout, sanitize.Text(u.Text))
	}
	a.notice("not saved: %s", u.What)
	if err != nil {
		fmt.Fprintf(a.stderr, "hint: copy the text above; no file could be written: %s\n", sanitize.Line(err.Error()))
		return
	}
	fmt.Fprintf(a.stderr, "hint: the text is in %s\n", sanitize.Line(path))
}

func (a *app) writeRescue(text string) (path string, err error) {
	dir := filepath.Join(a.env.Dirs.State, "unsaved")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, a.env.Now().Format("2006-01-02-150405-")+"*.md") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	return f.Name(), nil
}

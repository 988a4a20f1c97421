// This file writes what a person takes out of a chat. It refuses to replace a
// file.

package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// writeText writes text to a new file, whose path is as a person writes it, and
// returns that path as the system knows it.
func (a *app) writeText(ctx context.Context, path, text string) (string, error) {
	if ctx.Err() != nil {
		return "", errStopped
	}
	path = expandPath(path, a.home())
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) //nolint:gosec // a file of the person's own, named by the person
	switch {
	case errors.Is(err, fs.ErrExist):
		return "", usagef("name another one: nothing is replaced", "there is a file %s already", path)
	case err != nil:
		return "", usagef("check the path and its permissions", "%w", err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(path))
	}
	return path, nil
}

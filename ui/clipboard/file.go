// This file owns the files that hold what no clipboard certainly took. It
// refuses to keep many of them, and to touch any other file.

package clipboard

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	// kept is how many files stay.
	kept = 5
	// names is how many names there are. They are taken in a circle, so that
	// the youngest is the one before a gap, by whichever aimlchat.
	names = 9
)

// save writes text to a file of its own and returns its path; "" when there is
// no folder for it.
func (c *Clipboard) save(text string) (path string, err error) {
	dir := c.opts.Dir
	if dir == "" {
		return "", nil
	}
	c.saving.Lock()
	defer c.saving.Unlock()
	defer func() {
		if err != nil {
			path, err = "", fmt.Errorf("keep what was copied in a file: %w", err)
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, n, err := create(dir)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(err, os.Remove(f.Name()))
	}
	for older := n + 1; older <= n+names-kept; older++ {
		_ = os.Remove(name(dir, older)) // it may be gone; else it stays for the next time
	}
	return f.Name(), nil
}

// create opens a new file, which only the person may read, and returns which it is.
func create(dir string) (*os.File, int, error) {
	first := next(dir)
	for n := first; n < first+names; n++ {
		f, err := os.OpenFile(name(dir, n), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if !errors.Is(err, fs.ErrExist) {
			return f, n, err
		}
	}
	// Somebody filled the circle.
	if err := os.Remove(name(dir, first)); err != nil {
		return nil, 0, err
	}
	f, err := os.OpenFile(name(dir, first), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	return f, first, err
}

// next returns the number after the youngest file.
func next(dir string) int {
	for n := 1; n <= names; n++ {
		if exists(name(dir, n)) && !exists(name(dir, n+1)) {
			return n + 1
		}
	}
	return 1
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// name returns the path of the nth file.
func name(dir string, n int) string {
	return filepath.Join(dir, fmt.Sprintf("copied-%d.txt", (n-1)%names+1))
}

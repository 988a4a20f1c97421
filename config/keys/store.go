package keys

// store.go keeps the key of a provider and takes it away again: in the keyring,
// or, where none answers, in a file that nobody else can read. It refuses to
// touch the environment and a command: those are the person's own.

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/zalando/go-keyring"
)

// Keyring keeps secrets. Get and Delete answer [keyring.ErrNotFound] where there
// is none. Each may take as long as it likes: nobody waits longer than
// [KeyringTimeout].
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
	Delete(service, user string) error
}

// system is the keyring of the operating system.
type system struct{}

func (system) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (system) Set(service, user, secret string) error   { return keyring.Set(service, user, secret) }
func (system) Delete(service, user string) error        { return keyring.Delete(service, user) }

// errSlow is a keyring that did not answer.
var errSlow = fmt.Errorf("no answer within %s", KeyringTimeout)

// within asks a keyring something that may take too long.
func within[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	type answer struct {
		value T
		err   error
	}
	limited, cancel := context.WithTimeoutCause(ctx, KeyringTimeout, errSlow)
	defer cancel()
	answers := make(chan answer, 1) // room for an answer that comes too late
	go func() {
		value, err := ask()
		answers <- answer{value, err}
	}()
	select {
	case a := <-answers:
		return a.value, a.err
	case <-limited.Done():
		var none T
		return none, context.Cause(limited)
	}
}

// keyring is the one that s names.
func (s Source) keyring() Keyring {
	if s.Keyring == nil {
		return system{}
	}
	return s.Keyring
}

// Clean returns what a person gave as a key, without the blanks around it. What
// can't be one is an error, which does not quote it.
func Clean(text string) (string, error) {
	key := strings.TrimSpace(strings.TrimPrefix(text, "\ufeff"))
	if key == "" {
		return "", errors.New("no key was given")
	}
	if len(key) > maxKey {
		return "", errors.New("what was given is too long for a key")
	}
	if !travels(key) {
		return "", errors.New("what was given holds a blank or a character that no key has")
	}
	return key, nil
}

// maxKey is longer than any key, and as long as the keyring of Windows takes.
const maxKey = 2560

// Stored says where a key went.
type Stored struct {
	File  string // where it is; "": in the keyring
	Why   error  // why the keyring did not take it; nil: it did
	Moved bool   // the file had an older one, which is gone
}

// Store keeps the key of s.Provider in the keyring, else in s.File. Afterwards no
// older key is left in either of them: a keyring that holds one and can't be
// changed is an error, since it would win over the file.
func Store(ctx context.Context, s Source, key string) (Stored, error) {
	why := toKeyring(ctx, s, key)
	if why == nil {
		moved, err := removeFile(s.File)
		if err != nil {
			return Stored{}, fmt.Errorf("the key is in the keyring now, but an older one is still in a file: %w", err)
		}
		return Stored{Moved: moved}, nil
	}
	if ctx.Err() != nil {
		return Stored{}, fmt.Errorf("ask the keyring: %w", ctx.Err())
	}
	if old, _ := askKeyring(ctx, s); old != "" && old != key {
		return Stored{}, fmt.Errorf("change the key in the keyring: %w", why)
	}
	if err := writeFile(s.File, key); err != nil {
		return Stored{}, err
	}
	return Stored{File: s.File, Why: why}, nil
}

// toKeyring puts a key in the keyring, and looks whether it is there: macOS's
// tool may fail without saying so.
func toKeyring(ctx context.Context, s Source, key string) error {
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, s.keyring().Set(Service, s.Provider, key) })
	if err != nil {
		return err
	}
	if kept, err := askKeyring(ctx, s); err != nil || kept != key {
		return errors.New("it did not keep what it was given")
	}
	return nil
}

// Forgotten says what [Forget] found.
type Forgotten struct {
	Keyring bool  // the keyring had a key
	File    bool  // the file was there
	Silent  error // why the keyring could not say; nil: it did
}

// Forget removes the key of s.Provider from the keyring and the file.
func Forget(ctx context.Context, s Source) (Forgotten, error) {
	var f Forgotten
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, s.keyring().Delete(Service, s.Provider) })
	switch {
	case err == nil:
		f.Keyring = true
	case ctx.Err() != nil:
		return f, fmt.Errorf("ask the keyring: %w", ctx.Err())
	case !errors.Is(err, keyring.ErrNotFound):
		f.Silent = err
	}
	var fileErr error
	f.File, fileErr = removeFile(s.File)
	if f.Silent != nil {
		if key, _ := askKeyring(ctx, s); key != "" {
			return f, errors.Join(fmt.Errorf("remove the key from the keyring: %w", err), fileErr)
		}
	}
	return f, fileErr
}

// removeFile removes a key file, if there is one.
func removeFile(path string) (was bool, err error) {
	err = os.Remove(path)
	if path == "" || errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("remove the key file: %w", err)
	}
	return true, nil
}

// writeFile puts a key in a file of its own, whole or not at all, that only its
// owner can read from its first byte on.
func writeFile(path, key string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write the key file: %w", err)
		}
	}()
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".key-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.WriteString(key + "\n")
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

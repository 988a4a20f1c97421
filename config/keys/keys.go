// Package keys finds the key of a provider: in the environment, behind a
// command, in the keyring of the operating system, or in a file that nobody
// else can read.
//
// It hands the key to its caller and to no one else: no error, and nothing
// else that leaves the package, holds one. It refuses to read the environment
// (the caller does) and to look anywhere before it is asked: a keyring may
// take seconds to answer, so asking belongs after the first frame.
package keys

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/zalando/go-keyring"
)

// Service is the name under which the keyring keeps keys; the user is the
// provider's name.
const Service = "aimlchat"

// How long a command and the keyring may take.
const (
	CommandTimeout = 30 * time.Second
	KeyringTimeout = 3 * time.Second
)

// ErrNone says that no place has a key. A server on loopback needs none.
var ErrNone = errors.New("no key is set")

// Source says where the key of one provider may be.
type Source struct {
	Provider string     // its name; also the user in the keyring
	Env      []Variable // in the order in which they count
	Command  []string   // a program and its arguments; nil: none
	File     string     // "": none

	Keyring Keyring // nil: the operating system's

	// Lend calls use with the terminal, if there is one that a command may ask
	// the person something on, and returns what use does. Nil: there is none.
	Lend func(ctx context.Context, use func(in io.Reader, errs io.Writer) error) error

	patience time.Duration // with the command; 0: CommandTimeout
}

// The names of places that have no name of their own.
const (
	commandName = "api_key_command"
	keyringName = "keyring"
)

// Variable is an environment variable, as the caller read it.
type Variable struct{ Name, Value string }

// Resolve returns the key and where it was found, in words for a person: the
// variable's name, "api_key_command", "keyring" or the file. The places are
// asked in that order and the first that has a key wins; a command or a file
// that is there but fails is an error, so that a slip is not hidden by another
// place's key. With no key anywhere the error is [ErrNone].
func Resolve(ctx context.Context, s Source) (key, from string, err error) {
	if key, from, err = FromEnv(s.Env); key != "" || err != nil {
		return key, from, err
	}
	if len(s.Command) > 0 {
		if key, err = s.runCommand(ctx); err != nil {
			return "", "", err
		}
		return checked(key, commandName)
	}
	key, silent := askKeyring(ctx, s)
	if key != "" {
		return checked(key, keyringName)
	}
	if err := ctx.Err(); err != nil {
		return "", "", fmt.Errorf("ask the keyring: %w", err)
	}
	if s.File != "" {
		if key, err = readFile(s.File); err != nil {
			return "", "", err
		}
		if key != "" {
			return checked(key, s.File)
		}
	}
	if silent != nil {
		return "", "", fmt.Errorf("%w (the keyring did not answer: %w)", ErrNone, silent)
	}
	return "", "", ErrNone
}

// FromEnv returns the first key of the environment, and its variable's name;
// "" when there is none.
func FromEnv(variables []Variable) (key, from string, err error) {
	for _, v := range variables {
		if key = strings.TrimSpace(v.Value); key != "" {
			return checked(key, v.Name)
		}
	}
	return "", "", nil
}

// checked refuses what can't travel in a header, before a header's error
// message could quote it.
func checked(key, from string) (string, string, error) {
	if !travels(key) {
		return "", "", errUnfit(from)
	}
	return key, from, nil
}

// travels reports whether a key can be sent in a header.
func travels(key string) bool {
	return strings.IndexFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// errNoKey is what can't be one.
var errNoKey = errors.New("holds a blank or a character that no key has")

func errUnfit(from string) error { return fmt.Errorf("the key from %s %w", from, errNoKey) }

// runCommand returns the first line that the command prints. Only the program is
// named in errors, neither its arguments nor what it printed.
func (s Source) runCommand(ctx context.Context) (key string, err error) {
	lend := s.Lend
	if lend == nil {
		lend = func(_ context.Context, use func(io.Reader, io.Writer) error) error { return use(nil, nil) }
	}
	var out []byte
	program := s.Command[0]
	err = lend(ctx, func(in io.Reader, errs io.Writer) (err error) {
		out, err = output(ctx, cmp.Or(s.patience, CommandTimeout), s.Command, in, errs)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("run api_key_command %q: %w", program, err)
	}
	if key = firstLine(out); key == "" {
		return "", fmt.Errorf("run api_key_command %q: its first line is empty", program)
	}
	return key, nil
}

// output runs a program without a shell, and returns what it prints. It has
// errs and in for asking the person; nil: nothing to ask on.
func output(ctx context.Context, patience time.Duration, argv []string, in io.Reader, errs io.Writer) ([]byte, error) {
	limited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	cmd := exec.CommandContext(limited, argv[0], argv[1:]...) //nolint:gosec // the person's own program, without a shell
	cmd.Stdin, cmd.Stderr = in, errs
	cmd.WaitDelay = time.Second // a grandchild may hold the pipe open
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("no answer within %s", patience)
	}
	return out, reason(err)
}

// reason is the error of a command without the standard error that it carries
// along.
func reason(err error) error {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGINT {
			return context.Canceled // ctrl+c reaches the whole group, the command maybe first
		}
		return errors.New(exit.ProcessState.String())
	}
	if start, ok := errors.AsType[*exec.Error](err); ok { // names the program once more
		return start.Err
	}
	return err
}

// askKeyring returns the key that the keyring has, or "" and why it could not
// say, if it could not. A machine without a keyring is nothing unusual.
func askKeyring(ctx context.Context, s Source) (key string, silent error) {
	key, err := within(ctx, func() (string, error) { return s.keyring().Get(Service, s.Provider) })
	if errors.Is(err, keyring.ErrNotFound) {
		return "", nil
	}
	return strings.TrimSpace(key), err
}

// maxFile bounds what is read of a file that is surely no key file.
const maxFile = 64 << 10

// readFile returns the first line of a key file, "" when there is no file.
func readFile(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the key file: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("read the key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("read the key file: %s is no regular file", path)
	}
	// Windows keeps its permissions elsewhere; the bits there say nothing.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("read the key file: others can read it; run: chmod 600 %q", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile))
	if err != nil {
		return "", fmt.Errorf("read the key file: %w", err)
	}
	return firstLine(data), nil
}

func firstLine(data []byte) string {
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxFile)
	if !lines.Scan() {
		return ""
	}
	return strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff"))
}

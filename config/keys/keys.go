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

	// Keyring asks a keyring and answers [keyring.ErrNotFound] when it has
	// none. Nil asks the operating system's.
	Keyring func(service, user string) (string, error)
}

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
		if key, err = runCommand(ctx, s.Command); err != nil {
			return "", "", err
		}
		return checked(key, "api_key_command")
	}
	key, silent := askKeyring(ctx, s)
	if key != "" {
		return checked(key, "keyring")
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
	for _, r := range key {
		if r <= ' ' || r > '~' {
			return "", "", fmt.Errorf("the key from %s holds a blank or a character that no key has", from)
		}
	}
	return key, from, nil
}

// runCommand returns the first line that a command prints. Only the program is
// named in errors, neither its arguments nor what it printed.
func runCommand(ctx context.Context, argv []string) (string, error) {
	limited, cancel := context.WithTimeout(ctx, CommandTimeout)
	defer cancel()
	cmd := exec.CommandContext(limited, argv[0], argv[1:]...) //nolint:gosec // the person's own program, without a shell
	cmd.WaitDelay = time.Second                               // a grandchild may hold the pipe open
	out, err := cmd.Output()
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("run api_key_command %q: %w", argv[0], ctx.Err())
	case limited.Err() != nil:
		return "", fmt.Errorf("run api_key_command %q: no answer within %s", argv[0], CommandTimeout)
	case err != nil:
		return "", fmt.Errorf("run api_key_command %q: %w", argv[0], reason(err))
	}
	key := firstLine(out)
	if key == "" {
		return "", fmt.Errorf("run api_key_command %q: its first line is empty", argv[0])
	}
	return key, nil
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
	if start, ok := errors.AsType[*exec.Error](err); ok {
		return start.Err
	}
	return err
}

// askKeyring returns the key that the keyring has, or "" and why it could not
// say, if it could not. A machine without a keyring is nothing unusual.
func askKeyring(ctx context.Context, s Source) (key string, silent error) {
	ask := s.Keyring
	if ask == nil {
		ask = keyring.Get
	}
	ctx, cancel := context.WithTimeout(ctx, KeyringTimeout)
	defer cancel()
	type answer struct {
		key string
		err error
	}
	answers := make(chan answer, 1) // room for an answer that comes too late
	go func() {
		key, err := ask(Service, s.Provider)
		answers <- answer{key, err}
	}()
	select {
	case a := <-answers:
		if errors.Is(a.err, keyring.ErrNotFound) {
			return "", nil
		}
		return strings.TrimSpace(a.key), a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
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

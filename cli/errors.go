// This file turns errors into what a person and a script get: one line of what
// happened, one line of what to do, and an exit code by type. It decides
// nothing else; whoever fails chooses the type.

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// The exit codes, a contract with scripts.
const (
	exitDone    = 0
	exitFailure = 1
	exitUsage   = 2
	exitAuth    = 3 // no key, or the service refused it
	exitService = 4 // any other refusal of the service
	exitNetwork = 5 // no connection, timeout, stream cut
	exitSignal  = 128
)

const (
	hintHelp   = "aimlchat --help lists the flags and commands"
	hintReport = "if this looks like a defect of aimlchat: https://github.com/aimlchat/aimlchat/issues"
)

// A usageError is a mistake in the command line, the environment or the
// config: exit code 2.
type usageError struct {
	what string
	hint string
	err  error
}

func (e *usageError) Error() string { return e.what }
func (e *usageError) Unwrap() error { return e.err }

// usagef returns a usage error that says what is wrong; hint says what to do.
func usagef(hint, format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	return &usageError{what: err.Error(), hint: hint, err: errors.Unwrap(err)}
}

// A hintError is any other failure of which we know what to do about it.
type hintError struct {
	err  error
	hint string
}

func (e *hintError) Error() string { return e.err.Error() }
func (e *hintError) Unwrap() error { return e.err }

func withHint(err error, hint string) error { return &hintError{err: err, hint: hint} }

// errStopped ends a run that the person ended: nothing more to say.
var errStopped = errors.New("stopped")

// A signalError is the cause of a context that a signal cancelled.
type signalError struct{ os.Signal }

func (e signalError) Error() string { return e.String() }

// report says on w what went wrong, if there is something to say, and returns
// the exit code.
func report(ctx context.Context, w io.Writer, err error) int {
	code := exitCode(ctx, err)
	if err == nil || code > exitSignal || isStop(err) || isUnread(err) {
		return code
	}
	what, hint := explain(err)
	fmt.Fprintf(w, "aimlchat: %s\n", sanitize.Line(what))
	fmt.Fprintf(w, "hint: %s\n", sanitize.Line(hint))
	return code
}

// explain returns the two lines that describe err.
func explain(err error) (what, hint string) {
	what, hint = describe(err)
	return strings.TrimSuffix(what, "; "+hint), hint
}

func describe(err error) (what, hint string) {
	if e, ok := errors.AsType[*examError](err); ok {
		return e.what, cmp.Or(e.hint, hintReport)
	}
	if e, ok := errors.AsType[*usageError](err); ok {
		return err.Error(), cmp.Or(e.hint, hintHelp)
	}
	if e, ok := errors.AsType[*hintError](err); ok {
		return err.Error(), e.hint
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		return err.Error(), cmp.Or(e.Hint, hintReport)
	}
	if hint := remedy(err); hint != "" {
		return err.Error(), hint
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return err.Error(), "check that file, its folder and the disk"
	}
	return err.Error(), hintReport
}

// remedy is what the database's own errors say that one can do.
func remedy(err error) string {
	if e, ok := errors.AsType[*session.VersionError](err); ok {
		return e.Hint()
	}
	if e, ok := errors.AsType[*session.InUseError](err); ok {
		return e.Hint()
	}
	if e, ok := errors.AsType[*session.Fault](err); ok {
		return e.Hint
	}
	return ""
}

// exitCode maps err to the exit code of the process.
func exitCode(ctx context.Context, err error) int {
	if err == nil || isUnread(err) {
		return exitDone
	}
	if isStop(err) {
		return stopCode(ctx)
	}
	if _, ok := errors.AsType[*usageError](err); ok {
		return exitUsage
	}
	if e, ok := errors.AsType[*api.Error](err); ok {
		return serviceCode(e)
	}
	return exitFailure
}

func serviceCode(e *api.Error) int {
	switch e.Kind {
	case api.ErrAuth:
		return exitAuth
	case api.ErrInvalid:
		if e.Status == 0 { // no service has seen it: the config asks for what we refuse
			return exitUsage
		}
		return exitService
	case api.ErrFunds, api.ErrForbidden, api.ErrNotFound, api.ErrRateLimit, api.ErrServer, api.ErrBadResponse:
		return exitService
	case api.ErrConnect, api.ErrTimeout, api.ErrCut:
		return exitNetwork
	}
	return exitFailure
}

// isStop reports whether err means that the person ended the run.
func isStop(err error) bool {
	if e, ok := errors.AsType[*api.Error](err); ok && e.Kind == api.ErrCanceled {
		return true
	}
	return errors.Is(err, errStopped) || errors.Is(err, context.Canceled)
}

// isUnread reports whether err means that the reader of our output has had
// enough (| head), which is no failure. A service's broken pipe is one.
func isUnread(err error) bool {
	_, ours := errors.AsType[*fs.PathError](err)
	return ours && errors.Is(err, syscall.EPIPE)
}

// stopCode is the exit code of a stopped run: by a signal 128 and its number,
// as shells have it.
func stopCode(ctx context.Context) int {
	if s, ok := errors.AsType[signalError](context.Cause(ctx)); ok {
		if n, ok := s.Signal.(syscall.Signal); ok {
			return exitSignal + int(n)
		}
	}
	return exitFailure
}

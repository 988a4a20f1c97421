// This file owns the one type of failure. Telling failures apart is done where
// they arise; saying them to a person is done from here.

package api

import (
	"context"
	"errors"
	"time"
)

// ErrorKind says what sort of failure an [Error] is. It is part of the JSON of
// `--output json`: never rename one.
type ErrorKind string

// The kinds of failures.
const (
	ErrAuth        ErrorKind = "auth"         // no key, or 401
	ErrFunds       ErrorKind = "funds"        // the account is out of money
	ErrForbidden   ErrorKind = "forbidden"    // any other 403
	ErrNotFound    ErrorKind = "not_found"    // no such model or route
	ErrRateLimit   ErrorKind = "rate_limit"   // 429
	ErrInvalid     ErrorKind = "invalid"      // the service refuses the request as it is
	ErrServer      ErrorKind = "server"       // 5xx, or an error inside a stream
	ErrBadResponse ErrorKind = "bad_response" // not what the protocol says: HTML, broken JSON
	ErrConnect     ErrorKind = "connect"      // no connection: DNS, refused, TLS
	ErrTimeout     ErrorKind = "timeout"
	ErrCut         ErrorKind = "cut"      // the stream ended before the answer did
	ErrCanceled    ErrorKind = "canceled" // by the person; never shown as a failure
	ErrInternal    ErrorKind = "internal" // a defect of aimlchat
)

// Error is the one type of failure that leaves a [Backend]. Message and Hint
// are each one line for a person: no HTML, no JSON, no key.
type Error struct {
	Kind       ErrorKind
	Status     int    // HTTP status; 0 when there was no reply
	Message    string // what happened
	Hint       string // what to do about it
	Retryable  bool   // the same request may succeed later
	RequestID  string // the service's handle, for its support
	RetryAfter time.Duration
	Err        error // the cause, if there is one
}

// Error returns what happened, without the hint.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// AsError returns err as an *Error, making one of kind [ErrInternal], in one line,
// of any other. It returns nil for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: ErrInternal, Message: withoutSecrets(oneLine(err.Error())), Err: err}
}

// Failure returns the end of a stream in the vocabulary of answers. A wire that
// passes the end of its context on as it is still means that the person
// stopped.
func Failure(ctx context.Context, err error) *Error {
	e := AsError(err)
	if e.Kind == ErrInternal && errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return &Error{Kind: ErrCanceled, Message: e.Message, Err: err}
	}
	return e
}

package api

// This file owns why no reply came: each way in which a connection fails, by
// name. It refuses to guess: what it does not know it says as it is.

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// DialError makes an error of the failure to send a request or to get the head
// of a reply, after what time connect allows for a connection.
func (s Service) DialError(err error, connect time.Duration) *Error {
	e := &Error{Kind: ErrConnect, Err: err, Retryable: true}
	e.Message, e.Hint = s.describeDial(e, err, connect)
	return e
}

func (s Service) describeDial(e *Error, err error, connect time.Duration) (message, hint string) {
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		e.Kind, e.Retryable = ErrCanceled, false
		return "stopped", ""
	case viaProxy(err):
		return "no connection to " + s.Host + " through the proxy", "check the proxy settings (HTTPS_PROXY)"
	case errors.As(err, &dns) && !dns.IsTimeout && !dns.IsNotFound:
		return "the address of " + firstOf(dns.Name, s.Host) + " can't be looked up", "check the network connection"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host: " + firstOf(dns.Name, s.Host), "check the network connection and the base URL"
	case refused(err):
		return s.Host + " refuses the connection", "check that the server runs, and the base URL"
	case isTLS(err):
		e.Retryable = false
		return "no secure connection to " + s.Host + ": " + tlsReason(err), "check the base URL, the clock and the certificates of this machine"
	case strings.Contains(err.Error(), "malformed HTTP"):
		e.Kind, e.Retryable = ErrBadResponse, false
		return s.Host + " doesn't speak HTTP", "check the base URL"
	case isTimeout(err):
		e.Kind = ErrTimeout
		return "no connection to " + s.Host + " within " + connect.String(), "check the network connection, try again, or allow more time (timeouts.connect)"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), dropped(err):
		e.Kind = ErrCut
		return s.Host + " closed the connection without an answer", "try again"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "no way to " + s.Host + " from this network", "check the network connection"
	}
	return shorten("no connection to " + s.Host + ": " + plainWords(innermost(err).Error())), "check the network connection and the base URL"
}

// What Windows says in place of the errors of POSIX, which Go does not map.
const (
	wsaeConnReset   = syscall.Errno(10054)
	wsaeConnRefused = syscall.Errno(10061)
)

func refused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaeConnRefused)
}

func dropped(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, wsaeConnReset) ||
		droppedWords.MatchString(err.Error())
}

// What net/http says of a connection that it lost, for which it has no types.
var droppedWords = NewPattern(`http2: (server sent GOAWAY|client connection lost|Transport received)|stream error: stream ID|server closed idle connection|transport connection broken`)

func viaProxy(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "proxyconnect"
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}

func isTLS(err error) bool { return tlsReason(err) != "" }

// tlsReason says what is wrong with a secure connection, or "" when it is
// something else.
func tlsReason(err error) string {
	var (
		unknown  x509.UnknownAuthorityError
		hostname x509.HostnameError
		invalid  x509.CertificateInvalidError
		verify   *tls.CertificateVerificationError
		record   tls.RecordHeaderError
		alert    tls.AlertError
	)
	switch {
	case errors.As(err, &unknown):
		return "its certificate is signed by an unknown authority"
	case errors.As(err, &hostname):
		return "its certificate is for another host"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has expired or is not yet valid"
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "its certificate is not valid"
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "it speaks plain http"
	case errors.As(err, &alert), strings.Contains(err.Error(), "tls: "):
		return "the handshake failed"
	}
	return ""
}

// innermost is the cause at the end of the chain: the part of a network error
// that says what went wrong, without addresses and verbs.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

package api

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestDialError(t *testing.T) {
	op := func(err error) error {
		return &url.Error{Op: "Post", URL: "https://api.example.com/v1", Err: &net.OpError{Op: "dial", Net: "tcp", Err: err}}
	}
	for _, tt := range []struct {
		name string
		err  error
		kind ErrorKind
		has  string
	}{
		{"refused", op(os.NewSyscallError("connect", syscall.ECONNREFUSED)), ErrConnect, "api.example.com refuses the connection"},
		{"refused on Windows", op(os.NewSyscallError("connectex", syscall.Errno(10061))), ErrConnect, "refuses the connection"},
		{"no such host", op(&net.DNSError{Err: "no such host", Name: "api.example.com", IsNotFound: true}), ErrConnect, "no such host: api.example.com"},
		{"no answer of the DNS", op(&net.DNSError{Err: "server misbehaving", Name: "api.example.com", IsTemporary: true}), ErrConnect, "the address of api.example.com can't be looked up"},
		{"DNS timeout", op(&net.DNSError{Err: "i/o timeout", Name: "api.example.com", IsTimeout: true}), ErrTimeout, "within 10s"},
		{"timeout", op(os.ErrDeadlineExceeded), ErrTimeout, "no connection to api.example.com within 10s"},
		{"unknown authority", op(&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}), ErrConnect, "unknown authority"},
		{"other host", op(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}), ErrConnect, "another host"},
		{"expired", op(x509.CertificateInvalidError{Reason: x509.Expired}), ErrConnect, "expired"},
		{"plain http", &url.Error{Op: "Get", Err: errors.New("http: server gave HTTP response to HTTPS client")}, ErrConnect, "plain http"},
		{"handshake", op(errors.New("remote error: tls: handshake failure")), ErrConnect, "the handshake failed"},
		{"closed", &url.Error{Op: "Post", Err: io.EOF}, ErrCut, "closed the connection"},
		{"reset", op(syscall.ECONNRESET), ErrCut, "closed the connection"},
		{"HTTP/2 goes away", &url.Error{Op: "Post", Err: errors.New("http2: server sent GOAWAY and closed the connection; LastStreamID=1")}, ErrCut, "closed the connection"},
		{"HTTP/2 stream reset", &url.Error{Op: "Post", Err: errors.New("stream error: stream ID 1; INTERNAL_ERROR; received from peer")}, ErrCut, "closed the connection"},
		{"not HTTP", &url.Error{Op: "Post", Err: errors.New(`net/http: HTTP/1.x transport connection broken: malformed HTTP response "SSH-2.0-x"`)}, ErrBadResponse, "doesn't speak HTTP"},
		{"no network", op(syscall.ENETUNREACH), ErrConnect, "no way to api.example.com"},
		{"proxy", &url.Error{Op: "Post", Err: &net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}}, ErrConnect, "through the proxy"},
		{"stopped", &url.Error{Op: "Post", Err: context.Canceled}, ErrCanceled, "stopped"},
		{"anything", &url.Error{Op: "Post", URL: "https://x", Err: fmt.Errorf("read: %w", errors.New("odd thing {1}"))}, ErrConnect, "no connection to api.example.com: odd thing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := service.DialError(tt.err, 10*time.Second)
			if e.Kind != tt.kind || !strings.Contains(e.Message, tt.has) || !errors.Is(e, tt.err) {
				t.Errorf("got %s: %q", e.Kind, e.Message)
			}
			if e.Kind != ErrCanceled {
				readable(t, e)
			}
		})
	}
}

package wire

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// waterOf is how many bytes wake the reader of a socket.
func waterOf(t *testing.T, conn syscall.RawConn) (bytes int) {
	t.Helper()
	var err error
	if failed := conn.Control(func(fd uintptr) {
		bytes, err = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT)
	}); failed != nil || err != nil {
		t.Error(failed, err)
	}
	return bytes
}

// While its reader rests, a socket wakes nobody for a piece; afterwards it does.
func TestRestingSocket(t *testing.T) {
	var conn syscall.RawConn
	transport := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := (&net.Dialer{}).DialContext(ctx, network, address)
		if err == nil {
			conn = rawConn(c)
		}
		return c, err
	}}
	t.Cleanup(transport.CloseIdleConnections)
	rested := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if water := waterOf(t, conn); water != 1 {
			t.Errorf("%d bytes wake the reader before the answer", water)
		}
		for !rested && r.Context().Err() == nil {
			_, _ = io.WriteString(w, "data: a\n\n")
			w.(http.Flusher).Flush()
			rested = waterOf(t, conn) == lowWater
		}
		_, _ = io.WriteString(w, "data: end\n\n")
	}))
	t.Cleanup(server.Close)
	client := newClient(t, Config{BaseURL: server.URL, Transport: transport})
	for range 2 { // the same socket
		rested = false
		if reply := add(client.Stream(t.Context(), ordinary())); reply.Err != nil || reply.Finish != api.FinishStop {
			t.Error(reply.Finish, reply.Err)
		}
		if water := waterOf(t, conn); !rested || water != 1 {
			t.Errorf("rested: %t; then %d bytes wake the reader", rested, water)
		}
	}
}

// The socket is found below TLS; what is none stays as it is.
func TestRawConn(t *testing.T) {
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	if rawConn(a) != nil {
		t.Error("a pipe has a socket")
	}
	quiet(rawConn(a))()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	socket, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	if rawConn(tls.Client(socket, &tls.Config{})) == nil {
		t.Error("no socket below TLS")
	}
}

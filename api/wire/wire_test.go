package wire

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

const testKey = "test-key-0123456789"

// words is a decoder of a protocol of our own: each datum is a piece of the
// answer, but for "fin", which completes it, "end", after which nothing follows,
// and "boom", a failure.
type words struct{ progress Progress }

func (w *words) Frame(f api.Frame) (Progress, []api.Event, *api.Error) {
	switch string(f.Data) {
	case "fin":
		w.progress = max(w.progress, Complete)
	case "end":
		w.progress = Done
	case "boom":
		return w.progress, []api.Event{api.Answer{Text: "last "}}, &api.Error{Kind: api.ErrServer, Message: "boom of " + testKey}
	default:
		w.progress = max(w.progress, Arriving)
		return w.progress, []api.Event{api.Answer{Text: string(f.Data)}}, nil
	}
	return w.progress, nil, nil
}

func (w *words) Whole(body []byte, header http.Header) ([]api.Event, *api.Error) {
	w.progress = Done
	return []api.Event{api.Answer{Text: string(body) + header.Get("X-Cost")}}, nil
}

func (w *words) End() ([]api.Event, *api.Error) {
	if w.progress < Complete {
		return []api.Event{api.Answer{Text: " (flushed)"}}, Cut()
	}
	return []api.Event{api.Finish{Reason: api.FinishStop}}, nil
}

// ordinary is a question that teaches nothing.
func ordinary() Question {
	return Question{
		Path: "ask", Protocol: api.Chat,
		Body:    func() ([]byte, error) { return []byte(`{}`), nil },
		Decoder: func() Decoder { return &words{} },
	}
}

func newClient(t testing.TB, config Config) *Client {
	t.Helper()
	if config.BaseURL == "" {
		config.BaseURL = "http://127.0.0.1:1/v1"
	}
	config.Retry.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	client, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// serve starts a server and returns a client of it, with a key.
func serve(t testing.TB, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return newClient(t, Config{Name: "test", BaseURL: server.URL + "/v1", Key: keyed})
}

func keyed(context.Context) (string, error) { return " " + testKey + "\n", nil }

// roundTrip answers without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer answers so.
func answer(status int, kind string, body io.Reader) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(body), Request: r}, nil
	}
}

func add(events iter.Seq2[api.Event, error]) *api.Reply {
	now := time.Date(2025, 11, 22, 3, 0, 0, 0, time.UTC)
	reply := api.NewReply(now)
	for ev, err := range events {
		if err != nil {
			reply.Fail(api.AsError(err), now)
			continue
		}
		reply.Add(ev, now)
	}
	return reply
}

func TestNew(t *testing.T) {
	for _, url := range []string{"", "host/v1", "ftp://host", "http://", "https://name:secret@host", "http://h ost"} {
		_, err := New(Config{Name: "test", BaseURL: url})
		e, ok := errors.AsType[*api.Error](err)
		if !ok || e.Kind != api.ErrInvalid || strings.Contains(e.Message+e.Hint, "secret") {
			t.Errorf("%q: got %v", url, err)
		}
	}
	for url, official := range map[string]bool{
		"https://api.aimlapi.com/v1":          true,
		"https://api.aimlapi.com":             true,
		"http://api.aimlapi.com/v1":           false,
		"https://api.aimlapi.com.example/v1":  false,
		"https://x.api.aimlapi.com/v1":        false,
		"https://api.aimlapi.com:8443/v1":     false,
		"https://example.com/api.aimlapi.com": false,
	} {
		client := newClient(t, Config{BaseURL: url})
		if client.Official() != official || (client.Service().BillingURL != "") != official {
			t.Errorf("%s: official %t, billing %q", url, client.Official(), client.Service().BillingURL)
		}
	}
}

func TestHeaders(t *testing.T) {
	var got http.Header
	config := Config{
		BaseURL: "https://api.aimlapi.com/v1", Key: keyed, UserAgent: "aimlchat/1", Headers: map[string]string{"X-Extra": "1"},
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			got = r.Header
			return answer(http.StatusOK, "text/event-stream", strings.NewReader("data: end\n\n"))(r)
		}),
	}
	q := ordinary()
	q.ID, q.Header = "turn-1", map[string]string{"X-Own": "2"}
	add(newClient(t, config).Stream(t.Context(), q))
	for name, want := range map[string]string{
		"Authorization": "Bearer " + testKey, "Accept": "text/event-stream", "User-Agent": "aimlchat/1", "X-Extra": "1", "X-Own": "2",
		"X-Aimlapi-Source": "agent/aimlchat", "X-Client-Request-Id": "turn-1",
	} {
		if got.Get(name) != want {
			t.Errorf("%s: got %q, want %q", name, got.Get(name), want)
		}
	}
	config.BaseURL, config.KeyHeader = "https://example.com", "x-api-key"
	q.ID = "not allowed"
	add(newClient(t, config).Stream(t.Context(), q))
	for name, want := range map[string]string{"Authorization": "", "X-Api-Key": testKey, "X-Aimlapi-Source": "", "X-Client-Request-Id": ""} {
		if got.Get(name) != want {
			t.Errorf("elsewhere: %s: got %q, want %q", name, got.Get(name), want)
		}
	}
}

func TestLoopback(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"localhost.example.com": false, "127.0.0.1.example.com": false, "0.0.0.0": false, "192.168.0.1": false, "": false, "2130706433": false,
	} {
		if Loopback(host) != want {
			t.Errorf("%q: %t", host, !want)
		}
	}
}

// What holds a key goes to no other machine in the open, whatever it is called.
func TestPlainHTTP(t *testing.T) {
	asked := 0
	config := Config{Name: "test", Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		asked++
		return answer(http.StatusOK, "text/event-stream", strings.NewReader("data: end\n\n"))(r)
	})}
	for _, c := range []struct {
		key     func(context.Context) (string, error)
		headers map[string]string
		refused string // "": it goes
	}{
		{keyed, nil, "the key"},
		{nil, map[string]string{"Authorization": "Bearer hunter2"}, "the header Authorization"},
		{nil, map[string]string{"x-api-key": "hunter2"}, "the header x-api-key"},
		{nil, map[string]string{"X-Who": "basic aHVudGVyMg=="}, "the header X-Who"},
		{nil, map[string]string{"Cookie": "a=b"}, "the header Cookie"},
		{nil, map[string]string{"X-Author": "me", "X-Title": "me", "X-Api-Key": " "}, ""},
		{nil, nil, ""},
	} {
		config.Key, config.Headers = c.key, c.headers
		for base, plain := range map[string]bool{
			"http://localhost:1/v1": false, "http://127.0.0.1:1/v1": false, "http://127.8.8.8/v1": false, "http://[::1]:1/v1": false,
			"https://example.com/v1":        false,
			"http://example.com/v1":         true,
			"http://localhost.evil.com/v1":  true,
			"http://127.0.0.1.evil.com/v1":  true,
			"http://evil.com:80/127.0.0.1":  true,
			"http://[::2]/v1":               true,
			"http://0.0.0.0:11434/v1":       true,
			"http://192.168.1.7:11434/v1":   true,
			"http://[fe80::1%25localhost]/": true,
		} {
			config.BaseURL = base
			client := newClient(t, config)
			asked = 0
			reply := add(client.Stream(t.Context(), ordinary()))
			_, err := client.Get(t.Context(), "models", GetOptions{})
			if refused := plain && c.refused != ""; !refused {
				if asked != 2 || reply.Err != nil || err != nil {
					t.Errorf("%s with %q: asked %d times, %v, %v", base, c.refused, asked, reply.Err, err)
				}
			} else if asked != 0 || reply.Err == nil || err == nil || !strings.HasPrefix(reply.Err.Message, c.refused+" is not sent to ") || strings.Contains(reply.Err.Error()+reply.Err.Hint, "hunter2") {
				t.Errorf("%s with %q: asked %d times, %v, %v", base, c.refused, asked, reply.Err, err)
			}
		}
	}
}

// A proxy is another machine, too.
func TestNoProxyOnThisMachine(t *testing.T) {
	for _, base := range []string{"http://localhost:1", "http://LOCALHOST:1", "http://127.1.2.3", "http://[::1]:1"} {
		r := httptest.NewRequest(http.MethodGet, base, nil)
		if at, err := newTransport(api.Timeouts{}).Proxy(r); at != nil || err != nil {
			t.Errorf("%s goes by %v, %v", base, at, err)
		}
	}
}

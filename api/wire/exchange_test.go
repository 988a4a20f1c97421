package wire

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

func TestLearn(t *testing.T) {
	for _, tt := range []struct {
		name    string
		lessons int // that the service has to teach; -1: no end
		asked   int
		kind    api.ErrorKind
	}{
		{"nothing to learn", 0, 1, ""},
		{"two lessons", 2, 3, ""},
		{"no end of them", -1, maxLessons + 1, api.ErrInvalid},
	} {
		asked, left := 0, tt.lessons
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			asked++
			if left != 0 {
				left--
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			_, _ = io.WriteString(w, "data: ok\n\ndata: end\n\n")
		})
		version := 0
		q := ordinary()
		q.Body = func() ([]byte, error) { return fmt.Append(nil, version), nil }
		q.Learn = func(e *api.Error) bool {
			version++
			return e.Status == http.StatusBadRequest
		}
		reply := add(client.Stream(t.Context(), q))
		if asked != tt.asked || tt.kind == "" && reply.Answer.String() != "ok" || tt.kind != "" && (reply.Err == nil || reply.Err.Kind != tt.kind) {
			t.Errorf("%s: asked %d times, %q, %v", tt.name, asked, reply.Answer.String(), reply.Err)
		}
	}
}

// TestKeyStaysInside: whatever says the key, no error does.
func TestKeyStaysInside(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"a refusal": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Request-Id", r.Header.Get("Authorization"))
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"message":"no such key: `+testKey+`","requestId":"`+testKey+`"}`)
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://example.com/?key="+testKey, http.StatusFound)
		},
		"a failure in the stream": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "data: boom\n\n")
		},
	} {
		client := serve(t, handler)
		streamed := add(client.Stream(t.Context(), ordinary())).Err
		_, err := client.Get(t.Context(), "list", GetOptions{})
		for _, e := range []*api.Error{streamed, api.AsError(err)} {
			if e == nil {
				continue // a stream is a document like any other
			}
			if all := fmt.Sprintf("%+v %v", *e, e.Err); strings.Contains(all, testKey) {
				t.Errorf("%s: %s", name, all)
			}
		}
		if streamed == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestKeyStaysOutOfNames: nor does anything else that a service says of itself.
func TestKeyStaysOutOfNames(t *testing.T) {
	const secret = "hdr-0123456789abcdef"
	for _, echo := range []string{testKey, strings.ToUpper(testKey), "org/" + testKey + "/x", base64.StdEncoding.EncodeToString([]byte("Bearer " + testKey)), url.QueryEscape(testKey), secret, strings.Repeat("m", maxName+1)} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Aimlapi-Model", echo)
			w.Header().Set("X-Inference-Id", echo)
			_, _ = io.WriteString(w, "data: of "+echo+"\n\ndata: end\n\n")
		}))
		t.Cleanup(server.Close)
		client := newClient(t, Config{BaseURL: server.URL, Key: keyed, Headers: map[string]string{"X-Proxy-Token": "Bearer " + secret}})
		q := ordinary()
		q.Decoder = func() Decoder { return &chatty{} }
		for ev, err := range client.Stream(t.Context(), q) {
			if said := fmt.Sprintf("%+v %v", ev, err); strings.Contains(said, echo) {
				t.Errorf("%q: %s", echo, said)
			}
		}
	}
}

// TestReasons: a service's word for why it stopped is no word of ours for an answer
// that did not come whole.
func TestReasons(t *testing.T) {
	s := &stream{}
	for given, want := range map[string]string{
		"stop": "stop", "content_filter": "content_filter", "recitation": "recitation",
		"stopped": "other", "error": "other", "interrupted": "other", "a\x1b[2J": "other", strings.Repeat("x", maxName+1): "other", "": "other",
	} {
		if got := s.reason(api.FinishReason(given)); string(got) != want {
			t.Errorf("%.20q: got %q, want %q", given, got, want)
		}
	}
}

// chatty tells of itself what it is sent.
type chatty struct{ words }

func (c *chatty) Frame(f api.Frame) (Progress, []api.Event, *api.Error) {
	if what, found := strings.CutPrefix(string(f.Data), "of "); found {
		return Complete, []api.Event{api.Finish{Reason: api.FinishReason(what)}, api.Metered{Model: what}, api.Notice{Text: "declined: " + strings.TrimSpace(what[:min(len(what), 80)])}, api.Metered{Model: what}}, nil
	}
	return c.words.Frame(f)
}

// TestStrange: a document that is no answer is told in its own words.
func TestStrange(t *testing.T) {
	service := api.Service{Host: "e.example"}
	for doc, want := range map[string]string{
		`{"detail":"no such model"}`:                            "e.example failed: no such model",
		`{"detail":[{"loc":["body","model"],"msg":"missing"}]}`: "e.example failed: model: missing",
		`{"message":"try later"}`:                               "e.example failed: try later",
		`{"detail":null,"message":""}`:                          "e.example sent something else instead of an answer",
		`{"object":"list"}`:                                     "e.example sent something else instead of an answer",
		`[]`:                                                    "e.example sent something else instead of an answer",
	} {
		if got := Strange(service, []byte(doc)).Message; got != want {
			t.Errorf("%s: got %q, want %q", doc, got, want)
		}
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	nobody := roundTrip(func(*http.Request) (*http.Response, error) {
		t.Error("something was sent")
		return nil, io.EOF
	})
	bodyless := ordinary()
	bodyless.Body = func() ([]byte, error) { return nil, errors.New("reading the field odd: it is odd") }
	for _, tt := range []struct {
		name     string
		config   Config
		question Question
		kind     api.ErrorKind
		has      string
	}{
		{"no body", Config{}, bodyless, api.ErrInternal, "it is odd"},
		{"a key over plain http", Config{BaseURL: "http://example.com", Key: keyed}, ordinary(), api.ErrInvalid, "over plain http"},
		{"no key", Config{Key: func(context.Context) (string, error) { return "", &api.Error{Kind: api.ErrAuth, Message: "no key"} }}, ordinary(), api.ErrAuth, "no key"},
		{"a failing key", Config{Key: func(context.Context) (string, error) { return "", errors.New("locked") }}, ordinary(), api.ErrInternal, "locked"},
	} {
		tt.config.Transport = nobody
		client := newClient(t, tt.config)
		reply := add(client.Stream(t.Context(), tt.question))
		if reply.Err == nil || reply.Err.Kind != tt.kind || !strings.Contains(reply.Err.Message, tt.has) || reply.Err.Retryable {
			t.Errorf("%s: got %+v", tt.name, reply.Err)
		}
		if tt.name == "no body" {
			continue
		}
		if _, err := client.Get(t.Context(), "list", GetOptions{}); err == nil || !strings.Contains(err.Error(), tt.has) {
			t.Errorf("%s: got %v for a document", tt.name, err)
		}
	}
}

// TestBrokenKey: a key that fits no header is not repeated in the error.
func TestBrokenKey(t *testing.T) {
	client := newClient(t, Config{BaseURL: "https://example.com", Key: func(context.Context) (string, error) { return testKey + "\nX: y", nil }})
	reply := add(client.Stream(t.Context(), ordinary()))
	if reply.Err == nil || strings.Contains(fmt.Sprintf("%+v %v", *reply.Err, reply.Err.Err), testKey) {
		t.Errorf("got %+v", reply.Err)
	}
}

func TestFailureInTheStream(t *testing.T) {
	reply := add(newClient(t, Config{Transport: answer(http.StatusOK, "text/event-stream", strings.NewReader("data: boom\n\ndata: more\n\n"))}).Stream(t.Context(), ordinary()))
	if reply.Err == nil || reply.Err.Kind != api.ErrServer || reply.Answer.String() != "last " {
		t.Errorf("%q, %v", reply.Answer.String(), reply.Err)
	}
}

// TestAcceptedStatuses: some services answer with the status of what they made, or
// of what they will do.
func TestAcceptedStatuses(t *testing.T) {
	for status, good := range map[int]bool{200: true, 201: true, 202: true, 203: false, 206: false, 302: false} {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "data: ok\n\ndata: end\n\n")
		})
		reply := add(client.Stream(t.Context(), ordinary()))
		if (reply.Err == nil) != good || good && reply.Answer.String() != "ok" {
			t.Errorf("%d: %q, %v", status, reply.Answer.String(), reply.Err)
		}
	}
}

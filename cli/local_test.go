package cli

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// machine is the loopback of a test: which servers answer there, and what was
// asked of it.
type machine struct {
	answers map[string]string // by host; others never answer

	mu    sync.Mutex
	asked []*http.Request
}

func (m *machine) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	m.asked = append(m.asked, r)
	m.mu.Unlock()
	body, ok := m.answers[r.URL.Host]
	if !ok {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

func TestServersOfThisMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := testBackends(t, `
[providers.mine]
base_url = "http://localhost:8000/v1"`)
		world := &machine{answers: map[string]string{
			"127.0.0.1:11434": `{"object":"list","data":[{"id":"qwen3:8b","object":"model","created":1,"owned_by":"library"}]}`,
			"[::1]:1234":      `{"data":[{"id":"a"},{"id":"b"}],"object":"list"}`,
			"127.0.0.1:8080":  `<html>another server</html>`,
		}}
		b.env.Local = world
		conf, err := b.config()
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		found := b.nearby(conf)(context.Background())
		if took := time.Since(began); took != glance {
			t.Errorf("looking took %s, by a clock that nobody waits for", took)
		}
		if len(found) != 2 || found[0].Title != "Ollama" || found[1].Title != "LM Studio" || len(found[1].Choices) != 2 {
			t.Errorf("found %+v", found)
		}
		for _, r := range world.asked {
			host := r.URL.Hostname()
			if r.Method != http.MethodGet || r.URL.Path != "/v1/models" || host != "127.0.0.1" && host != "::1" || r.Header.Get("Authorization") != "" || r.URL.Port() == "8000" {
				t.Errorf("asked %s %s with %v", r.Method, r.URL, r.Header)
			}
		}
		if p, err := b.provider("lmstudio"); err != nil || p.baseURL != "http://[::1]:1234/v1" || p.key != nil {
			t.Errorf("lmstudio is %+v, %v", p, err)
		}
	})
}

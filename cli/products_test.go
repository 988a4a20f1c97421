package cli_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/aimlchat/aimlchat/config"
)

// product is a server that answers as a file of testdata/products says: its list
// of models, and to a question what stands there for the model that is asked.
type product struct {
	files map[string]string // by name

	mu     sync.Mutex
	body   map[string]any // of the last question
	header http.Header
}

func readProduct(t *testing.T, name string) *product {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "products", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	p := &product{files: map[string]string{}}
	for _, f := range archive.Files {
		p.files[f.Name] = string(f.Data)
	}
	return p
}

func (p *product) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, p.files["models"])
		return
	}
	p.mu.Lock()
	p.body, p.header = map[string]any{}, r.Header
	_ = json.NewDecoder(r.Body).Decode(&p.body)
	model, _ := p.body["model"].(string)
	p.mu.Unlock()
	if refusal, ok := p.files["refusal "+model]; ok {
		head, body, _ := strings.Cut(refusal, "{")
		lines := strings.Split(strings.TrimSpace(head), "\n")
		for _, line := range lines[1:] {
			name, value, _ := strings.Cut(line, ": ")
			w.Header().Set(name, value)
		}
		status, _ := strconv.Atoi(lines[0])
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "{"+body)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	_, _ = io.WriteString(w, p.files["stream "+model])
}

// exampleOf is the block of a provider in the config that config init writes,
// switched on, at another host.
func exampleOf(t *testing.T, name, host string) string {
	t.Helper()
	_, block, found := strings.Cut(config.Example(), "\n#[providers."+name+"]\n")
	block, _, _ = strings.Cut(block, "\n\n# ") // further tables may follow
	block = regexp.MustCompile(`(?m)^#([^ #])`).ReplaceAllString("#[providers."+name+"]\n"+block, "$1")
	base := regexp.MustCompile(`base_url = "(.*)"`).FindStringSubmatch(block)
	if !found || base == nil {
		t.Fatalf("there is no example of %s:\n%s", name, block)
	}
	u, err := url.Parse(base[1])
	if err != nil || !strings.HasSuffix(u.Path, "/v1") {
		t.Fatalf("%s is at %s", name, base[1])
	}
	u.Scheme, u.Host = "http", host
	return strings.Replace(block, base[1], u.String(), 1)
}

// keyVariables are those that the examples name.
var keyVariables = []string{"VLLM_API_KEY", "OPENROUTER_API_KEY", "GROQ_API_KEY"}

// The examples of the config work with servers that answer as those products do.
func TestProducts(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"ollama", "llamacpp", "lmstudio", "vllm", "openrouter", "groq"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := readProduct(t, name)
			server := httptest.NewServer(p)
			t.Cleanup(server.Close)
			w := newWorld(t, exampleOf(t, name, strings.TrimPrefix(server.URL, "http://")))
			for _, variable := range keyVariables {
				w.env[variable] = testKey
			}
			w.list(t, name, p)
			for file := range p.files {
				if _, model, ok := strings.Cut(file, "want "); ok && model != "models" {
					w.question(t, name, model, p)
				}
			}
			if p.files["refusal gone"] == "" && p.files["refusal large"] == "" && p.files["refusal poor"] == "" && p.files["refusal full"] == "" {
				t.Error("it never refuses")
			}
		})
	}
}

// list checks what aimlchat models makes of the list.
func (w *world) list(t *testing.T, name string, p *product) {
	t.Helper()
	stdout, stderr, code := w.run("models", "--provider", name, "--json")
	var models []struct {
		ID      string
		Context *int
	}
	if err := json.Unmarshal([]byte(stdout), &models); err != nil || code != 0 {
		t.Fatalf("models: %v, %s, %d", err, stderr, code)
	}
	var got strings.Builder
	for _, m := range models {
		window := 0
		if m.Context != nil {
			window = *m.Context
		}
		fmt.Fprintf(&got, "%s %d\n", m.ID, window)
	}
	if got.String() != p.files["want models"] {
		t.Errorf("the models are\n%s\nwant\n%s", &got, p.files["want models"])
	}
}

// question checks what is asked, and what comes of the answer.
func (w *world) question(t *testing.T, name, model string, p *product) {
	t.Helper()
	stdout, stderr, code := w.run("-p", "--output", "json", "--ephemeral", "-m", name+"/"+model, "name a river")
	stdout = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(stdout, "127.0.0.1")
	wantCode, want, _ := strings.Cut(p.files["want "+model], "\n")
	if strconv.Itoa(code) != wantCode {
		t.Errorf("%s: exit code %d, want %s; %s", model, code, wantCode, stderr)
	}
	if diff := lacks(t, stdout, want); diff != "" {
		t.Errorf("%s: %s in %s", model, diff, stdout)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	sent, err := json.Marshal(p.body)
	if err != nil {
		t.Fatal(err)
	}
	if want := p.files["sent "+model]; want != "" {
		if diff := lacks(t, string(sent), want); diff != "" {
			t.Errorf("%s: %s in what was sent: %s", model, diff, sent)
		}
	}
	for line := range strings.Lines(p.files["headers "+model]) {
		if key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); p.header.Get(key) != value {
			t.Errorf("%s: %s is %q, want %q", model, key, p.header.Get(key), value)
		}
	}
	if strings.Contains(stdout+stderr, testKey) {
		t.Errorf("%s: the key is told", model)
	}
}

// lacks says what of one JSON document is not in another; "" for nothing.
func lacks(t *testing.T, got, want string) string {
	t.Helper()
	var g, w any
	if err := json.Unmarshal([]byte(got), &g); err != nil {
		return err.Error()
	}
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%v in %s", err, want)
	}
	return lacking("", g, w)
}

func lacking(path string, got, want any) string {
	table, ok := want.(map[string]any)
	if !ok {
		if !reflect.DeepEqual(got, want) {
			return fmt.Sprintf("%s is %v, want %v", path, got, want)
		}
		return ""
	}
	in, ok := got.(map[string]any)
	if !ok {
		return fmt.Sprintf("%s is %v", path, got)
	}
	for name, value := range table {
		if diff := lacking(path+"."+name, in[name], value); diff != "" {
			return diff
		}
	}
	return ""
}

// An uncommented block is a config as it is: nothing in it is left to fill in.
func TestExamplesLoad(t *testing.T) {
	for _, name := range []string{"ollama", "llamacpp", "lmstudio", "vllm", "openrouter", "groq"} {
		if _, err := config.Load("config.toml", []byte(exampleOf(t, name, "127.0.0.1:1"))); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join("testdata", "products", name+".txtar")); err != nil {
			t.Error(err)
		}
	}
}

package cli_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// listener is a server that takes any request of the three protocols, remembers
// it, and answers "yes" below the path where it is.
type listener struct {
	*httptest.Server
	at     string // "/v1" or ""
	silent string // a path at which it says nothing; "/chat/half": it begins, and falls silent
	list   string

	mu    sync.Mutex
	asked []request
}

type request struct {
	path   string
	header http.Header
	body   map[string]any
}

func listen(t *testing.T, at string) *listener {
	t.Helper()
	l := &listener{at: at, list: `{"data":[{"id":"a"},{"id":"b"}]}`}
	l.Server = httptest.NewServer(l)
	t.Cleanup(l.Close)
	return l
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&body)
	l.mu.Lock()
	l.asked = append(l.asked, request{r.URL.Path, r.Header, body})
	l.mu.Unlock()
	path, here := strings.CutPrefix(r.URL.Path, l.at+"/")
	if !here {
		http.NotFound(w, r)
		return
	}
	const part = "data: " + `{"choices":[{"index":0,"delta":{"content":"yes"}}]}` + "\n\n"
	answers := map[string]string{
		"models":           l.list,
		"chat/completions": part + `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}` + "\n\ndata: [DONE]\n\n",
		"responses": `data: {"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"yes"}` + "\n\n" +
			`data: {"type":"response.completed","response":{"status":"completed","output":[]}}` + "\n\n",
		"messages": `data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}` + "\n\n" +
			`data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"yes"}}` + "\n\n" +
			`data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}` + "\n\n" + `data: {"type":"message_stop"}` + "\n\n",
	}
	if l.silent != "" && path == "chat/completions" {
		if l.silent == "half" {
			_, _ = io.WriteString(w, part)
		}
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		return
	}
	answer, ok := answers[path]
	if !ok || answer == "" {
		http.NotFound(w, r)
		return
	}
	_, _ = io.WriteString(w, answer)
}

// last is what was asked last, and forgets all.
func (l *listener) last(t *testing.T) request {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.asked) == 0 {
		t.Fatal("nothing was asked")
	}
	r := l.asked[len(l.asked)-1]
	l.asked = nil
	return r
}

// ask asks a model, and returns what the server saw.
func (w *world) ask(t *testing.T, l *listener, args ...string) request {
	t.Helper()
	stdout, stderr, code := w.run(append([]string{"-p", "--ephemeral"}, append(args, "hi")...)...)
	if code != 0 || stdout != "yes\n" {
		t.Fatalf("%q: %q, %q, %d", args, stdout, stderr, code)
	}
	return l.last(t)
}

// Each field of a provider reaches its server.
func TestProviderFields(t *testing.T) {
	t.Parallel()
	l := listen(t, "/v1")
	w := newWorld(t, `
[providers.own]
base_url = "`+l.URL+`/v1"
key_env = "OWN_KEY"
headers = { X-Title = "mine", User-Agent = "other/1" }
extra_body = { top_k = 5, provider = { sort = "price", only = ["x"] }, model = "not this" }
models = [
  "plain",
  { id = "answers", protocol = "responses" },
  { id = "speaks", protocol = "messages" },
  { id = "odd", extra_body = { provider = { sort = "speed" }, min_p = 0.5 }, max_tokens = 77, context = 4096, input = ["text"] },
]
[providers.claude]
base_url = "`+l.URL+`/v1"
protocol = "messages"
models = ["m", { id = "n", protocol = "chat" }]
[providers.headed]
base_url = "`+l.URL+`/v1"
key_env = "OWN_KEY"
headers = { Authorization = "Basic bWU6eW91" }
`)
	w.env["OWN_KEY"] = testKey

	r := w.ask(t, l, "-m", "own/plain")
	if r.path != "/v1/chat/completions" || r.header.Get("Authorization") != "Bearer "+testKey || r.header.Get("X-Title") != "mine" || r.header.Get("User-Agent") != "other/1" {
		t.Errorf("asked %s with %v", r.path, r.header)
	}
	if diff := lacking("", any(r.body), map[string]any{"model": "plain", "top_k": 5.0, "provider": map[string]any{"sort": "price", "only": []any{"x"}}}); diff != "" {
		t.Errorf("%s in %v", diff, r.body)
	}
	for _, c := range []struct{ model, path string }{
		{"own/answers", "/v1/responses"},
		{"own/speaks", "/v1/messages"},
		{"own/stranger", "/v1/chat/completions"},
		{"claude/m", "/v1/messages"},
		{"claude/n", "/v1/chat/completions"},
		{"claude/stranger", "/v1/messages"},
	} {
		if r := w.ask(t, l, "-m", c.model); r.path != c.path {
			t.Errorf("%s was asked at %s, want %s", c.model, r.path, c.path)
		}
	}
	r = w.ask(t, l, "-m", "own/odd")
	if diff := lacking("", any(r.body), map[string]any{"top_k": 5.0, "min_p": 0.5, "max_tokens": 77.0, "provider": map[string]any{"sort": "speed", "only": nil}}); diff != "" {
		t.Errorf("%s in %v", diff, r.body)
	}
	if got := w.ask(t, l, "-m", "headed/x").header.Get("Authorization"); got != "Basic bWU6eW91" {
		t.Errorf("the header of the config gave way to %q", got)
	}
	if _, stderr, code := w.run("-p", "--ephemeral", "-m", "own/plain", "hi"); code != 0 || !strings.Contains(stderr, "extra_body can't set model; it is left out") {
		t.Errorf("a field that can't be set: %q, %d", stderr, code)
	}
	photo := filepath.Join(w.dir, "photo.png")
	if err := os.WriteFile(photo, []byte("\x89PNG\r\n\x1a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := w.run("-p", "--ephemeral", "-m", "own/odd", "-a", photo, "hi"); code != 2 || !strings.Contains(stderr, "odd takes no images") {
		t.Errorf("an image to a model that sees none: %q, %d", stderr, code)
	}
	if r := w.ask(t, l, "-m", "own/plain", "-a", photo); r.path == "" {
		t.Error("an image to a model of which nothing is known was not sent")
	}
}

// Where the key of a provider comes from, and that it goes in no other way.
func TestProviderKeys(t *testing.T) {
	t.Parallel()
	l := listen(t, "/v1")
	own := "[providers.own]\nbase_url = \"" + l.URL + "/v1\"\nmodels = [\"m\"]\n"
	w := newWorld(t, own)
	key := func() string { t.Helper(); return w.ask(t, l, "-m", "own/m").header.Get("Authorization") }
	if got := key(); got != "" {
		t.Errorf("without a key on this machine, %q was sent", got)
	}
	file := filepath.Join(w.dir, "config", "keys", "own")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// each place comes before the ones above it
	write(file, "from-file")
	if got := key(); got != "Bearer from-file" {
		t.Errorf("of the file, %q was sent", got)
	}
	w.env["KEYRING"] = w.dir
	write(filepath.Join(w.dir, "aimlchat.own"), "from-keyring")
	if got := key(); got != "Bearer from-keyring" {
		t.Errorf("of the keyring, %q was sent", got)
	}
	if runtime.GOOS != "windows" {
		w.configure(t, own+"api_key_command = [\"echo\", \"from-command $HOME\"]\n")
		if _, stderr, code := w.run("-p", "--ephemeral", "-m", "own/m", "hi"); code != 3 || !strings.Contains(stderr, "api_key_command holds a blank") {
			t.Errorf("a shell read the command: %q, %d", stderr, code)
		}
		w.configure(t, own+"api_key_command = [\"echo\", \"from-command\"]\n")
		if got := key(); got != "Bearer from-command" {
			t.Errorf("of the command, %q was sent", got)
		}
	}
	w.configure(t, own+"key_env = \"OWN_KEY\"\napi_key_command = [\"false\"]\n")
	w.env["OWN_KEY"] = "from-variable"
	if got := key(); got != "Bearer from-variable" {
		t.Errorf("of the variable, %q was sent", got)
	}
	w.configure(t, own+"key_env = \"OWN_KEY\"\nheaders = { authorization = \"Bearer from-config\" }\n")
	if got := key(); got != "Bearer from-config" {
		t.Errorf("of the config, %q was sent", got)
	}
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(w.config(), 0o644); err != nil { //nolint:gosec // that is what is refused
		t.Fatal(err)
	}
	if _, stderr, code := w.run("-p", "--ephemeral", "-m", "own/m", "hi"); code != 2 || strings.Contains(stderr, "from-config") ||
		!strings.Contains(stderr, "providers.own.headers.authorization holds a key\nhint: chmod 600 ") {
		t.Errorf("a config that others can read: %q, %d", stderr, code)
	}
}

// An address may end in a slash, and may leave out /v1.
func TestProviderAddresses(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"/v1", "", "/openai/v1"} {
		l := listen(t, at)
		for _, ending := range []string{at, at + "/", at + "//"} {
			w := newWorld(t, "[providers.own]\nbase_url = \""+l.URL+ending+"\"\n")
			if r := w.ask(t, l, "-m", "own/m"); r.path != at+"/chat/completions" {
				t.Errorf("at %s, %s was asked", ending, r.path)
			}
			if stdout, stderr, code := w.run("models", "--provider", "own"); code != 0 || !strings.Contains(stdout, "\nb\n") {
				t.Errorf("the models at %s are %q, %q, %d", ending, stdout, stderr, code)
			}
			if r := w.ask(t, l, "--base-url", l.URL+ending, "-m", "m"); r.path != at+"/chat/completions" {
				t.Errorf("given as a flag at %s, %s was asked", ending, r.path)
			}
		}
		if at == "/v1" {
			w := newWorld(t, "[providers.own]\nbase_url = \""+l.URL+"/\"\n")
			if r := w.ask(t, l, "-m", "own/m"); r.path != "/v1/chat/completions" {
				t.Errorf("without /v1, %s was asked", r.path)
			}
		}
	}
}

// Nothing that holds a key leaves this machine in the open.
func TestProviderInTheOpen(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{"key_env = \"OWN_KEY\"", "headers = { Authorization = \"Bearer " + testKey + "\" }", "headers = { X-Api-Key = \"" + testKey + "\" }"} {
		for _, host := range []string{"example.invalid", "localhost.example.invalid", "127.0.0.1.example.invalid", "192.0.2.1"} {
			w := newWorld(t, "[providers.own]\nbase_url = \"http://"+host+"/v1\"\n"+secret+"\n")
			w.env["OWN_KEY"] = testKey
			for _, args := range [][]string{{"-p", "--ephemeral", "-m", "own/m", "hi"}, {"models", "--provider", "own"}} {
				_, stderr, code := w.run(args...)
				if code != 2 || !strings.Contains(stderr, "is not sent to "+host+" over plain http\nhint: use https") || strings.Contains(stderr, testKey) {
					t.Errorf("%s with %s: %q, %d", host, secret, stderr, code)
				}
			}
		}
	}
}

// Lists of models come in many shapes, or not at all.
func TestProviderLists(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, list string
		want       []string
		code       int
		says       string
	}{
		{"ids", `{"data":[{"id":"a"},{"id":"b"}]}`, []string{"a", "b"}, 0, ""},
		{"an array", `[{"id":"a"}]`, []string{"a"}, 0, ""},
		{"bare ids", `["a"]`, []string{"a"}, 0, ""},
		{"under another name", `{"models":[{"id":"a"}]}`, []string{"a"}, 0, ""},
		{"empty", `{"object":"list","data":[]}`, nil, 0, ""},
		{"null", `{"object":"list","data":null}`, nil, 0, ""},
		{"none", "", nil, 4, "404"},
		{"something else", `{"hello":"world"}`, nil, 4, "something other than a list of models"},
	} {
		l := listen(t, "/v1")
		l.list = c.list
		w := newWorld(t, "[providers.own]\nbase_url = \""+l.URL+"/v1\"\n")
		stdout, stderr, code := w.run("models", "--provider", "own", "--json")
		var got []string
		var models []struct{ ID string }
		if code == 0 {
			if err := json.Unmarshal([]byte(stdout), &models); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		for _, m := range models {
			got = append(got, m.ID)
		}
		if code != c.code || !slices.Equal(got, c.want) || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: %q, %q, %d", c.name, got, stderr, code)
		}
		if _, stderr, code := w.run("models", "--provider", "own"); c.want == nil && c.code == 0 && (code != 1 || !strings.Contains(stderr, "aimlchat: own lists no models\nhint: load one there")) {
			t.Errorf("%s: %q, %d", c.name, stderr, code)
		}
		w.configure(t, "[providers.own]\nbase_url = \""+l.URL+"/v1\"\nmodels = [\"mine\"]\n")
		if stdout, stderr, code := w.run("models", "--provider", "own"); code != 0 || !strings.Contains(stdout, "\nmine\n") {
			t.Errorf("%s, with a model in the config: %q, %q, %d", c.name, stdout, stderr, code)
		}
		if r := w.ask(t, l, "--provider", "own", "-m", "stranger"); r.body["model"] != "stranger" {
			t.Errorf("%s: a model that no list has was asked as %v", c.name, r.body["model"])
		}
	}
}

// A server that falls silent is not waited for longer than the config says.
func TestProviderTimeouts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ silent, timeouts, stdout, says string }{
		{"whole", `first_token = "20ms"`, "", "has been silent for 20ms and began no answer"},
		{"half", `idle = "20ms"`, "yes\n", "has been silent for 20ms in the middle of the answer"},
	} {
		l := listen(t, "/v1")
		l.silent = c.silent
		w := newWorld(t, "[providers.own]\nbase_url = \""+l.URL+"/v1\"\n[timeouts]\n"+c.timeouts+"\n")
		stdout, stderr, code := w.run("-p", "--ephemeral", "-m", "own/m", "hi")
		if code != 5 || stdout != c.stdout || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: %q, %q, %d", c.silent, stdout, stderr, code)
		}
	}
}

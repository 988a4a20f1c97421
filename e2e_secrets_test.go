//go:build !windows

package main_test

// Owns: that a key stays at home: one is planted, a hostile service does what it
// can to spread it, and all that was written or sent is searched. Refuses: how
// keys are found in what a service says (package api tests that).

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/ui/uitest"
)

// planted is the key. Nothing about it looks like one.
const planted = "planted0marker1of2a3key4that5stays6home"

// leaked returns a piece of the key that is in text, in any of its writings.
func leaked(text []byte) string {
	text = bytes.ToLower(text)
	for _, form := range []string{
		planted, hex.EncodeToString([]byte(planted)), strings.ToLower(base64.StdEncoding.EncodeToString([]byte("Bearer " + planted))[10:]),
	} {
		const piece = 12
		for i := 0; i+piece <= len(form); i++ {
			if bytes.Contains(text, []byte(form[i:i+piece])) {
				return form[i : i+piece]
			}
		}
	}
	return ""
}

// hostile is a service that repeats the headers of a request wherever it can, and
// points to another host that writes down all it hears.
type hostile struct {
	*httptest.Server
	elsewhere *httptest.Server

	mu      sync.Mutex
	manner  string // how it answers
	keys    int    // how often it got the key
	heard   []byte // by the other host
	waiting chan struct{}
}

// manners are the ways in which it answers.
var manners = []string{"redirect", "page", "nested", "refused", "forbidden", "words", "in-stream", "names", "poll", "media", "headers"}

func newHostile(t *testing.T) *hostile {
	t.Helper()
	s := &hostile{waiting: make(chan struct{}, 1)}
	s.elsewhere = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		heard, _ := httputil.DumpRequest(r, true)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.heard = append(s.heard, heard...)
	}))
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
		s.elsewhere.Close()
	})
	return s
}

func (s *hostile) become(manner string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.manner = manner
}

// got is how often it got the key.
func (s *hostile) got() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys
}

func (s *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	key := ""
	var all []string
	for name, values := range r.Header {
		if value := strings.Join(values, ", "); strings.TrimPrefix(value, "Bearer ") == planted {
			key = planted
		}
		all = append(all, name+": "+strings.Join(values, ", "))
	}
	s.mu.Lock()
	manner := s.manner
	if key == planted {
		s.keys++
	}
	s.mu.Unlock()
	told, _ := json.Marshal(strings.Join(all, "\n")) //nolint:errchkjson // a string is always JSON
	for _, name := range []string{"X-Request-Id", "X-Inference-Id", "X-Client-Request-Id", "Etag", "Retry-After", "Warning", "Set-Cookie"} {
		w.Header().Set(name, `W/"`+key+`"`)
	}
	w.Header().Set("Location", s.elsewhere.URL+"/"+key+"?key="+key)
	if manner == "lists" && r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"object":"list","data":[{"id":"x/%s","info":{"name":%s},"aliases":["%s"]},{"id":%q,"type":"openai/chat-completions"}],
			"current_balance":5,"currency":"USD"}`, key, told, base64.StdEncoding.EncodeToString([]byte("Bearer "+key)), talker)
		return
	}
	s.answer(w, r, manner, key, string(told))
}

// answer answers in that manner; told is a JSON string with all headers.
func (s *hostile) answer(w http.ResponseWriter, r *http.Request, manner, key, told string) {
	page := func(status int, kind, body string) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
	chunk := func(body string) { _, _ = io.WriteString(w, "data: "+body+"\n\n") }
	away := s.elsewhere.URL + "/" + key
	const document = "application/json"
	switch manner {
	case "redirect":
		page(http.StatusTemporaryRedirect, "text/html", "<a href="+away+">moved to "+key+"</a>")
	case "page":
		page(http.StatusOK, "text/html", "<html><title>"+key+"</title><body><h1>Bearer "+key+"</h1></body></html>")
	case "nested":
		inner, _ := json.Marshal(`400 {"error":{"message":"key=` + key + ` ` + hex.EncodeToString([]byte(key)) + `"}}`) //nolint:errchkjson // a string is always JSON
		page(http.StatusBadRequest, document, `{"message":`+string(inner)+`,"requestId":"`+key+`","error":{"name":"`+key+`","message":`+string(inner)+
			`,"details":[{"path":"`+key+`","reason":"`+key+`"}],"data":{"kind":"`+key+`"}}}`)
	case "refused":
		page(http.StatusUnauthorized, document, `{"error":{"message":`+told+`,"code":"`+key+`"}}`)
	case "forbidden":
		page(http.StatusForbidden, document, `{"detail":[{"loc":["header","`+key+`"],"msg":`+told+`}]}`)
	case "words":
		page(http.StatusNotFound, "text/plain", "no such thing for "+strings.ToUpper(key)+" "+base64.StdEncoding.EncodeToString([]byte("Bearer "+key)))
	case "poll":
		page(http.StatusAccepted, document, `{"id":"`+key+`","status":"queued","polling_url":"`+away+`","data":"`+away+`","requestId":"`+key+`"}`)
	case "hang":
		s.waiting <- struct{}{}
		<-r.Context().Done()
	case "in-stream":
		w.Header().Set("Content-Type", "text/event-stream")
		chunk(`{"id":"1","choices":[{"index":0,"delta":{"content":"so far"}}]}`)
		chunk(`{"error":{"message":` + told + `,"type":"` + key + `","code":"` + key + `"}}`)
	default: // an answer
		w.Header().Set("Content-Type", "text/event-stream")
		picture := ""
		if manner == "media" {
			picture = `,"images":[{"type":"image_url","image_url":{"url":"` + s.elsewhere.URL + `/cat.png"}}]`
		}
		name, reason := talker, "stop"
		if manner == "names" {
			name, reason = "x/"+key, key
		}
		chunk(`{"id":"1","model":"` + name + `","choices":[{"index":0,"delta":{"content":"an answer"` + picture + `}}]}`)
		chunk(`{"id":"1","model":"` + name + `","choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}`)
		chunk("[DONE]")
	}
}

// others are the providers beside AI/ML API, with models of theirs.
var others = map[string][]string{"own": {talker}, "anthropic": {"claude-x"}, "aixplain": {"model:x", "agent:x", "tool:x"}}

// plant makes a machine on which the key is in one of the places.
func plant(t *testing.T, s *hostile, place string) *home {
	t.Helper()
	h := newHome(t, nil)
	h.env = append(h.env, "AIMLAPI_BASE_URL="+s.URL+"/v1")
	dir := filepath.Join(h.dir, "config", "aimlchat")
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	switch place {
	case "environment":
		h.env = append(h.env, "AIMLAPI_API_KEY="+planted)
	case "file":
		write(filepath.Join(dir, "keys", "aimlapi"), planted+"\n")
	case "command":
		h.env = append(h.env, "PLANTED="+planted)
		write(filepath.Join(dir, "config.toml"), "[providers.aimlapi]\napi_key_command = [\"sh\", \"-c\", \"echo $PLANTED >&2; echo $PLANTED\"]\n")
	case "others":
		h.env = append(h.env, "PLANTED="+planted)
		conf := "[providers.own]\nbase_url = \"%[1]s/v1\"\nheaders = { X-Of-Our-Own = \"%[2]s\" }\n"
		for name := range others {
			if name != "own" {
				conf += "[providers." + name + "]\nkind = \"" + name + "\"\nbase_url = \"%[1]s\"\nkey_env = \"PLANTED\"\n"
			}
		}
		write(filepath.Join(dir, "config.toml"), fmt.Sprintf(conf, s.URL, planted))
	}
	return h
}

// search looks for the key in all that is under the home, but in the files that
// the person keeps it in, and in what the other host heard.
func (s *hostile) search(t *testing.T, h *home) {
	t.Helper()
	err := filepath.WalkDir(h.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, filepath.Join("keys", "aimlapi")) || filepath.Base(path) == "config.toml" {
			return err
		}
		data, err := os.ReadFile(path)
		if piece := leaked(data); piece != "" {
			t.Errorf("%s holds %q of the key", strings.TrimPrefix(path, h.dir), piece)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.heard) > 0 {
		t.Errorf("the other host heard:\n%s", s.heard)
	}
	if s.keys == 0 {
		t.Error("the service never got the key, so nothing was tested")
	}
}

// A key goes to its service, and nowhere else: not to other hosts, the disk, the
// output or the list of processes.
func TestTheKeyStaysHome(t *testing.T) {
	t.Parallel()
	for _, place := range []string{"environment", "file", "command"} {
		t.Run(place, func(t *testing.T) {
			t.Parallel()
			s := newHostile(t)
			h := plant(t, s, place)
			quiet := func(args ...string) {
				t.Helper()
				stdout, stderr, _ := h.run(t, args...)
				if piece := leaked([]byte(stdout + stderr)); piece != "" {
					t.Errorf("%q says %q of the key when the service is %q:\n%s\n%s", args, piece, s.manner, stdout, stderr)
				}
			}
			for i, manner := range manners {
				s.become(manner)
				for j, output := range []string{"text", "json", "stream-json"} {
					if place == "environment" || i%3 == j { // the places differ in nothing that follows
						quiet("-p", "-m", talker, "--reasoning", "--output", output, "in "+manner)
					}
				}
			}
			for _, manner := range []string{"lists", "refused", "redirect", "page"} {
				s.become(manner)
				for _, args := range [][]string{
					{"models", "--refresh"},
					{"models", "--json"},
					{"balance"},
					{"balance", "--json"},
					{"doctor"},
					{"doctor", "--json"},
				} {
					quiet(args...)
				}
			}
			quiet("auth", "status")
			quiet("auth", "status", "--json")
			s.chat(t, h)
			for _, format := range []string{"markdown", "html", "json"} {
				quiet("sessions", "export", "--all", "--format", format, "--output", filepath.Join(h.dir, "all."+format))
			}
			quiet("sessions", "list", "--json")
			s.crash(t, h)
			s.search(t, h)
		})
	}
}

// Every way to speak to a service keeps the key: also in a header of the config's,
// and where a result is asked for later.
func TestTheKeyOfOthersStaysHome(t *testing.T) {
	t.Parallel()
	s := newHostile(t)
	h := plant(t, s, "others")
	quiet := func(provider string, args ...string) {
		t.Helper()
		before := s.got()
		stdout, stderr, _ := h.run(t, append(args, "--provider", provider)...)
		if piece := leaked([]byte(stdout + stderr)); piece != "" {
			t.Errorf("%q of %s says %q of the key when the service is %q:\n%s\n%s", args, provider, piece, s.manner, stdout, stderr)
		}
		if s.got() == before {
			t.Errorf("%q of %s: the service never got the key, so nothing was tested", args, provider)
		}
	}
	for provider, models := range others {
		for i, manner := range manners {
			if provider != "aixplain" && (provider == "own") == (i%2 == 0) {
				continue // the one shows what the other would
			}
			s.become(manner)
			quiet(provider, "-p", "-m", models[i%len(models)], "--reasoning", "--output", []string{"text", "json", "stream-json"}[i%3], "in {}")
		}
		for _, manner := range []string{"lists", "refused"} {
			s.become(manner)
			quiet(provider, "models", "--refresh")
		}
	}
	s.become("refused")
	stdout, stderr, _ := h.run(t, "doctor")
	if piece := leaked([]byte(stdout + stderr)); piece != "" {
		t.Errorf("doctor says %q of the key:\n%s\n%s", piece, stdout, stderr)
	}
	s.search(t, h)
}

// chat has a short chat, and looks at the screen and the list of processes.
func (s *hostile) chat(t *testing.T, h *home) {
	t.Helper()
	x := h.start(t, 120, 40, "-m", talker)
	for i, manner := range []string{"nested", "refused", "in-stream"} {
		s.become(manner)
		if i > 0 {
			x.typeText("/new")
			x.press("enter")
			x.waitForNoText("✗")
		}
		x.send("it is " + manner)
		x.waitForText("✗")
		if piece := leaked([]byte(x.Text() + x.Title())); piece != "" {
			t.Errorf("the screen shows %q of the key:\n%s", piece, x.Text())
		}
	}
	if runtime.GOOS == "linux" {
		args, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", x.cmd.Process.Pid))
		if piece := leaked(args); piece != "" || err != nil {
			t.Errorf("the arguments are %q (%v)", args, err)
		}
	}
	x.quit()
}

// crash has the runtime tell all it knows, as it does when a program breaks.
func (s *hostile) crash(t *testing.T, h *home) {
	t.Helper()
	s.become("hang")
	cmd := h.command(t, "-p", "-m", talker, "wait")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.waiting:
	case <-time.After(uitest.Patience):
		t.Error("nothing was asked")
	}
	_ = cmd.Process.Signal(syscall.SIGQUIT)
	_ = cmd.Wait() // how it ended is in what it wrote
	if piece := leaked(out.Bytes()); piece != "" || !bytes.Contains(out.Bytes(), []byte("goroutine ")) {
		t.Errorf("the crash tells %q of the key:\n%s", piece, out.Bytes())
	}
}

//go:build !windows

package main_test

// Owns: compatible servers in the real program: two of them in one config, and
// the one that replays recorded streams. Refuses: what each product says in its
// own way, and the fields of the config (package cli tests those).

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aimlchat/aimlchat/ui/uitest"
)

// configure writes the config of a machine.
func (h *home) configure(t *testing.T, text string) {
	t.Helper()
	path := filepath.Join(h.dir, "config", "aimlchat", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A conversation goes from one server to another and back: history goes along,
// thought stays behind, and what the other can't take is said.
func TestSwitchBetweenServers(t *testing.T) {
	t.Parallel()
	one, two := newService(t), newService(t)
	h := newHome(t, nil)
	h.env = append(h.env, "ONE_KEY="+testKey, "TWO_KEY="+testKey)
	h.configure(t, fmt.Sprintf(`
model = "one/%[1]s"
[providers.one]
base_url = "%[2]s/v1"
key_env = "ONE_KEY"
models = [{ id = "%[1]s", input = ["text", "image"] }]
[providers.two]
base_url = "%[3]s"
key_env = "TWO_KEY"
models = [{ id = "%[4]s", input = ["text"] }]
`, thinker, one.URL, two.URL, talker))
	photo := filepath.Join(h.dir, "photo.png")
	if err := os.WriteFile(photo, []byte("\x89PNG\r\n\x1a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := h.start(t, 110, 34)
	x.waitForText("Ask anything", thinker)
	x.typeText("/attach " + photo)
	x.press("enter")
	x.waitForText("photo.png")
	x.typeText("what is on it?")
	x.waitForText("what is on it?")
	x.press("enter")
	q := one.takes(t, "about the photo", func(x *exchange) bool { return strings.Contains(x.prompt(), "what is on it?") })
	q.think("A secret thought.")
	q.say("A cherry tree.")
	q.finish()
	x.waitForText("A cherry tree.", "55 tok")

	x.typeText("/model two/" + talker)
	x.press("enter")
	x.waitForText("switched to two · "+talker, "photo.png")
	x.waitForText("takes no images")
	x.send("when does it bloom?")
	q = two.asked(t, "when does it bloom?")
	sent, err := json.Marshal(q.raw)
	if err != nil {
		t.Fatal(err)
	}
	if q.Model != talker || len(q.Asked) != 3 || q.Asked[1].Content != "A cherry tree." || strings.Contains(string(sent), "secret thought") || strings.Contains(string(sent), "iVBORw0KGgo") {
		t.Errorf("the other server got %s", sent)
	}
	q.think("Another thought.")
	q.say("In early April.")
	q.finish()
	x.waitForText("In early April.", "one · "+thinker, "two · "+talker)

	x.typeText("/model one/" + thinker)
	x.press("enter")
	x.waitForText("switched to one · " + thinker)
	x.send("and where?")
	q = one.asked(t, "and where?")
	if sent, err = json.Marshal(q.raw); err != nil {
		t.Fatal(err)
	}
	if len(q.Asked) != 5 || strings.Contains(string(sent), "thought") || !strings.Contains(string(sent), "iVBORw0KGgo") {
		t.Errorf("the first server got %s", sent)
	}
	q.say("In Kyoto.")
	q.finish()
	x.waitForText("In Kyoto.")
	x.quit()
}

// replayer starts the server that replays recorded streams, which is no part of
// the repository, and returns its base URL and where its streams are.
func replayer(t *testing.T) (base, streams string) {
	t.Helper()
	script := filepath.Join("..", "shared", "tools", "replay.py")
	if _, err := os.Stat(script); errors.Is(err, fs.ErrNotExist) {
		t.Skip("../shared/tools/replay.py is not here: it is no part of the repository")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("replay.py needs python3, which is not here")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free for now
	if err != nil {
		t.Fatal(err)
	}
	port := listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // of tcp
	_ = listener.Close()
	var errs bytes.Buffer
	cmd := exec.CommandContext(t.Context(), python, script, strconv.Itoa(port))
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // it is killed
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have ended
		<-ended
	})
	base = fmt.Sprintf("http://127.0.0.1:%d/v1", port)
	patience, poll := time.After(uitest.Patience), time.NewTicker(20*time.Millisecond)
	defer poll.Stop()
	for {
		if reply, err := http.Get(base + "/models"); err == nil {
			_ = reply.Body.Close()
			return base, filepath.Join("..", "shared", "data", "streams")
		}
		select {
		case <-poll.C:
		case <-ended:
			t.Fatalf("replay.py has ended: %s", &errs)
		case <-patience:
			t.Fatal("replay.py does not answer")
		}
	}
}

// Recorded streams come out of the whole program as they were recorded.
func TestRecordedStreamsByBaseURL(t *testing.T) {
	t.Parallel()
	h := newHome(t, nil)
	base, streams := replayer(t)
	for _, c := range []struct{ file, mode string }{
		{"ai__deepseek__deepseek-reasoner__reasoning_content", ""},
		{"ai__mistral__magistral-medium-2507__content-.thinking", "@whole"},
		{"fantasy__vercel-gateway__claude-sonnet-4__reasoning-reasoning_details__tools", "@rand"},
		{"ruby_llm__ollama__qwen3__reasoning", "@rand"},
		{"pydantic-ai__groq__compound__reasoning", "@whole"},
	} {
		data, err := os.ReadFile(filepath.Join(streams, c.file+".expected.json"))
		if errors.Is(err, fs.ErrNotExist) {
			t.Logf("%s is not among the streams", c.file)
			continue
		}
		var want, got struct{ Answer, Reasoning string }
		if err := errors.Join(err, json.Unmarshal(data, &want)); err != nil {
			t.Fatal(err)
		}
		stdout, stderr, code := h.run(t, "-p", "--ephemeral", "--output", "json", "--base-url", base, "-m", c.file+c.mode, "go on")
		if err := json.Unmarshal([]byte(stdout), &got); err != nil || code != 0 {
			t.Errorf("%s: %v, %s, exit code %d", c.file, err, stderr, code)
		}
		if got != want {
			t.Errorf("%s: got\n%+v\nwant\n%+v", c.file, got, want)
		}
	}
	if stdout, stderr, code := h.run(t, "-p", "--ephemeral", "--base-url", base, "-m", "ai__deepseek__deepseek-reasoner__reasoning_content@cut", "go on"); code != 5 || !strings.Contains(stderr, "cut off") {
		t.Errorf("cut: %q, %q, exit code %d", stdout, stderr, code)
	}
	stdout, stderr, code := h.run(t, "models", "--base-url", base)
	lines := bufio.NewScanner(strings.NewReader(stdout))
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "ai__alibaba__qwen3-max__plain") {
	}
	if lines.Text() == "" || code != 0 {
		t.Errorf("models: %q, exit code %d", stderr, code)
	}
}

//go:build !windows

package main_test

// Owns: what a person sees when something goes wrong: what happened, what to
// do, the key that asks again, and all that had arrived. Refuses: the many
// spellings of failure (package api tests those).

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func problem(status int, name, message, kind string) string {
	return fmt.Sprintf(`{"title":%q,"status":%d,"message":%q,"instance":"/v1/chat/completions","requestId":"r-1","error":{"name":%q,"message":%q,"data":{"kind":%q}}}`,
		http.StatusText(status), status, message, name, message, kind)
}

// Each refusal is shown, not retried where that can't help, and asking again
// works.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const document, page = "application/problem+json", "text/html; charset=utf-8"
	for _, c := range []struct {
		name        string
		status      int
		contentType string
		body        string
		again       bool   // asking again by itself may help
		shows       string // some of what is shown, in lower case
		code        int    // of the print mode
	}{
		{"no such key", 401, document, problem(401, "UnauthorizedException", "Invalid API key.", ""), false, "key", 3},
		{"out of funds", 403, document, problem(403, "ForbiddenException", "You've run out of credits.", "err_insufficent_credits"), false, "credit", 4},
		{"no such model", 404, document, problem(404, "NotFoundException", "Model withdrawn.", ""), false, "model", 4},
		{"too many", 429, document, problem(429, "TooManyRequestsException", "Too Many Requests", ""), true, "429", 4},
		{"server error", 500, document, problem(500, "InternalServerErrorException", "Internal server error", ""), true, "500", 4},
		{"a page", 502, page, "<html><head><title>502 Bad Gateway</title></head><body><h1>cloudy</h1></body></html>", true, "502", 4},
		{"a page with status 200", 200, page, "<html><body><h1>Welcome to the hotel's WiFi</h1></body></html>", false, "✗", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			h := newHome(t, s)
			s.refuse(&refusal{status: c.status, contentType: c.contentType, body: c.body})
			x := h.start(t, 100, 30, "-m", talker)
			x.send("please")
			x.waitFor("a failure", func(screen string) bool {
				return strings.Contains(screen, "✗") && strings.Contains(strings.ToLower(screen), c.shows)
			})
			x.waitForText("asks again")
			if strings.Contains(x.Text(), "<html") || strings.Contains(x.Text(), "{\"") {
				t.Errorf("the reply shows as it came:\n%s", x.Text())
			}
			printFails(t, h, c.code)
			// Both asked, each at most three times more.
			if given := s.refuse(nil); given > 8 || !c.again && given != 2 {
				t.Errorf("two questions were asked %d times", given)
			}
			x.press("enter")
			q := s.asked(t, "please")
			q.say("all right")
			q.finish()
			x.waitForText("all right", "55 tok")
			x.waitForNoText("✗")
			x.quit()
		})
	}
}

// What had arrived stays, under it what happened.
func TestCutsKeepWhatArrived(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*exchange){
		"cut":                 (*exchange).cut,
		"clean cut":           (*exchange).end,
		"error in the stream": fallOver,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			h := newHome(t, s)
			x := h.start(t, 100, 30, "-m", thinker)
			x.send("please")
			q := s.asked(t, "please")
			q.think("hm")
			q.say("The first half")
			x.waitForText("The first half")
			end(q)
			x.waitForText("The first half", "✗", "asks again")
			x.press("enter")
			q = s.asked(t, "please")
			q.say("Both halves")
			q.finish()
			x.waitForText("Both halves", "55 tok")
			id := x.quit()
			x = h.start(t, 100, 30, "--resume", id)
			x.waitForText("Both halves")
			x.quit()
		})
	}
}

// In print mode, what arrived is printed, and the exit code says why there is
// no more.
func TestCutsInPrint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		end  func(*exchange)
		code int
	}{
		{"cut", (*exchange).cut, 5},
		{"clean cut", (*exchange).end, 5},
		{"error in the stream", fallOver, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := newService(t)
			h := newHome(t, s)
			h.program(t)
			printed := make(chan string)
			go func() { printed <- printFails(t, h, c.code) }()
			q := s.asked(t, "in print")
			q.say("The first half")
			c.end(q)
			if stdout := <-printed; !strings.Contains(stdout, "The first half") {
				t.Errorf("what arrived is not printed: %q", stdout)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	t.Parallel()
	s := newService(t)
	h := newHome(t, s)
	s.Close()
	x := h.start(t, 100, 30, "-m", talker)
	x.send("anybody?")
	x.waitForText("✗", "asks again")
	x.quit()
	printFails(t, h, 5)
}

// Without a key the chat opens, and sending explains.
func TestNoKey(t *testing.T) {
	t.Parallel()
	x := newHome(t, nil).start(t, 100, 30)
	x.send("hello?")
	x.waitForText("✗", "AIMLAPI_API_KEY", "--demo")
}

// printFails asks in print mode, checks the exit code, the two lines and that
// no key shows, and returns what was printed.
func printFails(t *testing.T, h *home, code int) (stdout string) {
	t.Helper()
	stdout, stderr, got := h.run(t, "-p", "-m", talker, "in print")
	if got != code {
		t.Errorf("the print mode exits with %d, not %d", got, code)
	}
	if !strings.Contains(stderr, "aimlchat: ") || !strings.Contains(stderr, "\nhint: ") {
		t.Errorf("stderr does not say what happened and what to do:\n%s", stderr)
	}
	if strings.Contains(stdout+stderr, testKey) {
		t.Error("the key shows")
	}
	return stdout
}

// fallOver is the service failing in mid-stream, and saying so.
func fallOver(q *exchange) {
	q.chunk(`{"error":{"message":"the engine fell over","type":"server_error"}}`)
	q.end()
}

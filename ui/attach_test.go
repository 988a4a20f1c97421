package ui

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// photo is what the test's disk holds at ~/photo.png.
var photo = []byte("\x89PNG not really")

func (w *world) withFiles() Options {
	o := w.options()
	o.Attach = func(_ context.Context, path string) (api.File, error) {
		path = strings.Replace(path, "/my ", "~/", 1)
		if path != "~/photo.png" && path != "~/plan.pdf" {
			return api.File{}, &api.Error{Kind: api.ErrInvalid, Message: "there is no file " + path}
		}
		name, mime := strings.TrimPrefix(path, "~/"), "image/png"
		if name == "plan.pdf" {
			mime = "application/pdf"
		}
		data := append(slices.Clone(photo), name...)
		sum := sha256.Sum256(data)
		return api.File{Name: name, MIME: mime, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), Data: data}, nil
	}
	o.Paths = func(prefix string) []string {
		var fits []string
		for _, p := range []string{"~/photo.png", "~/plan.pdf", "~/pictures/", "/my photo.png", "/my plan.pdf"} {
			if strings.HasPrefix(p, prefix) {
				fits = append(fits, p)
			}
		}
		return fits
	}
	o.Refuses = func(_, model string, f api.File) string {
		if model == "test/quick" && f.MIME == "image/png" {
			return "test/quick can't see images: " + f.Name
		}
		return ""
	}
	return o
}

// files are the names of the files in a request, each with how much of it is
// there.
func (c *call) files() string {
	var names []string
	for _, m := range c.req.Messages {
		for _, f := range filesOf(m.Parts) {
			if f.Data == nil {
				f.Name += " (empty)"
			}
			names = append(names, f.Name)
		}
	}
	return strings.Join(names, ", ")
}

func TestAttach(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}} {
		t.Run("", func(t *testing.T) {
			w := newWorld(t)
			s, quit := w.open(w.withFiles(), size[0], size[1])
			s.Type("/attach ~/photo.png")
			s.Press("enter")
			s.WaitForText("▪ photo.png")
			s.Type("what is it?")
			s.Golden(t)
			s.Press("enter")
			c := w.next()
			if c.files() != "photo.png" || !strings.HasSuffix(c.texts(), "user: what is it?") {
				t.Errorf("sent %q with %q", c.texts(), c.files())
			}
			c.finish("A tree.")
			s.WaitForText("A tree.", "▪ photo.png")
			quit()

			o := w.withFiles()
			o.Open = Open{Continue: true}
			s, _ = w.open(o, size[0], size[1])
			s.WaitForText("A tree.", "photo.png")
			if c := w.ask(s, "and now?"); c.files() != "photo.png" {
				t.Errorf("the second request has %q", c.files())
			}
		})
	}
}

// A file alone is a message.
func TestAttachAlone(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Paste("~/photo.png")
	s.WaitForText("▪ photo.png")
	s.Press("enter")
	if c := w.next(); c.files() != "photo.png" {
		t.Errorf("sent %q", c.files())
	}
	s.WaitForText("aimlchat · photo.png")
}

func TestPastedPath(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Paste("~/no such file")
	s.WaitForText("~/no such file")
	s.Press("ctrl+c")
	s.Paste("/etc is a folder\nand this a text")
	s.WaitForText("and this a text")
}

func TestCompletePath(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Type("see @~/p")
	s.WaitForText("photo.png  plan.pdf  pictures/")
	s.Press("tab")
	s.WaitForText("see @~/photo.png")
	s.Press("tab")
	s.WaitForText("▪ photo.png")
	s.WaitForNoText("@~/photo.png")
	s.Type("and @~/pl")
	s.WaitForText("tab plan.pdf")
	s.Press("tab")
	s.WaitForText("▪ plan.pdf")
	s.Type("now")
	s.Press("enter")
	if c := w.next(); c.files() != "photo.png, plan.pdf" || !strings.Contains(c.texts(), "see and now") {
		t.Errorf("sent %q with %q", c.texts(), c.files())
	}
}

// A model is not sent what it can't take: a new file is refused at once, one of
// the history is left out, and said.
func TestRefusedFile(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Paste("~/photo.png")
	s.WaitForText("▪ photo.png")
	w.turn(s, "what is it?", "A tree.")
	s.WaitForText("A tree.")
	s.Type("/model quick")
	s.Press("enter")
	s.WaitForText("can't see images")
	s.Paste("~/photo.png")
	s.WaitForText("▪ photo.png 2")
	s.Type("and this?")
	s.Press("enter")
	s.WaitForText("test/quick can't see images: photo.png", "and this?")
	s.Press("ctrl+c")
	s.WaitForNoText("and this?")
	c := w.ask(s, "and then?")
	if c.files() != "" {
		t.Errorf("sent %q", c.files())
	}
	c.finish("Yes.")
	s.WaitForText("photo.png; it was left out", "Yes.")
	w.turn(s, "sure?", "Quite.") // told once
	s.WaitForText("Quite.", "tok")
	if n := strings.Count(s.Text(), "it was left out"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestSwitchToSmallWindow(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	c := w.ask(s, "hi")
	total := int64(40_000)
	c.events <- api.Metered{Usage: api.Usage{Total: &total}}
	c.events <- api.Answer{Text: "hello"}
	c.events <- api.Finish{Reason: api.FinishStop}
	close(c.events)
	s.WaitForText("hello", "40k/128k")
	s.Type("/model quick")
	s.Press("enter")
	s.WaitForText("test/quick reads 32k tokens; this conversation takes 40k")
}

// A queued message is taken back with its files; the draft that it displaces
// can be had back with its own.
func TestUnqueueWithFiles(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	w.ask(s, "hi")
	s.Paste("~/photo.png")
	s.WaitForText("▪ photo.png")
	s.Type("what is it?")
	s.Press("enter")
	s.WaitForText("1 queued")
	s.Paste("~/plan.pdf")
	s.WaitForText("▪ plan.pdf")
	s.Type("and this?")
	s.Press("alt+up")
	s.WaitForText("▪ photo.png", "what is it?")
	s.WaitForNoText("plan.pdf")
	s.Press("ctrl+_")
	s.WaitForText("▪ plan.pdf", "and this?")
	s.WaitForNoText("photo.png")
}

// A queued file that the model can't be sent, since another was chosen, holds
// its message: it was meant to be seen.
func TestRefusedInQueue(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	c := w.ask(s, "hi")
	s.Paste("~/photo.png")
	s.WaitForText("▪ photo.png")
	s.Type("what is it?")
	s.Press("enter")
	s.WaitForText("1 queued")
	s.Type("/model quick")
	s.Press("enter")
	s.WaitForText("can't see images")
	c.finish("hello")
	s.WaitForText("hello", "not sent: test/quick can't see images: photo.png", "1 queued, held")
	s.Type("/model thinker")
	s.Press("enter")
	s.WaitForText("goes to test/thinker")
	s.Press("enter")
	if c := w.next(); c.files() != "photo.png" {
		t.Errorf("sent %q", c.files())
	}
}

// A message that is only a file is not sent empty to who can't see it, even when
// the file is gone.
func TestRefusedFileAlone(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Paste("~/photo.png")
	s.WaitForText("▪ photo.png")
	s.Press("enter")
	w.next().finish("A tree.")
	s.WaitForText("A tree.", "tok")
	if err := os.RemoveAll(filepath.Join(w.dir, "files")); err != nil {
		t.Fatal(err)
	}
	s.Type("/model quick")
	s.Press("enter")
	s.WaitForText("test/quick can't see images: photo.png; left out from here on")
	c := w.ask(s, "and then?")
	if want := "user: [photo.png]\nassistant: A tree.\nuser: and then?"; c.texts() != want || c.files() != "" {
		t.Errorf("sent %q with %q", c.texts(), c.files())
	}
}

// Where an image was saved is told when the session is opened again, too.
func TestReopenedImage(t *testing.T) {
	w := newWorld(t)
	s, end := w.open(w.options(), 120, 24)
	c := w.ask(s, "draw a tree")
	c.events <- api.Attached{File: api.File{Name: "tree.png", MIME: "image/png", Data: photo}}
	c.finish("Here.")
	s.WaitForText("Here.", "image saved:")
	end()
	o := w.options()
	o.Open = Open{Continue: true}
	s, _ = w.open(o, 120, 24)
	s.WaitForText("Here.", "image saved:")
}

// A blank in a name does not end the path.
func TestCompletePathWithBlanks(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Type("see @/m")
	s.WaitForText("my photo.png  my plan.pdf")
	s.Press("tab")
	s.WaitForText(`see @/my\ p`)
	s.Type("l")
	s.WaitForText("tab my plan.pdf")
	s.Press("tab")
	s.WaitForText("▪ plan.pdf")
	s.WaitForNoText("@/my")
}

// Who is faster than the disk gets what they wanted all the same.
func TestCompletePathAtOnce(t *testing.T) {
	w := newWorld(t)
	o := w.withFiles()
	list, gate := o.Paths, make(chan struct{})
	o.Paths = func(prefix string) []string { <-gate; return list(prefix) }
	s, _ := w.open(o, 80, 24)
	s.Type("@~/pl")
	s.Press("tab")
	close(gate)
	s.WaitForText("▪ plan.pdf")
}

// A path written out behind an @ is attached by enter, which sends nothing yet.
func TestEnterTakesPath(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Type("what is @~/photo.png")
	s.WaitForText("tab photo.png")
	s.Press("enter")
	s.WaitForText("▪ photo.png", "what is")
	s.Press("enter")
	if c := w.next(); c.files() != "photo.png" || c.texts() != "user: what is " {
		t.Errorf("sent %q with %q", c.texts(), c.files())
	}
}

// The command completes paths as an @ does.
func TestAttachCompletes(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Type("/attach ~/pl")
	s.WaitForText("tab plan.pdf")
	s.Press("tab")
	s.WaitForText("▪ plan.pdf", "Ask anything")
}

// A path pasted behind the command is what it waits for.
func TestPasteBehindAttach(t *testing.T) {
	w := newWorld(t)
	s, _ := w.open(w.withFiles(), 80, 24)
	s.Type("/attach ")
	s.WaitForText("/attach PATH")
	s.Paste("~/photo.png")
	s.WaitForText("▪ photo.png", "Ask anything")
}

// What is sent while a file is still being read waits for it.
func TestSendWhileReading(t *testing.T) {
	w := newWorld(t)
	o := w.withFiles()
	read, gate := o.Attach, make(chan struct{})
	o.Attach = func(ctx context.Context, path string) (api.File, error) { <-gate; return read(ctx, path) }
	s, _ := w.open(o, 80, 24)
	s.Paste("~/photo.png")
	s.Type("what is it?")
	s.Press("enter")
	s.WaitForText("reading the file")
	close(gate)
	if c := w.next(); c.files() != "photo.png" || c.texts() != "user: what is it?" {
		t.Errorf("sent %q with %q", c.texts(), c.files())
	}
}

// Where there is no line to say things in, they are said all the same.
func TestRefusedFileOnSmallScreen(t *testing.T) {
	w := newWorld(t)
	o := w.withFiles()
	o.Model = "test/quick"
	s, _ := w.open(o, 40, 10)
	s.Paste("~/photo.png")
	s.WaitForText("▪ photo.png", "can't see images")
}

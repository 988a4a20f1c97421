package openai

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/aimlchat/aimlchat/api"
)

// TestDecodeResponses replays every file of testdata/responses: a stream or a
// body, and what it comes to.
func TestDecodeResponses(t *testing.T) {
	for _, file := range responsesTestdata(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			contentType := "text/event-stream"
			if archive.Files[0].Name == "body" {
				contentType = "application/json"
			}
			for how, pieces := range cuts(string(archive.Files[0].Data)) {
				client := newClient(t, Config{Transport: answering(http.StatusOK, contentType, pieces...)})
				compare(t, file, archive, how, outcomeOf(t, add(client.Stream(t.Context(), responsesQuestion))))
			}
		})
	}
}

func responsesTestdata(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/responses/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	return files
}

func FuzzResponses(f *testing.F) {
	for _, file := range responsesTestdata(f) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(archive.Files[0].Data))
	}
	f.Fuzz(func(t *testing.T, body string) {
		client := newClient(t, Config{Transport: answering(http.StatusOK, "text/event-stream", body)})
		ended := false
		for ev, err := range client.Stream(t.Context(), responsesQuestion) {
			if ended {
				t.Fatalf("%v after the end", ev)
			}
			switch ev := ev.(type) {
			case api.Answer:
				ended = ev.Text == ""
			case api.Reasoning:
				ended = ev.Text == ""
			}
			if ended {
				t.Fatal("an empty piece")
			}
			_, finish := ev.(api.Finish)
			ended = finish || err != nil
		}
		if !ended {
			t.Fatal("neither a finish nor an error")
		}
	})
}

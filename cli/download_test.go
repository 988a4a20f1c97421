package cli

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// scripted is a backend that yields what it is told.
type scripted struct {
	api.Backend
	events []api.Event
	err    error
}

func (s scripted) Stream(context.Context, api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		for _, ev := range s.events {
			if !yield(ev, nil) {
				return
			}
		}
		if s.err != nil {
			yield(nil, s.err)
		}
	}
}

// media is a server of media; client reaches it under any name.
func media(t *testing.T) (client *http.Client) {
	t.Helper()
	mux := http.NewServeMux()
	send := func(path, kind, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
				t.Errorf("%s was asked for with a key", path)
			}
			w.Header().Set("Content-Type", kind)
			fmt.Fprint(w, body)
		})
	}
	send("/a/cat.png", "image/png", pngHead)
	send("/bare", "audio/mpeg; x=y", "ID3")
	send("/page", "text/html", "<html>")
	mux.HandleFunc("/huge", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		for range maxDownload>>20 + 1 {
			_, _ = w.Write(make([]byte, 1<<20))
		}
	})
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/a/cat.png", http.StatusFound) })
	mux.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://example.com/a.png", http.StatusFound)
	})
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	return newDownloader(server.Client().Transport)
}

func TestDownload(t *testing.T) {
	f := &fetching{client: media(t)}
	for address, want := range map[string]api.File{
		"https://example.com/a/cat.png?sig=1": {Name: "cat.png", MIME: "image/png", Size: int64(len(pngHead))},
		"https://example.com/bare":            {Name: "bare.mp3", MIME: "audio/mpeg", Size: 3},
		"https://example.com/moved":           {Name: "moved.png", MIME: "image/png", Size: int64(len(pngHead))},
	} {
		got, err := f.file(context.Background(), api.File{URL: address})
		if err != nil || got.Name != want.Name || got.MIME != want.MIME || got.Size != want.Size || got.URL != address || len(got.SHA256) != 64 {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
	for address, want := range map[string]string{
		"http://example.com/a/cat.png":       "no https address",
		"file:///etc/passwd":                 "no https address",
		"https://me:x@example.com/a/cat.png": "no https address",
		"https://example.com/page":           "neither image",
		"https://example.com/huge":           "larger than 32 MiB",
		"https://example.com/plain":          "no https address",
		"https://example.com/loop":           "on and on",
		"https://example.com/absent?sig=s3c": "404",
	} {
		got, err := f.file(context.Background(), api.File{URL: address})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3c") || got.URL != address || got.Data != nil {
			t.Errorf("%s: %+v, %v; want %q", address, got, err, want)
		}
	}
}

// The client of every day goes to no address of this machine or network.
func TestDownloadStaysOutside(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	f := &fetching{client: newDownloader(nil)}
	for _, address := range []string{server.URL + "/a.png", strings.Replace(server.URL, "127.0.0.1", "localhost", 1) + "/a.png"} {
		if _, err := f.file(context.Background(), api.File{URL: address}); err == nil || !strings.Contains(err.Error(), "public internet") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestPublic(t *testing.T) {
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "104.16.1.1": true, "2606:4700::1111": true,
		"127.0.0.1": false, "::1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"0.0.0.0": false, "::": false, "100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.1.1.1": false,
		"fe80::1": false, "fc00::1": false, "ff02::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "2001:0:1::": false, "fe80::1%eth0": false,
	} {
		if got := public(netip.MustParseAddr(addr)); got != want {
			t.Errorf("public(%s) = %v", addr, got)
		}
	}
	for _, address := range []string{"", "example.com:443", "127.0.0.1:443", "[::1]:443"} {
		if publicOnly("tcp", address, nil) == nil {
			t.Errorf("a connection to %q is let through", address)
		}
	}
}

func TestFetchingKeepsTheStream(t *testing.T) {
	inline := api.Attached{File: api.File{Name: "b.png", Data: []byte("x")}}
	good := api.Attached{File: api.File{URL: "https://example.com/a/cat.png"}}
	bad := api.Attached{File: api.File{URL: "https://example.com/page"}}
	answer, end := api.Answer{Text: "hi"}, api.Finish{Reason: api.FinishStop}
	fetched := good
	fetched.File = newFile("cat.png", "image/png", []byte(pngHead))
	fetched.URL = good.URL
	f := &fetching{scripted{events: []api.Event{good, inline, bad, answer, end}}, media(t)}
	var got []api.Event
	for ev, err := range f.Stream(context.Background(), api.Request{}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := ev.(api.Notice); ok {
			ev = api.Notice{}
		}
		got = append(got, ev)
	}
	if want := []api.Event{inline, answer, fetched, api.Notice{}, bad, end}; !reflect.DeepEqual(got, want) {
		t.Errorf("events are\n%+v, want\n%+v", got, want)
	}
}

func TestFetchingOfACutAnswer(t *testing.T) {
	cut := &api.Error{Kind: api.ErrCut}
	file := api.Attached{File: api.File{URL: "https://example.com/a/cat.png"}}
	f := &fetching{scripted{events: []api.Event{file}, err: cut}, media(t)}
	var got []api.Event
	var last error
	for ev, err := range f.Stream(context.Background(), api.Request{}) {
		if err == nil {
			got = append(got, ev)
		}
		last = err
	}
	if !reflect.DeepEqual(got, []api.Event{file}) || !errors.Is(last, cut) {
		t.Errorf("events are %+v, then %v", got, last)
	}
	for range f.Stream(context.Background(), api.Request{}) {
		break // nothing more must be yielded
	}
}

func TestOpener(t *testing.T) {
	for link, want := range map[string]string{
		"https://example.com/a?b=c&d": "xdg-open https://example.com/a?b=c&d",
		"HTTP://example.com":          "xdg-open http://example.com",
		"mailto:a@example.com":        "xdg-open mailto:a@example.com",
		"https://example.com/$(id)`x": "xdg-open https://example.com/$%28id%29%60x",
	} {
		argv, err := opener("linux", link)
		if got := strings.Join(argv, " "); err != nil || !strings.EqualFold(got, want) && !strings.HasPrefix(got, "xdg-open https://example.com/$") {
			t.Errorf("opener(%q) = %q, %v; want %q", link, got, err, want)
		}
	}
	for _, link := range []string{
		"", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "https:///path", "example.com", "-a", "--help",
		"https://example.com/a b", "https://example.com/\x1b]0;x", "\nhttps://example.com", "ssh://example.com", "vscode://x",
	} {
		if argv, err := opener("linux", link); err == nil {
			t.Errorf("opener(%q) = %q", link, argv)
		}
	}
	for system, want := range map[string]string{"darwin": "open", "windows": "rundll32"} {
		if argv, err := opener(system, "https://example.com"); err != nil || argv[0] != want {
			t.Errorf("on %s %q opens, %v", system, argv, err)
		}
	}
}

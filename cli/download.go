// This file fetches media that a model made and a service keeps under a URL,
// since such URLs expire. The URL is foreign text: it is asked for without a
// key, over https only, and never inside this machine or its network.

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

const (
	maxDownload    = 32 << 20
	maxDownloads   = 16 // of one answer
	downloadWithin = 30 * time.Second
	maxRedirects   = 5
)

// fetching is a backend whose files come with their content. One that can't be
// had keeps its URL.
type fetching struct {
	api.Backend
	client *http.Client
}

// Stream holds back the files that must be fetched until the rest of the answer
// is there, so that no text waits for them.
func (f *fetching) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		var later []api.File
		for ev, err := range f.Backend.Stream(ctx, req) {
			if file, ok := ev.(api.Attached); ok && err == nil && file.Data == nil && len(later) < maxDownloads {
				later = append(later, file.File)
				continue
			}
			if _, whole := ev.(api.Finish); (whole || err != nil) && !f.hand(ctx, &later, whole, yield) {
				return
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// hand yields the files that were held back, fetched when the answer is whole.
func (f *fetching) hand(ctx context.Context, later *[]api.File, fetch bool, yield func(api.Event, error) bool) bool {
	for _, file := range *later {
		if fetch {
			if had, err := f.file(ctx, file); err == nil {
				file = had
			} else if !yield(api.Notice{Text: "a file of the answer could not be had: " + err.Error()}, nil) {
				return false
			}
		}
		if !yield(api.Attached{File: file}, nil) {
			return false
		}
	}
	*later = nil
	return true
}

// file fetches what file.URL leads to. The errors hold no more of the URL than
// its host.
func (f *fetching) file(ctx context.Context, file api.File) (api.File, error) {
	u, err := url.Parse(file.URL)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return file, errors.New("its address is no https address")
	}
	ctx, cancel := context.WithTimeout(ctx, downloadWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return file, errors.New("its address is none")
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return file, fmt.Errorf("%s: %w", u.Host, rootOf(err))
	}
	defer resp.Body.Close()
	kind, err := mediaOf(resp)
	if err != nil {
		return file, fmt.Errorf("%s: %w", u.Host, err)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxDownload+1))
	switch {
	case err != nil:
		return file, fmt.Errorf("%s: %w", u.Host, rootOf(err))
	case len(data) > maxDownload:
		return file, fmt.Errorf("%s: it is larger than %d MiB", u.Host, maxDownload>>20)
	}
	had := newFile(mediaName(cmp.Or(file.Name, path.Base(u.Path)), kind), kind, data)
	had.URL = file.URL
	return had, nil
}

// mediaOf returns the media type of a reply that may be kept.
func mediaOf(resp *http.Response) (string, error) {
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("it answered %d", resp.StatusCode)
	}
	if resp.ContentLength > maxDownload {
		return "", fmt.Errorf("it is larger than %d MiB", maxDownload>>20)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if strings.HasPrefix(kind, "image/") || strings.HasPrefix(kind, "audio/") || kind == "video/mp4" || kind == "application/pdf" {
		return kind, nil
	}
	return "", errors.New("it is neither image, sound, film nor PDF")
}

// mediaName is a plain name for a file of that kind.
func mediaName(name, kind string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if name = strings.Trim(name, "._ "); name == "" || len(name) > 100 {
		name, _, _ = strings.Cut(kind, "/")
	}
	if path.Ext(name) == "" {
		_, ext, _ := strings.Cut(kind, "/")
		name += "." + strings.TrimPrefix(strings.ReplaceAll(ext, "mpeg", "mp3"), "x-")
	}
	return name
}

// rootOf is the cause at the end of a chain: what net/http puts before it says
// the whole URL.
func rootOf(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// newDownloader returns the client that fetches media, through transport where
// there is one (in tests), else over the network to public addresses only. It
// uses no proxy: behind one, nobody could say where a name leads.
func newDownloader(transport http.RoundTripper) *http.Client {
	if transport == nil {
		dialer := &net.Dialer{Timeout: 10 * time.Second, Control: publicOnly}
		transport = &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 10 * time.Second,
			ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute,
		}
	}
	return &http.Client{Transport: transport, CheckRedirect: onlySecure}
}

func onlySecure(req *http.Request, via []*http.Request) error {
	switch {
	case req.URL.Scheme != "https" || req.URL.User != nil:
		return errors.New("it leads on to what is no https address")
	case len(via) > maxRedirects:
		return errors.New("it leads on and on")
	}
	req.Header.Del("Referer")
	return nil
}

// publicOnly refuses a connection to an address that is not on the public
// internet. It is asked for the address itself, after names are looked up.
func publicOnly(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !public(at.Addr()) {
		return errors.New("its address is not on the public internet")
	}
	return nil
}

// inward are networks that netip does not call private though they are, and
// those that wrap an address of another network.
var inward = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // shared with the neighbours of a carrier
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"),   // IPv4 behind a translator
	netip.MustParsePrefix("64:ff9b:1::/48"), // likewise
	netip.MustParsePrefix("2001::/32"),      // Teredo
	netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"), // 6to4
	netip.MustParsePrefix("fec0::/10"),
}

func public(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(inward, func(p netip.Prefix) bool { return p.Contains(addr) })
}

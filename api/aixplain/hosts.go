package aixplain

// This file owns whom a key may go to: the two configured hosts, each over the
// scheme that was configured, and in which header. It refuses every other
// address, whoever names it.

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// The headers that carry keys: the one of teams, and the other.
var keyHeaders = []string{"X-Api-Key", "X-Aixplain-Key"}

// host is one of the two.
type host struct {
	base    *url.URL
	clients []*wire.Client // one for each header that may carry the key
	second  *atomic.Bool   // the second header is the one; known to both hosts
}

func newHost(config wire.Config, base string, second *atomic.Bool) (*host, error) {
	base = strings.TrimRight(base, "/")
	for _, run := range []string{"/api/v1/execute", "/api/v2/execute"} { // so it is configured elsewhere
		base = strings.TrimSuffix(base, run)
	}
	names := keyHeaders
	if config.KeyHeader != "" {
		names = []string{config.KeyHeader}
	}
	h := &host{second: second}
	config.BaseURL = base
	config.Retry = api.RetryPolicy{Attempts: -1} // that is decided where it is known what is asked
	for _, name := range names {
		config.KeyHeader = name
		c, err := wire.New(config)
		if err != nil {
			return nil, err
		}
		h.clients = append(h.clients, c)
	}
	var err error
	if h.base, err = url.Parse(base); err != nil {
		return nil, api.AsError(err)
	}
	return h, nil
}

func (h *host) service() api.Service { return h.clients[0].Service() }

// key is that of the account.
func (h *host) key(ctx context.Context) (string, error) { return h.clients[0].Key(ctx) }

// order returns the clients, the one first whose header was right before.
func (h *host) order() []*wire.Client {
	if len(h.clients) == 2 && h.second.Load() {
		return []*wire.Client{h.clients[1], h.clients[0]}
	}
	return h.clients
}

// keep remembers which client's header was right.
func (h *host) keep(c *wire.Client) { h.second.Store(len(h.clients) == 2 && c == h.clients[1]) }

// stream asks q. A key that is refused in one header is tried in the other; if it
// is refused there, too, the first refusal counts.
func (h *host) stream(ctx context.Context, q wire.Question) iter.Seq2[api.Event, error] {
	return func(yield func(api.Event, error) bool) {
		var refusal error
		for i, c := range h.order() {
			begun, refused := false, false
			for ev, err := range c.Stream(ctx, q) {
				if refused = !begun && isRefusal(err); refused {
					refusal = first(refusal, err)
					break
				}
				if begun = true; i > 0 && err == nil {
					h.keep(c)
				}
				if !yield(ev, err) {
					return
				}
			}
			if !refused {
				return
			}
		}
		yield(nil, refusal)
	}
}

// get asks for a document, in the way of stream.
func (h *host) get(ctx context.Context, path string, o wire.GetOptions) (wire.Document, error) {
	var refusal error
	for i, c := range h.order() {
		doc, err := c.Get(ctx, path, o)
		if !isRefusal(err) {
			if i > 0 && err == nil {
				h.keep(c)
			}
			return doc, err
		}
		refusal = first(refusal, err)
	}
	return wire.Document{}, refusal
}

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// isRefusal reports whether a service did not know the key that it was sent.
func isRefusal(err error) bool {
	e, ok := errors.AsType[*api.Error](err)
	return ok && e.Status == http.StatusUnauthorized
}

// address is where a result is asked for: below the base of a host.
type address struct {
	host  *host
	path  string
	query url.Values
}

// bind returns the address that a service names, if it is on one of the hosts and
// the key may go there: same scheme, same host, same port. Otherwise it returns
// the host that is named, for people.
func bind(named string, hosts ...*host) (address, string) {
	u, err := url.Parse(strings.TrimSpace(named))
	if err != nil || u.Host == "" || u.User != nil {
		return address{}, "an address that is none"
	}
	for _, h := range hosts {
		if u.Scheme == h.base.Scheme && origin(u) == origin(h.base) {
			up := strings.Repeat("../", strings.Count(strings.Trim(h.base.EscapedPath(), "/"), "/")+1)
			return address{h, up + strings.TrimPrefix(u.EscapedPath(), "/"), u.Query()}, ""
		}
	}
	return address{}, u.Scheme + "://" + u.Host
}

// origin is the host of u, with its port.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

// looksLikeURL reports whether s names an address, as a result that comes later
// does.
func looksLikeURL(s string) bool {
	s = strings.TrimSpace(s)
	return len(s) < 4<<10 && !strings.ContainsAny(s, " \t\r\n") &&
		(strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://"))
}

// Package wire is what the wires of aimlchat share, whatever they say over it:
// the exchange of one request against one stream of events, and lenient JSON.
//
// Read it in this order: this file holds the client and its rules about keys,
// place.go where a service is asked when its address does not say, exchange.go
// how a question is asked and asked again, read.go how a reply becomes a stream,
// get.go plain documents, lenient.go the JSON, figures.go what an answer cost.
//
// It follows no redirect, never sends a key over plain http except to this
// machine, and lets no key through into an error.
package wire

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Config says whom to ask, and how.
type Config struct {
	Name    string // the provider's name, as the person knows it
	BaseURL string // ".../v1"

	// Versioned says that the service is at ".../v1" probably, but not surely, where
	// BaseURL is a host alone.
	Versioned bool

	// Key returns the key, and is asked before each request. Nil or "" means
	// that none is sent. It may fail with an *api.Error.
	Key func(ctx context.Context) (string, error)
	// KeyHeader names the header that carries the bare key. "" means
	// Authorization, and a bearer of it.
	KeyHeader string

	Headers   map[string]string // sent with each request
	UserAgent string

	// Transport carries the requests; nil means one of our own, which honours
	// Timeouts.Connect and the proxy settings of the environment.
	Transport http.RoundTripper
	Timeouts  api.Timeouts
	Retry     api.RetryPolicy

	KeyHint    string // what to do about a key that is missing or refused
	BillingURL string // where to top up; known for AI/ML API
}

// Client asks one service. It is safe for concurrent use.
type Client struct {
	config   Config
	base     *url.URL
	place    *place
	http     *http.Client
	service  api.Service
	timeouts api.Timeouts
}

// aimlapi is the host that gets, and gives, more than the common protocols.
const aimlapi = "api.aimlapi.com"

// New returns a client. It fails, with an [*api.Error], when the base URL is none.
func New(config Config) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(config.BaseURL, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, &api.Error{
			Kind:    api.ErrInvalid,
			Message: "the base URL of " + config.Name + " is no http or https address",
			Hint:    "it looks like https://host/v1",
		}
	}
	if base.User != nil { // it would go over plain http unseen
		return nil, &api.Error{
			Kind:    api.ErrInvalid,
			Message: "the base URL of " + config.Name + " holds a name or password",
			Hint:    cmp.Or(config.KeyHint, "a key has places of its own"),
		}
	}
	c := &Client{
		config:   config,
		base:     base,
		place:    newPlace(base, config.Versioned),
		timeouts: config.Timeouts.WithDefaults(),
		service:  api.Service{Host: base.Host, KeyHint: config.KeyHint, BillingURL: config.BillingURL},
	}
	if c.Official() && config.BillingURL == "" {
		c.service.BillingURL = "https://aimlapi.com/app/billing"
	}
	transport := config.Transport
	if transport == nil {
		transport = newTransport(c.timeouts)
	}
	c.http = &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

func newTransport(t api.Timeouts) *http.Transport {
	return &http.Transport{
		Proxy:               proxy,
		DialContext:         (&net.Dialer{Timeout: t.Connect}).DialContext,
		TLSHandshakeTimeout: t.Connect,
		ForceAttemptHTTP2:   true,
		IdleConnTimeout:     90 * time.Second,
		// A connection that died while the machine slept would else be waited for
		// as long as a model may think.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second},
	}
}

// proxy is that of the environment, but for this machine by whatever name: what
// may go there in the open may go nowhere else.
func proxy(r *http.Request) (*url.URL, error) {
	if Loopback(r.URL.Hostname()) {
		return nil, nil //nolint:nilnil // means: none
	}
	return http.ProxyFromEnvironment(r)
}

// Name is the provider's name.
func (c *Client) Name() string { return c.config.Name }

// Service is who answers, as errors name it.
func (c *Client) Service() api.Service { return c.service }

// Official reports whether the service is AI/ML API itself.
func (c *Client) Official() bool { return c.base.Scheme == "https" && c.base.Host == aimlapi }

// Key returns the key, or "" where none is needed.
func (c *Client) Key(ctx context.Context) (string, error) {
	if c.config.Key == nil {
		return "", nil
	}
	key, err := c.config.Key(ctx)
	if err != nil {
		return "", api.AsError(err)
	}
	return strings.TrimSpace(key), nil
}

// secrets are what nothing that a service says of itself may repeat: the key,
// and what else of the headers only the person knows.
func (c *Client) secrets(key string) []string {
	all := []string{key}
	for name, value := range c.config.Headers {
		_, bare, schemed := strings.Cut(value, " ") // "Bearer …"
		if !schemed {
			bare = value
		}
		// Less may be a word, or a number.
		if len(bare) >= 12 && secretHeader.MatchString(name) || len(bare) >= 16 && secretValue(bare) {
			all = append(all, bare)
		}
	}
	return all
}

// secretValue reports whether a header of whatever name may hold a key: one word of
// letters and digits that is no address.
func secretValue(s string) bool {
	return !strings.ContainsAny(s, " \t:") && strings.ContainsAny(s, "0123456789") &&
		strings.ContainsFunc(s, func(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' })
}

// secretHeader finds the names of headers that hold keys.
var secretHeader = api.NewPattern(`(?i)auth|key|token|secret|cookie|password`)

// bearer finds headers that hold a key: by the end of their names, so that one may
// name an author; scheme by how their values begin.
var (
	bearer = api.NewPattern(`(?i)(auth|authorization|key|token|secret|password|passwd|cookie|credentials?)$`)
	scheme = api.NewPattern(`(?i)^\s*(bearer|basic) `)
)

// open refuses to send keys over plain http to another machine.
func (c *Client) open(req *http.Request, key string) error {
	if req.URL.Scheme != "http" || Loopback(req.URL.Hostname()) {
		return nil
	}
	what := "key"
	for name, value := range c.config.Headers {
		if key == "" && strings.TrimSpace(value) != "" && (bearer.MatchString(name) || scheme.MatchString(value)) {
			what = "header " + name
		}
	}
	if key == "" && what == "key" {
		return nil
	}
	return &api.Error{
		Kind:    api.ErrInvalid,
		Message: "the " + what + " is not sent to " + c.base.Host + " over plain http",
		Hint:    "use https in the base URL",
	}
}

// dress puts on a request the headers that every request carries.
func (c *Client) dress(req *http.Request, key string) error {
	if err := c.open(req, key); err != nil {
		return err
	}
	switch {
	case key == "":
	case c.config.KeyHeader != "":
		req.Header.Set(c.config.KeyHeader, key)
	default:
		req.Header.Set("Authorization", "Bearer "+key)
	}
	if c.Official() {
		req.Header.Set("X-AIMLAPI-Source", "agent/aimlchat")
	}
	if c.config.UserAgent != "" {
		req.Header.Set("User-Agent", c.config.UserAgent)
	}
	for name, value := range c.config.Headers {
		req.Header.Set(name, value)
	}
	return nil
}

// Loopback reports whether a host is this machine, by its name alone: nothing is
// looked up.
func Loopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}

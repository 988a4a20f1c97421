// Package openai speaks chat completions, as AI/ML API and every server that
// calls itself OpenAI-compatible means them: it sends a [api.Request] and
// decodes what comes back into [api.Event]s.
//
// Read it in this order: this file holds the client, request.go what is sent,
// stream.go how a reply becomes a stream, decode.go how its chunks become
// events, wire.go the chunks' tolerant shape, thought.go which of several
// copies of a thought is shown, models.go the list of models.
//
// It follows no redirect, and never sends a key over plain http except to this
// machine.
package openai

import (
	"cmp"
	"context"
	"iter"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Timeouts limit how long the service may take.
type Timeouts = api.Timeouts

// Config says whom to ask, and how.
type Config struct {
	Name    string // the provider's name, as the person knows it
	BaseURL string // ".../v1"

	// Key returns the key, and is asked before each request. Nil or "" means
	// that no Authorization is sent. It may fail with an *api.Error.
	Key func(ctx context.Context) (string, error)

	Headers   map[string]string // sent with each request
	UserAgent string

	// Transport carries the requests; nil means one of our own, which honours
	// Timeouts.Connect and the proxy settings of the environment.
	Transport http.RoundTripper
	Timeouts  Timeouts
	Retry     api.RetryPolicy

	KeyHint    string // what to do about a key that is missing or refused
	BillingURL string // where to top up; known for AI/ML API
}

// Client is an [api.Backend]. It is safe for concurrent use.
type Client struct {
	config   Config
	base     *url.URL
	http     *http.Client
	service  api.Service
	timeouts Timeouts

	mu     sync.Mutex
	habits map[string]habits // by model
}

var _ api.Backend = (*Client)(nil)

// aimlapi is the host that gets, and gives, more than the common protocol.
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
		timeouts: config.Timeouts.WithDefaults(),
		service:  api.Service{Host: base.Host, KeyHint: config.KeyHint, BillingURL: config.BillingURL},
		habits:   map[string]habits{},
	}
	if c.isAIMLAPI() && config.BillingURL == "" {
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

func newTransport(t Timeouts) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: t.Connect}).DialContext,
		TLSHandshakeTimeout: t.Connect,
		ForceAttemptHTTP2:   true,
		IdleConnTimeout:     90 * time.Second,
	}
}

// Name is the provider's name.
func (c *Client) Name() string { return c.config.Name }

// Stream asks for an answer and yields it as it arrives.
func (c *Client) Stream(ctx context.Context, req api.Request) iter.Seq2[api.Event, error] {
	return api.Retrying(ctx, c.config.Retry, func() iter.Seq2[api.Event, error] {
		return c.attempt(ctx, req)
	})
}

func (c *Client) isAIMLAPI() bool { return c.base.Scheme == "https" && c.base.Host == aimlapi }

// key returns the key, or "" where none is needed.
func (c *Client) key(ctx context.Context) (string, error) {
	if c.config.Key == nil {
		return "", nil
	}
	key, err := c.config.Key(ctx)
	if err != nil {
		return "", api.AsError(err)
	}
	return strings.TrimSpace(key), nil
}

// dress puts on a request the headers that every request carries.
func (c *Client) dress(req *http.Request, key string) error {
	if key != "" {
		if req.URL.Scheme == "http" && !Loopback(req.URL.Hostname()) {
			return &api.Error{
				Kind:    api.ErrInvalid,
				Message: "the key is not sent to " + c.base.Host + " over plain http",
				Hint:    "use https in the base URL",
			}
		}
		req.Header.Set("Authorization", "Bearer "+key)
	}
	if c.isAIMLAPI() {
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

package wire

// This file owns plain documents: lists, balances, feeds. It refuses to read
// them.

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// Document is a reply to a [Client.Get].
type Document struct {
	Status int // 200 or 304; 201 or 202 as well
	Header http.Header
	Body   []byte // empty after 304
}

// GetOptions say how a document is asked for.
type GetOptions struct {
	Query     url.Values
	ETag      string // of the version that is at hand; "": none is
	Anonymous bool   // without a key: the document is public
	Body      []byte // JSON that is posted; nil: the document is just got
}

// Get asks for a document below the base URL; a path that begins with ".." lies
// beside it: "../v2/billing". Errors are always *[api.Error]; the end of ctx is
// one too.
func (c *Client) Get(ctx context.Context, path string, o GetOptions) (Document, error) {
	watched, dog := api.Watch(ctx, c.timeouts.Idle, &api.Error{
		Kind:      api.ErrTimeout,
		Message:   c.service.Host + " did not answer within " + c.timeouts.Idle.String(),
		Hint:      "try again",
		Retryable: true,
	})
	defer dog.Stop()
	doc, err := c.get(watched, dog, path, o)
	if err != nil {
		return Document{}, c.failure(ctx, watched, err)
	}
	return doc, nil
}

func (c *Client) get(ctx context.Context, dog *api.Watchdog, path string, o GetOptions) (Document, error) {
	key := ""
	if !o.Anonymous {
		var err error
		if key, err = c.Key(ctx); err != nil {
			return Document{}, err
		}
	}
	build := func(at string) (*http.Request, error) {
		r, err := o.request(ctx, at)
		if err != nil {
			return nil, api.AsError(err)
		}
		return r, c.dress(r, key)
	}
	reply, err := c.place.do(path, build, func(r *http.Request) (*http.Response, error) { return c.ask(dog, r) })
	if err != nil {
		return Document{}, err
	}
	if !accepted(reply.StatusCode) && (reply.StatusCode != http.StatusNotModified || o.ETag == "") {
		return Document{}, c.refusal(reply, dog, key)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(io.LimitReader(dog.Reader(reply.Body), maxDocument+1))
	switch {
	case err != nil:
		return Document{}, &api.Error{
			Kind: api.ErrCut, Retryable: true, Err: err,
			Message: c.service.Host + " broke off in the middle of its reply", Hint: "try again",
		}
	case len(body) > maxDocument:
		return Document{}, &api.Error{
			Kind:    api.ErrBadResponse,
			Message: "the reply of " + c.service.Host + " is larger than the limit", Hint: "check the base URL",
		}
	}
	return c.withoutKeys(Document{reply.StatusCode, reply.Header, body}, key), nil
}

// longKey is how long a key is that no document has by chance: a server of one's
// own may take "ollama" for one.
const longKey = 12

// withoutKeys is a document without the keys that a service put in it: lists are
// kept on the disk, and shown.
func (c *Client) withoutKeys(doc Document, key string) Document {
	long := slices.DeleteFunc(c.secrets(key), func(s string) bool { return len(s) < longKey })
	secrets := api.NewRedactor(long...)
	if secrets.Holds(string(doc.Body)) {
		doc.Body = []byte(secrets.Redact(string(doc.Body)))
	}
	header := http.Header{}
	for name, values := range doc.Header {
		for _, value := range values {
			header.Add(name, secrets.Redact(value))
		}
	}
	doc.Header = header
	return doc
}

// request asks for the document at an address, with headers of the options' own.
func (o GetOptions) request(ctx context.Context, at string) (*http.Request, error) {
	if query := strings.ReplaceAll(o.Query.Encode(), "%2C", ","); query != "" { // lists are written so in the documentation
		at += "?" + query
	}
	method, body := http.MethodGet, io.Reader(nil)
	if o.Body != nil {
		method, body = http.MethodPost, bytes.NewReader(o.Body)
	}
	r, err := http.NewRequestWithContext(ctx, method, at, body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	if o.Body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if o.ETag != "" {
		r.Header.Set("If-None-Match", o.ETag)
	}
	return r, nil
}

// maxDocument is how much of a document is read: the largest list of models has
// half a megabyte.
const maxDocument = 16 << 20

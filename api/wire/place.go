package wire

// This file owns where a service is asked whose address is a host alone: most
// have all they offer below /v1, some have it at the root. It refuses to look
// anywhere else.

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// place is where a service is asked.
type place struct {
	base    atomic.Pointer[url.URL]
	root    *url.URL // where else it may be; nil: nowhere
	settled atomic.Bool
}

func newPlace(base *url.URL, versioned bool) *place {
	p := &place{}
	p.base.Store(base)
	if versioned && strings.Trim(base.Path, "/") == "" {
		p.root = base
		p.base.Store(base.JoinPath("v1"))
	}
	return p
}

// do asks for a path, with the request that build makes for its address. While it
// is not known where the service is, what is missing in one place is asked for in
// the other; when it is there neither, the first answer is the better one.
func (p *place) do(path string, build func(address string) (*http.Request, error), ask func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	at := func(base *url.URL) (*http.Response, error) {
		r, err := build(base.JoinPath(path).String())
		if err != nil {
			return nil, err
		}
		return ask(r)
	}
	first, err := at(p.base.Load())
	if err != nil || p.root == nil || p.settled.Load() {
		return first, err
	}
	if !missing(first) {
		p.settled.Store(true)
		return first, nil
	}
	second, err := at(p.root)
	if err != nil {
		return first, nil //nolint:nilerr // the first answer stands
	}
	if missing(second) {
		_ = second.Body.Close() // nobody reads it
		return first, nil
	}
	_ = first.Body.Close() // nobody reads it
	p.base.Store(p.root)
	p.settled.Store(true)
	return second, nil
}

func missing(reply *http.Response) bool {
	return reply.StatusCode == http.StatusNotFound || reply.StatusCode == http.StatusMethodNotAllowed
}

package openai

// This file owns the asking for what a service offers and what it gives up. It
// refuses to filter or to sort.

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// List is a list of models, or word that it is as it was.
type List struct {
	Models    []api.Model // unfiltered, in the service's order; nil when unchanged
	ETag      string      // of this version; "": the service names none
	Unchanged bool        // the version that was asked about is still good
}

// Models asks for the list of models. AI/ML API's is public and asked for
// without a key; elsewhere a key that can't be had is done without.
func (c *Client) Models(ctx context.Context) ([]api.Model, error) {
	list, err := c.List(ctx, "")
	return list.Models, err
}

// List asks for the list of models, unless it is still the version of the given
// ETag, "" for none. The ETag proves nothing about a key: a wrong one is given
// the list too.
func (c *Client) List(ctx context.Context, etag string) (List, error) {
	o := wire.GetOptions{ETag: etag}
	if c.isAIMLAPI() {
		o.Query = url.Values{"include": {"pricing,modalities,capabilities"}}
	}
	var err error
	if o.Anonymous, err = c.keyless(ctx); err != nil {
		return List{}, err
	}
	return c.list(ctx, "models", "models", o, decodeModels)
}

// Deprecations asks AI/ML API which models it gives up: entries with Status,
// ReplacedBy and Shutdown, and no facts. The ETag is that of this document.
func (c *Client) Deprecations(ctx context.Context, etag string) (List, error) {
	anonymous, err := c.keyless(ctx)
	if err != nil {
		return List{}, err
	}
	o := wire.GetOptions{ETag: etag, Anonymous: anonymous}
	return c.list(ctx, "models/deprecations", "models that it gives up", o, decodeDeprecations)
}

// isAIMLAPI reports whether the service is AI/ML API, at its own address or at
// one that was put in its place.
func (c *Client) isAIMLAPI() bool { return c.wire.Official() || c.wire.Name() == "aimlapi" }

// keyless reports whether to ask without a key: where none is needed, or none is
// to be had.
func (c *Client) keyless(ctx context.Context) (bool, error) {
	if c.wire.Official() {
		return true, nil
	}
	_, err := c.wire.Key(ctx)
	if err == nil {
		return false, nil
	}
	if e := api.AsError(err); e.Kind != api.ErrAuth {
		return false, e
	}
	return true, nil
}

func (c *Client) list(ctx context.Context, path, of string, o wire.GetOptions, decode func([]byte) ([]api.Model, error)) (List, error) {
	doc, err := c.wire.Get(ctx, path, o)
	if err != nil {
		return List{}, err
	}
	if doc.Status == http.StatusNotModified {
		return List{ETag: o.ETag, Unchanged: true}, nil
	}
	models, err := decode(doc.Body)
	if err != nil {
		e := wire.NoAnswer(c.wire.Service(), "another document")
		e.Message, e.Err = c.wire.Service().Host+" sent something other than a list of "+of, err
		return List{}, e
	}
	return List{Models: models, ETag: doc.Header.Get("ETag")}, nil
}

// decodeDeprecations reads the feed. An entry without an id or with a word for
// its status that nobody here knows is left out.
func decodeDeprecations(body []byte) ([]api.Model, error) {
	var feed struct {
		Data []json.RawMessage `json:"data"`
	}
	if err := wire.Unmarshal(body, &feed); err != nil {
		return nil, err
	}
	if feed.Data == nil {
		return nil, errors.New("no list in the document")
	}
	models := make([]api.Model, 0, len(feed.Data))
	for _, raw := range feed.Data {
		var entry struct {
			ID         string     `json:"id"`
			Aliases    stringList `json:"aliases"`
			Status     api.Status `json:"status"`
			ReplacedBy string     `json:"replaced_by"`
			Shutdown   string     `json:"shutdown_at"`
		}
		if wire.Unmarshal(raw, &entry) != nil || entry.ID == "" {
			continue
		}
		switch entry.Status {
		case api.Deprecated, api.Superseded, api.Withdrawn:
			models = append(models, api.Model{
				ID: entry.ID, Aliases: entry.Aliases,
				Status: entry.Status, ReplacedBy: entry.ReplacedBy, Shutdown: day(entry.Shutdown),
			})
		}
	}
	return models, nil
}

// day returns the date in a time, "" when there is none in it.
func day(s string) string {
	if len(s) < len(time.DateOnly) {
		return ""
	}
	s = s[:len(time.DateOnly)]
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return ""
	}
	return s
}

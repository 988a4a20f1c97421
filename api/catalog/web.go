package catalog

// web.go owns the shapes in which a model is told to search the web.

import (
	"maps"
	"slices"

	"github.com/aimlchat/aimlchat/api"
)

// webShapes are the fields for chat completions, the preferred first.
var webShapes = []struct {
	control api.Control
	fields  map[string]any
}{
	{api.ControlWebAlways, map[string]any{}}, // nothing to be told
	{api.ControlWebOptions, map[string]any{"web_search_options": map[string]any{}}},
	{api.ControlEnableSearch, map[string]any{"enable_search": true}},
}

// webTools are the services' own tools in the protocols that have them.
var webTools = map[api.Protocol]map[string]any{
	api.Responses: {"type": "web_search"},
	api.Messages:  {"type": "web_search_20250305", "name": "web_search"},
}

// webShape returns the fields that make a model search on chat completions, nil
// when it has none.
func webShape(controls []api.Control) map[string]any {
	for _, s := range webShapes {
		if slices.Contains(controls, s.control) {
			return s.fields
		}
	}
	return nil
}

// search turns the wish to search the web into fields.
func (r *router) search() {
	if !r.req.Web {
		return
	}
	if tool, ok := webTools[r.req.Protocol]; ok {
		r.set(map[string]any{"tools": join(r.req.Fields["tools"], []any{maps.Clone(tool)})})
		return
	}
	fields := webShape(r.m.Controls)
	switch {
	case fields != nil:
		r.set(fields)
	case r.documented:
		r.notice("%s can't search the web; it answers from what it knows", r.req.Model)
	default:
		r.notice("it is not known how %s is told to search the web; it answers from what it knows", r.req.Model)
	}
}

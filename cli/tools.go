// This file knows the tools that a person runs with /tool: which provider has them,
// what they are called, and what becomes of a result. What is said to them is
// api/aixplain's.

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/aixplain"
	"github.com/aimlchat/aimlchat/ui"
)

// toolsOf are the providers that have tools and can be asked.
func (b *backends) toolsOf() []string {
	return slices.DeleteFunc(b.providerNames(), func(name string) bool {
		p, err := b.provider(name)
		return err != nil || p.kind != kindAIXplain || !b.offers(p, "")
	})
}

// toolOf says whose tool is meant by what a person calls it, and what it is called
// there. Where several providers have tools, that is the current one's, unless the
// name begins with another one and a slash.
func (b *backends) toolOf(current, name string) (provider, id string, err error) {
	all := b.toolsOf()
	own, rest, _ := strings.Cut(name, "/")
	switch {
	case len(all) > 1 && slices.Contains(all, own) && rest != "":
		provider, name = own, rest
	case b.kind(current) == kindAIXplain:
		provider = current
	case len(all) == 0:
		provider = providerAIXplain
	case len(all) == 1:
		provider = all[0]
	default:
		return "", "", &api.Error{
			Kind: api.ErrInvalid, Message: strings.Join(all, " and ") + " have tools",
			Hint: fmt.Sprintf("say whose is meant: %s/%s", all[0], name),
		}
	}
	return provider, strings.TrimPrefix(name, "tool:"), nil
}

// runTool runs a tool as a person asks for it: its name, an action, JSON.
func (b *backends) runTool(ctx context.Context, current, line string) (ui.ToolResult, error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	action, data, err := aixplain.ParseAction(rest)
	if err != nil {
		return ui.ToolResult{}, err
	}
	provider, id, err := b.toolOf(current, name)
	if err != nil {
		return ui.ToolResult{}, err
	}
	client, err := b.asker(provider)
	if err != nil {
		return ui.ToolResult{}, err
	}
	r, err := client.RunTool(ctx, id, action, data)
	told := ui.ToolResult{Name: "tool:" + id, Action: action, Text: r.Text, Notices: r.Notices, Cost: r.Cost}
	if err == nil {
		told.File = newFile("result of "+id+" "+action+".txt", "text/plain", []byte(r.Text))
	}
	return told, err
}

// errNoActions says what to do about a tool whose service does not say what it does.
var errNoActions = errors.New("the service names no actions of it; the action LIST_ACTIONS may tell them")

// completeTool names the tools that can be run or, behind one, its actions: those
// of the current provider bare, those of others behind their provider.
func (b *backends) completeTool(ctx context.Context, current, before string) ([]string, error) {
	if before != "" {
		return b.completeAction(ctx, current, before)
	}
	all := b.toolsOf()
	var names []string
	var failure error
	for _, provider := range all {
		tools, err := b.listTools(ctx, provider)
		if err != nil {
			failure = err
		}
		for _, t := range tools {
			if name := t.ID; len(all) > 1 && provider != current {
				names = append(names, provider+"/"+name)
			} else {
				names = append(names, name)
			}
		}
	}
	if names != nil {
		failure = nil
	}
	return names, failure
}

func (b *backends) completeAction(ctx context.Context, current, tool string) ([]string, error) {
	provider, id, err := b.toolOf(current, tool)
	if err != nil {
		return nil, err
	}
	tools, err := b.listTools(ctx, provider)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(tools, func(t aixplain.Tool) bool { return t.ID == id }); i >= 0 && tools[i].Actions != nil {
		return tools[i].Actions, nil
	}
	return nil, errNoActions
}

// toolList is what a provider said of its tools.
type toolList struct {
	tools []aixplain.Tool
	err   error
	at    time.Time
}

// failureHolds is how long who could not list its tools is not asked again.
const failureHolds = time.Minute

// listTools asks a provider which tools it has, once. A command that gives a key
// is not run for that.
func (b *backends) listTools(ctx context.Context, name string) ([]aixplain.Tool, error) {
	client, err := b.asker(name)
	if err != nil {
		return nil, err
	}
	b.askers.listing.Lock()
	defer b.askers.listing.Unlock()
	l, ok := b.askers.tools[name]
	if ok && (l.err == nil || b.env.Now().Sub(l.at) < failureHolds) {
		return l.tools, l.err
	}
	if p, err := b.provider(name); err != nil || p.asks {
		return nil, err
	}
	l.at = b.env.Now()
	if l.tools, l.err = client.Tools(ctx); ctx.Err() != nil {
		return nil, l.err
	}
	if b.askers.tools == nil {
		b.askers.tools = map[string]toolList{}
	}
	b.askers.tools[name] = l
	return l.tools, l.err
}

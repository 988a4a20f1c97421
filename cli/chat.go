// This file opens the chat: it hands package ui the same pieces that the print
// mode pulls, none of them begun. The first frame waits for nothing but the
// config and a few small files.

package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui"
)

// chat shows the screen until the person leaves it.
func (a *app) chat(ctx context.Context, o *options) error {
	if a.env.getenv("TERM") == "dumb" {
		return usagef("add -p to print the answer instead", "this terminal (TERM=dumb) can't draw the chat")
	}
	if !a.env.Terminal.Stdin || !a.env.Terminal.Stdout {
		return usagef("add -p to print the answer instead", "the chat needs a terminal to draw on and to read keys from")
	}
	uo, err := a.chatOptions(ctx, o)
	if err != nil {
		return err
	}
	result, err := ui.Run(ctx, uo)
	if !o.Ephemeral {
		a.rescue(result.Unsaved)
	}
	if result.SessionID != "" && !o.Ephemeral {
		fmt.Fprintf(a.stdout, "aimlchat --resume %s\n", result.SessionID)
	}
	if err == nil && ctx.Err() != nil {
		return errStopped
	}
	if o.Resume != nil {
		err = findError(*o.Resume, err)
	}
	return err
}

// chatOptions is the world as the chat sees it.
func (a *app) chatOptions(ctx context.Context, o *options) (ui.Options, error) {
	conf, err := a.config()
	if err != nil {
		return ui.Options{}, err
	}
	if o.Ephemeral && (o.Continue || o.Resume != nil) {
		return ui.Options{}, usagef("leave one of them out", "--ephemeral saves nothing, so it can't go on with a saved session")
	}
	all := a.newBackends(o)
	c, err := all.choose(o, session.Session{})
	if err != nil {
		return ui.Options{}, err
	}
	files, err := a.attachAll(ctx, o.Attach)
	if err != nil {
		return ui.Options{}, err
	}
	a.lender = ui.NewLender()
	uo := ui.Options{
		Version: a.env.Version, Now: a.env.Now, Lender: a.lender,
		Backend: all.get, Check: all.check, Known: all.has, Nearby: all.nearby(conf),
		Providers: all.offering(c.Provider, conf), Models: all.choices, Search: all.search, Tool: all.runTool, Tools: all.completeTool,
		Provider: c.Provider, Model: c.Model, ModelForced: c.Forced,
		Request: c.Request, System: c.System, Notices: c.Notices,
		Prompt: strings.Join(o.Words, " "), Files: files, Open: o.open(),
		Attach: a.attach, Paths: a.completePath, Refuses: all.refuses,
		Balance: all.askBalance, Doctor: a.doctor, OpenURL: a.openURL, Edit: a.edit, SpendCap: conf.SpendCapUSD, TitleModel: conf.TitleModel,
		Output: a.stdout, Mouse: conf.Mouse, Links: a.env.links(),
		History:   a.history(),
		Clipboard: a.clipboard(o), Write: a.writeText, Export: a.exportTo,
	}
	if uo.Keys, err = a.boundKeys(); err != nil {
		return ui.Options{}, err
	}
	if uo.Light, uo.Dark, err = a.themes(cmp.Or(o.Theme, conf.Theme)); err != nil {
		return ui.Options{}, err
	}
	uo.Store = a.openMemory
	if !o.Ephemeral {
		uo.Store, uo.Remember, uo.Chose = a.openStore, a.remember, a.keepLast
	}
	return uo, nil
}

// clipboard is the person's. What it does not take goes to a file, unless nothing
// is to be saved.
func (a *app) clipboard(o *options) ui.Clipboard {
	dir := ""
	if !o.Ephemeral {
		dir = filepath.Join(a.env.Dirs.State, "copied")
	}
	return ui.NewClipboard(func(key string) string { return a.env.getenv(key) }, runtime.GOOS, dir)
}

// check says whether a provider lacks its key. A command that gives one is not
// run for that: it may ask the person something.
func (b *backends) check(ctx context.Context, name string) error {
	p, err := b.provider(name)
	if err != nil || p.key == nil || p.asks {
		return err
	}
	_, err = p.key(ctx)
	return err
}

// open says with which session to begin.
func (o *options) open() ui.Open {
	switch {
	case o.Continue:
		return ui.Open{Continue: true}
	case o.Resume == nil:
		return ui.Open{}
	case *o.Resume == pickSession:
		return ui.Open{Pick: true}
	}
	return ui.Open{Ref: *o.Resume}
}

// themes returns the palettes for a light and a dark background: twice the
// same when one is named, or when there are to be no colours.
func (a *app) themes(name string) (light, dark themes.Theme, err error) {
	switch {
	case name != "":
		t, err := themes.ByName(name)
		if err != nil {
			return t, t, &usageError{what: err.Error(), hint: "known are: " + strings.Join(themeNames(), ", "), err: err}
		}
		return t, t, nil
	case a.env.plain():
		return themes.Plain(), themes.Plain(), nil
	}
	return themes.Light(), themes.Dark(), nil
}

// doctor makes the checks of the command of that name.
func (a *app) doctor(ctx context.Context) []ui.Check {
	var checks []ui.Check
	for _, f := range a.examine(ctx) {
		checks = append(checks, ui.Check{Name: f.Check, State: f.Verdict, Text: f.Text, Hint: f.Hint})
	}
	return checks
}

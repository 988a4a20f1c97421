// Package ui is the chat: the one Bubble Tea program of aimlchat.
//
// Its rules:
//
//   - [Model.Update] routes, methods act, [Model.View] only reads. Neither does
//     IO, reads a clock or an environment, or rolls dice: time comes in
//     messages, everything else through [Options].
//   - Its children (transcript, composer, dialogs) are structs with verbs; only
//     the root is a tea.Model. Dialogs return an action, which the root
//     carries out.
//   - One goroutine pumps each live turn (turn.go); the database and the
//     network are touched there and in commands, never while drawing.
//   - What a person can do is in one table (commands.go): it feeds the keys, the
//     slash commands and the help.
package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/charmbracelet/colorprofile"
)

// Options is the world as the chat sees it. Functions are called in goroutines
// of their own, at any time, and must be safe for that.
type Options struct {
	Version string

	// Store opens the database, once, after the first frame. Nil: nothing is
	// saved, and there are no branches. What can't be saved later is told to unsaved,
	// from any goroutine.
	Store func(ctx context.Context, unsaved func(error)) (*session.Store, error)
	// Backend returns the backend of a provider.
	Backend func(provider string) (api.Backend, error)
	// Check says what keeps a provider from being asked, such as a missing key,
	// as far as that can be known without asking anybody; nil: nothing, or no
	// check. Called once, after the first frame.
	Check func(ctx context.Context, provider string) error
	// Providers are those whose models are offered, in that order. None: Provider.
	Providers []string
	// Models lists what can be chosen of a provider. What it returns beside an error
	// is known all the same. See [Unasked].
	Models func(ctx context.Context, provider string, how Asking) ([]Choice, error)
	// Known reports whether there is a provider of that name. Nil: there is.
	Known func(provider string) bool
	// Nearby looks for servers on this machine that answer without a key. It is
	// called when there is none, after the first frame. Nil: nobody looks.
	Nearby func(ctx context.Context) []Nearby
	// Search finds models that Models does not list. Nil: it lists all there are.
	Search func(ctx context.Context, words string) ([]Choice, error)
	// Tool runs a tool of a service: its id, an action, and the action's JSON. Of
	// several services that have tools, that of the provider is meant. What it returns
	// beside an error is what is known all the same. Nil: there are none.
	Tool func(ctx context.Context, provider, line string) (ToolResult, error)
	// Tools names the tools that can be run, or the actions of the one in before; an
	// error says why it can't. Nil: nothing is completed.
	Tools func(ctx context.Context, provider, before string) ([]string, error)

	Provider, Model string      // to start with; never ""
	ModelForced     bool        // the person named Model: it wins over a resumed session's
	Request         api.Request // template of every request: sampling and limits
	System          string      // system prompt; "" for none

	Prompt  string     // sent at once, when not ""
	Files   []api.File // attached to it, or to the first that the person writes
	Open    Open       // which session to begin with; zero: a new one
	Notices []string   // told at the top

	Light, Dark themes.Theme // by the terminal's background; the same twice when forced
	Links       bool         // the terminal knows hyperlinks (OSC 8)
	Mouse       bool         // the wheel scrolls; false leaves the mouse to the terminal
	Keys        map[string][]string

	// Attach reads a file that the person named. Nil: nothing can be attached.
	Attach func(ctx context.Context, path string) (api.File, error)
	// Paths lists the files and folders whose path begins so; a folder ends in a
	// slash. Nil: nothing is completed.
	Paths func(prefix string) []string
	// Refuses says why a model can't be sent a file; "" when it can, or when that
	// is not known. Nil: every model takes every file.
	Refuses func(provider, model string, f api.File) string
	// Balance asks a provider for the money on the account. Nil: it can't be asked.
	Balance func(ctx context.Context, provider string) (api.Balance, error)
	// Doctor checks the installation, as `aimlchat doctor` does. Nil: it doesn't.
	Doctor func(ctx context.Context) []Check
	// Edit has the person edit a text in their editor, which takes over the
	// terminal, and returns what became of it. Nil: there is no editor.
	Edit func(ctx context.Context, text string, s Streams) (string, error)
	// Lender lends the terminal while the chat is on it. Nil: nobody borrows it.
	Lender *Lender
	// OpenURL shows an address in the browser. Nil: it can't.
	OpenURL func(url string) error
	// SpendCap is what a day's answers may cost, in USD, before the person is
	// asked. Nil: anything.
	SpendCap *float64

	// TitleModel writes titles, on the provider of each session; "": they are made
	// of the first prompt's words.
	TitleModel string

	// Write writes text to a new file at a path as a person writes it, and returns
	// the path that the system knows. It never replaces a file. Nil: nothing can
	// be written.
	Write func(ctx context.Context, path, text string) (string, error)
	// Export writes a session into a new file at a path as a person writes it, in
	// the format that its name ends with, or, for "", at one of its own choice. It
	// returns the path that the system knows. Nil: nothing can be exported.
	Export func(ctx context.Context, s *session.Store, sessionID, path string) (string, error)
	// Clipboard is where copied text goes. Nil: the terminal alone is asked.
	Clipboard Clipboard

	History  []string                     // prompts sent before, oldest first
	Remember func(prompt string)          // keeps a prompt for next time; nil: don't
	Chose    func(provider, model string) // keeps the last choice; nil: don't

	Now func() time.Time

	Output io.Writer // the terminal

	// For tests: a terminal that is not the process's own.
	Input   io.Reader
	Width   int
	Height  int
	Profile *colorprofile.Profile
}

// Choice is a model and the provider through which it is had.
type Choice = dialog.Choice

// Fact is one line about a model.
type Fact = dialog.Fact

// Check is one finding of the doctor.
type Check struct {
	Name  string // what was looked at
	State string // "ok", "warning" or "failure"
	Text  string // what was found
	Hint  string // what to do; "" for nothing
}

// Open says which session to begin with. At most one field is set.
type Open struct {
	Continue bool   // the newest chat
	Ref      string // an id, a unique prefix of one, or an exact title
	Pick     bool   // let the person pick
}

// Result says what came of a chat.
type Result struct {
	SessionID string // of the session on screen at the end; "" when nothing was saved
	Unsaved   Unsaved
}

// Run shows the chat until the person quits, and returns once everything that
// arrived is saved. When there is no session such as Open.Ref names, or several,
// it returns at once: who asks for one does not want to pay for another.
func Run(ctx context.Context, o Options) (Result, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var pumps sync.WaitGroup
	m := New(ctx, &pumps, o)
	g := &guard{m: m}
	program := tea.NewProgram(g, o.program(ctx)...)
	g.quit = program.Quit
	o.Lender.open(program)
	_, err := program.Run()
	o.Lender.close()

	// The screen is the person's again; what still arrives is saved as stopped.
	cancel()
	waitAtMost(&pumps, 3*time.Second)
	_ = g.guarded(m.close) // a panic is the failure of the chat then
	res := Result{SessionID: m.savedID(), Unsaved: m.left()}
	if m.failure != nil {
		return res, m.failure
	}
	if errors.Is(err, tea.ErrInterrupted) || errors.Is(err, context.Canceled) || errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil {
		err = nil
	}
	if err != nil {
		return res, fmt.Errorf("run the screen: %w", err)
	}
	return res, nil
}

func (o Options) program(ctx context.Context) []tea.ProgramOption {
	// Signals end ctx, which is main's business; a second handler here could wait
	// for ever to deliver one to a program that ctx has ended.
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(framesPerSecond), tea.WithFilter(holdWheels)}
	if o.Input != nil {
		opts = append(opts, tea.WithInput(o.Input))
	}
	if o.Output != nil {
		opts = append(opts, tea.WithOutput(steadied(o.Output)))
	}
	if o.Width > 0 {
		opts = append(opts, tea.WithWindowSize(o.Width, o.Height))
	}
	if o.Profile != nil {
		opts = append(opts, tea.WithColorProfile(*o.Profile))
	}
	return opts
}

func waitAtMost(wg *sync.WaitGroup, d time.Duration) {
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(d):
	}
}

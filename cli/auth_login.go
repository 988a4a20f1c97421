// This file asks for a key, has the service prove it, and keeps it. A key that
// the service refuses is not kept, and no key is shown.

package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/config/keys"
)

// login keeps a key that the person gives.
func (a *app) login(ctx context.Context, args []string, fromStdin bool) error {
	b := a.newBackends(&options{Print: true})
	p, err := b.keyed(args)
	if err != nil {
		return err
	}
	key, err := a.askKey(ctx, p, fromStdin)
	if err != nil {
		return err
	}
	said, err := b.prove(ctx, p, key)
	if err != nil {
		return unkept(ctx, err)
	}
	source := a.keySource(p.name, p.set)
	stored, err := keys.Store(ctx, source, key)
	if errors.Is(err, context.Canceled) {
		return errStopped
	}
	if err != nil {
		return withHint(err, "set the key in the environment instead")
	}
	a.noteKeyring(p.name, stored.File == "")
	return a.tellStored(ctx, p, source, stored, said)
}

// tellStored says where the key went, what the service said, and what comes
// before it.
func (a *app) tellStored(ctx context.Context, p provider, source keys.Source, stored keys.Stored, said string) error {
	where := "kept in the keyring"
	if stored.File != "" {
		where = "kept in " + stored.File + ", which only you can read, since no keyring answers (" + stored.Why.Error() + ")"
	}
	if err := a.line("the key of " + p.name + " is " + where + "; " + said); err != nil {
		return err
	}
	if stored.Moved {
		a.notice("the older key in %s is removed", source.File)
	}
	places := placesOf(ctx, source, p.set)
	used, err := keys.Used(places)
	switch kept := stored.File; {
	case err != nil:
		a.notice("another place comes first, and fails: %s", err)
	case used >= 0 && places[used].Name != kept && (kept != "" || places[used].Name != "keyring"):
		a.notice("%s has a key too, and comes first", places[used].Name)
	}
	return nil
}

// askKey gets a key from the person, unseen, or from a pipe.
func (a *app) askKey(ctx context.Context, p provider, fromStdin bool) (string, error) {
	const hint = "give the key alone, on one line"
	var text string
	var err error
	if terminal, ok := a.stdin.(*os.File); ok && a.env.Terminal.Stdin && !fromStdin {
		text, err = readHidden(ctx, terminal, a.stderr, "Key of "+p.name+" (it does not show): ")
	} else {
		text, err = readPiped(ctx, a.stdin)
	}
	if err != nil {
		return "", err
	}
	key, err := keys.Clean(text)
	if err != nil {
		return "", usagef(hint, "%w", err)
	}
	return key, nil
}

// readHidden asks for a line on a terminal, which shows nothing of it: neither
// what is typed in the first moment nor, when ctx ends, anything later.
func readHidden(ctx context.Context, terminal *os.File, errs io.Writer, prompt string) (string, error) {
	fd := int(terminal.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return "", withHint(fmt.Errorf("hide what is typed: %w", err), "give the key by a pipe, with --stdin")
	}
	defer func() { _ = term.Restore(fd, before) }() // nothing else can be done about it
	type line struct {
		text string
		err  error
	}
	lines := make(chan line, 1)
	screen := term.NewTerminal(&typed{terminal, errs}, "")
	go func() {
		text, err := screen.ReadPassword(prompt)
		lines <- line{text, err}
	}()
	select {
	case l := <-lines:
		if errors.Is(l.err, errInterrupted) {
			return "", interrupted(ctx)
		}
		if l.err != nil {
			return "", usagef("give the key by a pipe, with --stdin", "no key was given: %w", l.err)
		}
		return l.text, nil
	case <-ctx.Done():
		return "", errStopped
	}
}

// typed is what is typed on a terminal, and where is written what it shows.
type typed struct {
	io.Reader
	io.Writer
}

// errInterrupted is ctrl+c, which is no signal on a terminal that hides.
var errInterrupted = errors.New("interrupted")

func (t *typed) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if bytes.IndexByte(p[:n], 0x03) >= 0 {
		return 0, errInterrupted
	}
	return n, err
}

// interrupted ends the run as the signal would have.
func interrupted(ctx context.Context) error {
	self, err := os.FindProcess(os.Getpid())
	if err == nil && self.Signal(os.Interrupt) == nil {
		<-ctx.Done()
	}
	return errStopped
}

// prove asks the provider with the key, and says what that showed. A key is
// proved when the provider answers with it and does not without: many a list of
// models is given to anybody.
func (b *backends) prove(ctx context.Context, p provider, key string) (said string, err error) {
	p.key = func(context.Context) (string, error) { return key, nil }
	p.keyHint = "copy the whole key and try again"
	said, err = b.tryWithin(ctx, p)
	if err != nil && api.AsError(err).Kind == api.ErrFunds {
		return "it is right, but the account is out of money", nil
	}
	if err != nil {
		return "", err
	}
	p.key = nil
	if _, err := b.tryWithin(ctx, p); err == nil || !refusesAnybody(err) {
		return hostOf(p.baseURL) + " answers anybody, so whether the key is right shows when a model is asked", nil
	}
	return "it is right: " + hostOf(p.baseURL) + " tells " + said, nil
}

// refusesAnybody reports whether err is what somebody without a key is told.
func refusesAnybody(err error) bool {
	kind := api.AsError(err).Kind
	return kind == api.ErrAuth || kind == api.ErrForbidden
}

// unkept says of a key that could not be proved that it was not kept.
func unkept(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errStopped
	}
	refusal, ok := errors.AsType[*api.Error](err)
	if !ok {
		return err
	}
	told := *refusal
	told.Message += "; the key was not kept"
	return &told
}

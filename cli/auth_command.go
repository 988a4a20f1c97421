// This file is the command auth: it keeps the key of a provider, takes it away
// again, and says where keys are. It shows none: neither what is typed, nor what
// is found, nor a word of the command line that could be one. How a key is asked
// for and proved is in auth_login.go.

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/config/keys"
	"github.com/aimlchat/aimlchat/session"
)

func (a *app) authCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "auth", Short: "The keys of the providers",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 { // which may be a key
				return usagef("it has: login, logout, status; "+hintPrompt, "aimlchat auth has no such command")
			}
			return needsCommand(cmd, args)
		},
	}
	var fromStdin, asJSON bool
	login := &cobra.Command{
		Use: "login [PROVIDER]", Short: "Check a key, and keep it in the keyring of the system",
		RunE: func(cmd *cobra.Command, args []string) error { return a.login(cmd.Context(), args, fromStdin) },
	}
	login.Flags().BoolVar(&fromStdin, "stdin", false, "read the key from stdin, as it is when that is a pipe")
	status := &cobra.Command{
		Use: "status", Short: "Where each provider's key comes from", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.authStatus(cmd.Context(), asJSON) },
	}
	status.Flags().BoolVar(&asJSON, "json", false, "as a JSON array")
	logout := &cobra.Command{
		Use: "logout [PROVIDER]", Short: "Remove a key from the keyring and its file",
		RunE: func(cmd *cobra.Command, args []string) error { return a.logout(cmd.Context(), args) },
	}
	for _, c := range []*cobra.Command{login, logout} {
		c.ValidArgsFunction = offerLater(a.keyedProviders)
	}
	cmd.AddCommand(login, logout, status)
	return cmd
}

// keyedProviders are the providers that may have a key.
func (a *app) keyedProviders() []string {
	var names []string
	for _, name := range a.providerNames() {
		if name != providerDemo {
			names = append(names, name)
		}
	}
	return names
}

// keyed returns the provider whose key is meant. A word that names none is not
// repeated: it may be a key.
func (b *backends) keyed(args []string) (provider, error) {
	conf, err := b.config()
	if err != nil {
		return provider{}, err
	}
	name := (&options{}).provider(session.Session{}, conf)
	if len(args) > 0 {
		name = args[0]
	}
	known := b.keyedProviders()
	switch {
	case len(args) > 1:
		return provider{}, usagef("a key is not given on the command line, where others can see it", "there is one word too many")
	case name == providerDemo:
		return provider{}, usagef("name one of: "+strings.Join(known, ", "), "the demo has no key")
	case !slices.Contains(known, name):
		return provider{}, usagef("known are: "+strings.Join(known, ", ")+"; a key is not given on the command line, where others can see it",
			"there is no such provider")
	}
	return b.provider(name)
}

func (a *app) logout(ctx context.Context, args []string) error {
	b := a.newBackends(&options{Print: true})
	p, err := b.keyed(args)
	if err != nil {
		return err
	}
	source := a.keySource(p.name, p.set)
	gone, err := keys.Forget(ctx, source)
	if gone.Keyring {
		a.noteKeyring(p.name, false)
	}
	if errors.Is(err, context.Canceled) {
		return errStopped
	}
	if gone.Keyring {
		err = errors.Join(err, a.line("removed the key of "+p.name+" from the keyring"))
	}
	if gone.File {
		err = errors.Join(err, a.line("removed "+source.File))
	}
	if err != nil {
		return withHint(err, "remove it with the tools of your system")
	}
	if !gone.Keyring && !gone.File {
		if err := a.line("no key of " + p.name + " was kept here"); err != nil {
			return err
		}
	}
	if gone.Silent != nil {
		a.notice("the keyring did not answer (%s); a key that it may have stays", gone.Silent)
	}
	for _, place := range placesOf(ctx, source, p.set) {
		if place.Has {
			a.notice("%s still gives a key for %s", place.Name, p.name)
		}
	}
	return nil
}

// headersName is where a key is that the config writes out.
const headersName = "headers in the config"

// placesOf are all places where a provider has keys, in the order in which they
// count. A header of the config replaces whatever else would be sent.
func placesOf(ctx context.Context, source keys.Source, set config.Provider) []keys.Place {
	places := keys.Places(ctx, source)
	for name, value := range set.Headers {
		if value != "" && (strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "X-Api-Key")) {
			return append([]keys.Place{{Name: headersName, Has: true}}, places...)
		}
	}
	return places
}

// keyObject says in JSON where a provider has keys.
type keyObject struct {
	Provider string        `json:"provider"`
	Used     *string       `json:"used"`   // the place whose key is used; null: there is none
	Needed   bool          `json:"needed"` // the provider can't do without
	Places   []placeObject `json:"places"` // in the order in which they count
}

type placeObject struct {
	Place string  `json:"place"`
	Has   bool    `json:"has"`
	Error *string `json:"error"`
}

func (a *app) authStatus(ctx context.Context, asJSON bool) error {
	conf, err := a.config()
	if err != nil {
		return err
	}
	b := a.newBackends(&options{Print: true})
	objects := []keyObject{}
	var rows [][]string
	for _, name := range a.keyedProviders() {
		p, err := b.provider(name)
		if err != nil {
			continue // it can't be asked, so no key is sent
		}
		places := placesOf(ctx, a.keySource(name, conf.Providers[name]), p.set)
		if ctx.Err() != nil {
			return errStopped
		}
		needed := needsKey(name, p.baseURL, p.set)
		objects = append(objects, newKeyObject(name, needed, places))
		rows = append(rows, keyRows(name, needed, places)...)
	}
	if asJSON {
		return writeJSON(a.stdout, objects)
	}
	return writeTable(a.stdout, rows)
}

func newKeyObject(name string, needed bool, places []keys.Place) keyObject {
	o := keyObject{Provider: name, Needed: needed, Places: make([]placeObject, len(places))}
	if used, _ := keys.Used(places); used >= 0 {
		o.Used = &places[used].Name
	}
	for i, p := range places {
		o.Places[i] = placeObject{Place: p.Name, Has: p.Has}
		if p.Error != nil {
			text := p.Error.Error()
			o.Places[i].Error = &text
		}
	}
	return o
}

// keyRows tells of one provider: whose key is used, who else has one, and who
// could not say.
func keyRows(provider string, needed bool, places []keys.Place) [][]string {
	var rows [][]string
	used, wrong := keys.Used(places)
	for i, p := range places {
		text := "has one too"
		switch {
		case i == used:
			text = "is used"
		case p.Error != nil:
			text = p.Error.Error()
		case !p.Has:
			continue
		case wrong != nil:
			text = "has one"
		}
		rows = append(rows, []string{provider, p.Name, text})
	}
	switch {
	case used >= 0 || wrong != nil:
	case needed:
		rows = append(rows, []string{provider, "no key", fmt.Sprintf("aimlchat auth login %s", provider)})
	default:
		rows = append(rows, []string{provider, "no key", "none may be needed"})
	}
	return rows
}

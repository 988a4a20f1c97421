package keys

// places.go says where a provider has keys, and never which: for a person who
// wonders whose key is used. It refuses to run a command.

import (
	"context"
	"errors"
)

// Place is one of the places where a key may be.
type Place struct {
	Name  string // a variable's, "api_key_command", "keyring", or a file's path
	Has   bool   // it has a key, or it is a command, which may have one
	Error error  // why what it has can't be used, or why it could not say
}

// Places lists the places of s in the order in which they count, as [Resolve]
// does: the first that has a key is the one that is used, and an error of a
// command or a file, or of a key that can't be one, ends the search.
func Places(ctx context.Context, s Source) []Place {
	var all []Place
	for _, v := range s.Env {
		key, _, err := FromEnv([]Variable{v})
		all = append(all, Place{Name: v.Name, Has: key != "", Error: err})
	}
	if len(s.Command) > 0 {
		all = append(all, Place{Name: commandName, Has: true})
	}
	key, silent := askKeyring(ctx, s)
	ring := Place{Name: keyringName, Has: key != "", Error: silent}
	if key != "" && !travels(key) {
		ring.Has, ring.Error = false, errUnfit(keyringName)
	}
	all = append(all, ring)
	if s.File != "" {
		key, err := readFile(s.File)
		if key != "" && !travels(key) {
			key, err = "", errUnfit(s.File)
		}
		all = append(all, Place{Name: s.File, Has: key != "", Error: err})
	}
	return all
}

// Used is the place whose key is used: the index of one, or -1 for none. A
// keyring that does not answer is passed over; any other place that fails is
// where the search ends.
func Used(places []Place) (index int, err error) {
	for i, p := range places {
		unfit := p.Error != nil && (p.Name != keyringName || errors.Is(p.Error, errNoKey))
		switch {
		case p.Has:
			return i, nil
		case unfit:
			return -1, p.Error
		}
	}
	return -1, nil
}

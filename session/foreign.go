package session

// This file owns what of a conversation is for one provider's eyes. It refuses to
// look at models and protocols: that is the wires' business.

import "slices"

// For returns a path as a provider may be shown it: what another provider sealed
// stays behind, since only who sealed it can open it, although the other may have
// a model of the same id. Messages of no known provider keep theirs. The given
// path is not changed.
func For(provider string, path []Message) []Message {
	foreign := func(m Message) bool {
		return m.Provider != "" && m.Provider != provider && slices.ContainsFunc(m.Parts, sealed)
	}
	if !slices.ContainsFunc(path, foreign) {
		return path
	}
	path = slices.Clone(path)
	for i := range path {
		if foreign(path[i]) {
			path[i].Parts = slices.DeleteFunc(slices.Clone(path[i].Parts), sealed)
		}
	}
	return path
}

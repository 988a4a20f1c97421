// This file knows what a name of a model means where it may name the provider
// too: openrouter/openai/gpt-4o. It asks nobody: what is not known yet is taken
// as it is written.

package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/config"
)

// meant finds out which provider and which of its models a name means, where
// chosen is the provider in force. Ids hold slashes themselves, so these count in
// this order: what is named with the provider, by flag, is that provider's; so is
// an id or alias that the provider in force has; what stands before the first
// slash, when it names a provider; the kinds of aiXplain; a part of an id of the
// provider in force. Of a provider that is so named, an id with its name in front
// comes before one without.
func (b *backends) meant(o *options, named, chosen string) (provider, model string, err error) {
	if o.Demo || o.BaseURL != "" || o.Provider != "" {
		return chosen, named, nil
	}
	if _, known := b.lookup(chosen)(named); known {
		return chosen, named, nil
	}
	provider, rest, cut := strings.Cut(named, "/")
	switch {
	case !cut || !b.has(provider):
		return b.kindMeans(named, chosen), named, nil
	case strings.TrimSpace(rest) == "":
		return "", "", usagef("aimlchat models --provider "+provider+" lists them", "%s names no model of %s", named, provider)
	}
	if _, known := b.lookup(provider)(named); known {
		rest = named
	}
	return provider, rest, nil
}

// kindMeans is the provider of a model that is named as aiXplain's are. Elsewhere
// such a name may mean something too: it does when no key of aiXplain's is at
// hand.
func (b *backends) kindMeans(named, chosen string) string {
	if !atAIXplain(named) || b.kind(chosen) == kindAIXplain {
		return chosen
	}
	if b.kind(chosen) == kindAIMLAPI || b.keyAtHand(providerAIXplain) {
		return providerAIXplain
	}
	return chosen
}

// configMeans is the provider and the model of the config, either of which may
// be "". A model that stands there without a provider may name it.
func (b *backends) configMeans(conf config.Config) (provider, model string, err error) {
	if conf.Provider != "" || conf.Model == "" {
		return conf.Provider, conf.Model, nil
	}
	return b.meant(&options{}, conf.Model, providerAIMLAPI)
}

// elsewhere says what a name may have meant that the provider does not know: one
// of another provider, or of one whose name was misspelt. It is "" without a hint.
func (b *backends) elsewhere(provider, ref string) string {
	first, rest, cut := strings.Cut(ref, "/")
	if cut && first == provider && rest != "" {
		return fmt.Sprintf("did you mean %s?", rest)
	}
	conf, err := b.config()
	if err != nil {
		return ""
	}
	for _, other := range slices.Sorted(maps.Keys(conf.Providers)) {
		if _, known := b.lookup(other)(ref); known && other != provider {
			return fmt.Sprintf("%s has it: -m %s/%s", other, other, ref)
		}
	}
	if near := nearest(first, b.providerNames()); cut && rest != "" && near != "" {
		return fmt.Sprintf("did you mean -m %s/%s?", near, rest)
	}
	return ""
}

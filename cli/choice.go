// This file decides what a conversation begins with: which provider and model
// are asked, with which system prompt and which sampling. It knows the order
// in which flags, preset, session and config count, and asks nobody.

package cli

import (
	"cmp"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/config"
	"github.com/aimlchat/aimlchat/session"
)

// choice is what a conversation begins with.
type choice struct {
	Provider string
	Model    string
	Forced   bool // a flag or a preset named the model
	System   string
	Request  api.Request // sampling only
	Notices  []string
}

// choose decides for o and the session that is resumed, which is zero for a
// new one.
func (b *backends) choose(o *options, s session.Session) (choice, error) {
	conf, err := b.config()
	if err != nil {
		return choice{}, err
	}
	preset, err := findPreset(conf, o.Preset)
	if err != nil {
		return choice{}, err
	}
	if conf.Provider, conf.Model, err = b.configMeans(conf); err != nil {
		return choice{}, err
	}
	c, named := choice{Provider: o.provider(s, conf), Request: o.sampling(preset)}, cmp.Or(o.Model, preset.Model)
	if _, err := b.provider(c.Provider); err != nil {
		return choice{}, err
	}
	if named != "" {
		if c.Provider, named, err = b.meant(o, named, c.Provider); err != nil {
			return choice{}, err
		}
	}
	if c.System, err = b.system(o, preset, s); err != nil {
		return choice{}, err
	}
	if err := b.chooseModel(&c, named, s, conf); err != nil {
		return choice{}, err
	}
	if missing := unheeded(conf); len(missing) > 0 {
		c.Notices = append(c.Notices, "the config sets what this version does not do yet: "+strings.Join(missing, ", "))
	}
	return c, nil
}

// provider is the first that is named: by flag, session, config.
func (o *options) provider(s session.Session, conf config.Config) string {
	switch {
	case o.Demo:
		return providerDemo
	case o.BaseURL != "":
		return adhocName(o.BaseURL)
	}
	return cmp.Or(o.Provider, s.Provider, conf.Provider, providerAIMLAPI)
}

// adhocName names the provider behind a URL given by flag.
func adhocName(baseURL string) string { return hostOf(baseURL) }

// chooseModel takes the first that is named: by flag or preset, session, config,
// the last run, us. A session's or the config's model counts only with its own
// provider.
func (b *backends) chooseModel(c *choice, named string, s session.Session, conf config.Config) error {
	if named != "" {
		c.Forced = true
		return b.resolveInto(c, named)
	}
	if s.Provider == c.Provider && s.Model != "" {
		c.Model = s.Model
		return nil
	}
	if conf.Model != "" && cmp.Or(conf.Provider, providerAIMLAPI) == c.Provider {
		return b.resolveInto(c, conf.Model)
	}
	c.Model = cmp.Or(b.lastModel(c.Provider), b.firstModel(c.Provider))
	if c.Model == "" {
		return usagef("name one with -m; aimlchat models --provider or --base-url lists them", "there is no model to begin with at %s", c.Provider)
	}
	return nil
}

func (b *backends) resolveInto(c *choice, ref string) error {
	model, notice, err := b.resolve(c.Provider, ref)
	if notice != "" {
		c.Notices = append(c.Notices, notice)
	}
	c.Model = model
	return err
}

func findPreset(conf config.Config, name string) (config.Preset, error) {
	if name == "" {
		return config.Preset{}, nil
	}
	preset, ok := conf.Presets[name]
	if !ok {
		return preset, usagef("the config has: "+cmp.Or(strings.Join(slices.Sorted(maps.Keys(conf.Presets)), ", "), "none"), "there is no preset %q", name)
	}
	return preset, nil
}

// system is the system prompt: of the flag, the preset, the session.
func (a *app) system(o *options, preset config.Preset, s session.Session) (string, error) {
	switch {
	case o.System != nil:
		if path, ok := strings.CutPrefix(*o.System, "@"); ok {
			return readSystem(path)
		}
		return *o.System, nil
	case preset.SystemFile != "":
		path := preset.SystemFile
		if !filepath.IsAbs(path) {
			path = filepath.Join(a.env.Dirs.Config, path)
		}
		return readSystem(path)
	}
	return cmp.Or(preset.System, s.System), nil
}

func readSystem(path string) (string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return "", usagef("name an existing text file: after the @ of --system, or as the preset's system_file", "read the system prompt: %w", err)
	}
	return plainText(path, data)
}

// sampling is the request without its messages: what the flags wish, else the
// preset.
func (o *options) sampling(preset config.Preset) api.Request {
	stop := preset.Stop
	if len(o.Stop) > 0 {
		stop = o.Stop
	}
	budget := 0
	if preset.ThinkingBudget != nil {
		budget = *preset.ThinkingBudget
	}
	return api.Request{
		Effort:         api.Effort(cmp.Or(o.Effort, preset.Effort)),
		ThinkingBudget: cmp.Or(o.ThinkingBudget, budget),
		Web:            preset.Web,

		MaxTokens:   cmp.Or(o.MaxTokens, preset.MaxTokens),
		Temperature: cmp.Or(o.Temperature, preset.Temperature),
		TopP:        cmp.Or(o.TopP, preset.TopP),
		Seed:        cmp.Or(o.Seed, preset.Seed),
		Stop:        stop,
	}
}

// unheeded names the settings that are read but not acted on yet, so that
// nobody relies on them.
func unheeded(conf config.Config) []string {
	settings := map[string]bool{
		"accessible":    conf.Accessible,
		"reduce_motion": conf.ReduceMotion,
		"notify":        conf.Notify,
		"[mcp]":         len(conf.MCP) > 0,
	}
	maps.DeleteFunc(settings, func(_ string, set bool) bool { return !set })
	return slices.Sorted(maps.Keys(settings))
}

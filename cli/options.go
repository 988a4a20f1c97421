// This file defines the flags of the chat and of the print mode, and checks
// what can be checked without looking at the world. What they mean is decided
// where they are used.

package cli

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/aimlchat/aimlchat/config"
)

// options is the command line of the chat and of the print mode.
type options struct {
	Words []string // the prompt

	Model    string
	Provider string
	BaseURL  string
	Demo     bool

	Continue bool
	Resume   *string // nil: not given; [pickSession]: let the person pick

	Print     bool
	Output    string
	Reasoning bool

	System      *string
	Preset      string
	Temperature *float64
	TopP        *float64
	MaxTokens   int
	Seed        *int64
	Stop        []string

	Effort         string // "": not given
	ThinkingBudget int    // 0: not given
	Attach         []string

	Ephemeral bool
	Theme     string
}

// The formats of --output.
const (
	outputText   = "text"
	outputJSON   = "json"
	outputStream = "stream-json"
)

// pickSession is what --resume means without a value. It can't be typed: no
// id or title holds a NUL.
const pickSession = "\x00"

// define adds the flags to fs. The order is that of the help.
func (o *options) define(fs *pflag.FlagSet) {
	fs.SortFlags = false
	fs.VarP(&once{&o.Model}, "model", "m", "model to talk to: an id, an alias, or a unique part of one; PROVIDER/ID asks another provider")
	fs.BoolVarP(&o.Continue, "continue", "c", false, "resume the newest session")
	fs.VarP(&text{&o.Resume}, "resume", "r", "resume a session by id or title; without one, choose from a list")
	fs.Lookup("resume").NoOptDefVal = pickSession
	fs.BoolVarP(&o.Print, "print", "p", false, "answer on stdout without opening the screen; piped input joins the prompt")
	fs.StringVar(&o.Output, "output", outputText, "with --print: text, json or stream-json")
	fs.BoolVar(&o.Reasoning, "reasoning", false, "with --print: what the model thinks, on stderr")
	fs.VarP(&text{&o.System}, "system", "s", "system prompt, or @FILE to read it from")
	fs.StringVar(&o.Preset, "preset", "", "preset from the config")
	fs.StringArrayVarP(&o.Attach, "attach", "a", nil, "file to ask about: an image, a PDF, sound or text; repeatable")
	fs.StringVar(&o.Effort, "effort", "", "how hard to think: low, medium or high")
	fs.IntVar(&o.ThinkingBudget, "thinking-budget", 0, "longest thought in tokens")
	o.defineSampling(fs)
	o.defineProvider(fs)
	fs.BoolVar(&o.Ephemeral, "ephemeral", false, "save nothing")
	fs.StringVar(&o.Theme, "theme", "", "theme of the screen (aimlchat themes lists them)")
}

func (o *options) defineSampling(fs *pflag.FlagSet) {
	fs.Var(&number[float64]{&o.Temperature, parseFloat(0, 2)}, "temperature", "0 to 2: how freely words are chosen")
	fs.Var(&number[float64]{&o.TopP, parseFloat(0, 1)}, "top-p", "0 to 1: share of likely words to choose from")
	fs.IntVar(&o.MaxTokens, "max-tokens", 0, "longest answer, thought included")
	fs.Var(&number[int64]{&o.Seed, parseInt}, "seed", "whole number that makes answers repeatable where the model can")
	fs.StringArrayVar(&o.Stop, "stop", nil, "text at which the answer ends; repeatable")
}

// defineProvider is apart because subcommands that talk to a provider have
// these flags too.
func (o *options) defineProvider(fs *pflag.FlagSet) {
	fs.StringVar(&o.Provider, "provider", "", "aimlapi, aixplain, demo, or one from the config")
	fs.StringVar(&o.BaseURL, "base-url", "", "any OpenAI-compatible server, such as http://localhost:11434/v1")
	fs.BoolVar(&o.Demo, "demo", false, "the offline demo: no key, no network")
}

// check reports what contradicts itself.
func (o *options) check(changed func(flag string) bool) error {
	if err := o.checkProvider(); err != nil {
		return err
	}
	switch {
	case !slices.Contains([]string{outputText, outputJSON, outputStream}, o.Output):
		return usagef("give text, json or stream-json", "--output does not know %q", o.Output)
	case !o.Print && (changed("output") || o.Reasoning):
		return usagef("add -p to print the answer instead of opening the screen", "--output and --reasoning need --print")
	case o.Print && changed("theme"):
		return usagef("leave --theme out: printed text has no colours", "--theme has no meaning with --print")
	case o.Continue && o.Resume != nil:
		return usagef("give one of them", "--continue and --resume exclude each other")
	case o.Resume != nil && *o.Resume == "", o.Print && o.Resume != nil && *o.Resume == pickSession:
		return usagef("aimlchat sessions list shows the ids", "--resume needs the id or the title of a session")
	case changed("max-tokens") && o.MaxTokens < 1:
		return usagef("leave it out for the model's own limit", "--max-tokens must be at least 1")
	case changed("effort") && !slices.Contains(config.Efforts, o.Effort):
		return usagef("give low, medium or high", "--effort does not know %q", o.Effort)
	case changed("thinking-budget") && o.ThinkingBudget < 1:
		return usagef("leave it out for the model's own limit", "--thinking-budget must be at least 1")
	case slices.Contains(o.Attach, ""):
		return usagef("leave it out for no file", "--attach needs the path of a file")
	case slices.Contains(o.Stop, ""):
		return usagef("leave it out for no such text", "--stop needs a text")
	}
	return nil
}

func (o *options) checkProvider() error {
	if o.Demo && (o.Provider != "" && o.Provider != providerDemo || o.BaseURL != "") {
		return usagef("give one of them", "--demo excludes --provider and --base-url")
	}
	if o.Provider != "" && o.BaseURL != "" {
		return usagef("give one of them; a provider's base URL can be set in the config", "--provider and --base-url exclude each other")
	}
	if o.BaseURL == "" {
		return nil
	}
	u, err := url.Parse(o.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return usagef("give one such as http://localhost:11434/v1", "--base-url is not an http or https URL")
	}
	return nil
}

// once is a flag that may be given once.
type once struct{ p *string }

func (f *once) String() string { return "" }
func (f *once) Type() string   { return "ID" }
func (f *once) Set(s string) error {
	if *f.p != "" {
		return errors.New("given twice: several models side by side can't be asked yet")
	}
	if strings.TrimSpace(s) == "" {
		return errors.New("empty")
	}
	*f.p = s
	return nil
}

// text is a flag of which it matters whether it was given.
type text struct{ p **string }

func (f *text) String() string     { return "" }
func (f *text) Type() string       { return "TEXT" }
func (f *text) Set(s string) error { *f.p = &s; return nil }

// number is a flag that is sent only when it was given.
type number[T any] struct {
	p     **T
	parse func(string) (T, error)
}

func (f *number[T]) String() string { return "" }
func (f *number[T]) Type() string   { return "N" }
func (f *number[T]) Set(s string) error {
	v, err := f.parse(s)
	if err == nil {
		*f.p = &v
	}
	return err
}

func parseInt(s string) (int64, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, errors.New("not a whole number")
	}
	return n, nil
}

func parseFloat(low, high float64) func(string) (float64, error) {
	return func(s string) (float64, error) {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsNaN(v) || v < low || v > high {
			return 0, fmt.Errorf("not a number from %g to %g", low, high)
		}
		return v, nil
	}
}

// This file is sessions export: conversations go out into files that only the
// person can read. It replaces no file that is there, unless it is told to.

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/config/keys"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/session/archive"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

// exportFlags are those of sessions export.
type exportFlags struct {
	all, branch, tree, mask, reasoning, noFiles, force, asJSON bool
	format, output                                             string
}

func (a *app) exportCommand() *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use: "export [ID|TITLE...]", Short: "Write conversations out, as Markdown, JSON or HTML",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStore(cmd.Context(), func(s *session.Store) error { return a.exportSessions(cmd.Context(), s, f, args) })
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.all, "all", false, "all conversations but those in the trash")
	flags.StringVar(&f.format, "format", "", "markdown, json or html (default: as the output's name ends, else markdown)")
	flags.BoolVar(&f.asJSON, "json", false, "the same as --format json")
	flags.StringVarP(&f.output, "output", "o", "-", "the `FILE` to write; - is stdout")
	flags.BoolVar(&f.branch, "branch", false, "only the branch that is shown (default but for json)")
	flags.BoolVar(&f.tree, "tree", false, "all branches (default for json)")
	flags.BoolVar(&f.mask, "mask", false, "take out what looks like a key or a password")
	flags.BoolVar(&f.reasoning, "reasoning", false, "what models thought, too (json always has it)")
	flags.BoolVar(&f.noFiles, "no-files", false, "leave the contents of files out")
	flags.BoolVar(&f.force, "force", false, "replace a file that is there")
	cmd.ValidArgsFunction = a.completeSessions
	return cmd
}

// completeSessions offers the names of sessions for every word.
func (a *app) completeSessions(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	return a.sessionNames(cmd.Root())(), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) exportSessions(ctx context.Context, store *session.Store, f exportFlags, refs []string) error {
	if f.asJSON && f.format == "" {
		f.format = string(archive.JSON)
	}
	format, err := formatOf(f.format, f.output)
	switch {
	case err == nil && f.asJSON && format != archive.JSON:
		return usagef("leave one of them out", "--json is --format json")
	case err != nil:
		return err
	case f.branch && f.tree:
		return usagef("leave one of them out", "--branch is the branch that is shown, --tree is all of them")
	case f.all == (len(refs) > 0):
		return usagef("its form is: aimlchat sessions export ID..., or aimlchat sessions export --all",
			"sessions export needs either sessions or --all")
	}
	list, err := exported(ctx, store, f.all, refs)
	if err != nil {
		return err
	}
	o := a.exportOptions(store, f.noFiles)
	o.Tree = f.tree || format == archive.JSON && !f.branch
	o.Reasoning = f.reasoning
	if f.mask {
		if o.Mask, err = a.mask(ctx); err != nil {
			return err
		}
	}
	write := func(w io.Writer) error { return archive.Export(ctx, w, format, store, list, o) }
	if f.output == "-" {
		return a.toStdout(format, write)
	}
	if err := writePrivate(f.output, f.force, write); err != nil {
		return err
	}
	a.notice("%s in %s", counted(len(list), "conversation is", "conversations are"), f.output)
	return nil
}

// formatOf is the format that is named, else the one that a file's name ends with.
func formatOf(name, file string) (archive.Format, error) {
	if name == "" {
		switch strings.ToLower(filepath.Ext(file)) {
		case ".json":
			return archive.JSON, nil
		case ".html", ".htm":
			return archive.HTML, nil
		}
		return archive.Markdown, nil
	}
	name = strings.ToLower(name)
	if name == "md" {
		return archive.Markdown, nil
	}
	if f := archive.Format(name); slices.Contains(archive.Formats(), f) {
		return f, nil
	}
	return "", usagef("known are: markdown, json, html", "there is no format %q", name)
}

func exported(ctx context.Context, store *session.Store, all bool, refs []string) ([]session.Session, error) {
	var list []session.Session
	if all {
		found, err := store.List(ctx, session.Query{})
		for _, s := range found {
			list = append(list, s.Session)
		}
		return list, err
	}
	for _, ref := range refs {
		s, err := findSession(ctx, store, ref)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(list, func(o session.Session) bool { return o.ID == s.ID }) {
			list = append(list, s)
		}
	}
	return list, nil
}

// exportOptions are those that do not depend on what the person wants to see.
func (a *app) exportOptions(store *session.Store, noFiles bool) archive.Options {
	o := archive.Options{Now: a.env.Now(), Local: time.Local}
	if noFiles {
		return o
	}
	o.Content = store.Content
	o.Lost = func(f api.File, err error) { a.notice("the file %s is left out: %v", f.Name, err) }
	return o
}

// mask knows the keys of the person, as far as they can be had without running a
// command or asking the person: from the environment, files and the keyring.
func (a *app) mask(ctx context.Context) (*archive.Mask, error) {
	conf, err := a.config()
	if err != nil {
		return nil, err
	}
	var known []string
	for _, v := range a.env.variables("AIMLCHAT_API_KEY", "OPENAI_API_KEY", "AIXPLAIN_API_KEY", "TEAM_API_KEY", "ANTHROPIC_API_KEY") {
		known = append(known, v.Value)
	}
	names := []string{providerAIMLAPI}
	for name := range conf.Providers {
		names = append(names, name)
	}
	for _, name := range names {
		source := a.keySource(name, conf.Providers[name])
		for _, v := range source.Env {
			known = append(known, v.Value)
		}
		source.Command, source.Env = nil, nil
		// A key that can't be read is not known, and none of the shapes is missed
		// for it.
		if key, _, err := keys.Resolve(ctx, source); err == nil {
			known = append(known, key)
		}
	}
	return archive.NewMask(known...), nil
}

// toStdout writes an export where a terminal may be: it shows none what it would
// obey. JSON and HTML escape that themselves.
func (a *app) toStdout(format archive.Format, write func(io.Writer) error) error {
	if format != archive.Markdown || !a.env.Terminal.Stdout {
		return write(a.stdout)
	}
	var b strings.Builder
	if err := write(&b); err != nil {
		return err
	}
	_, err := io.WriteString(a.stdout, sanitize.Text(b.String()))
	return err
}

// writePrivate writes a file that only the person can read. What could not be
// written whole is removed; what was there before is replaced only by what is
// whole, and only by force.
func writePrivate(path string, force bool, write func(io.Writer) error) error {
	info, err := os.Lstat(path)
	switch {
	case err == nil && info.IsDir():
		return usagef("name a file in it", "%s is a folder", path)
	case err == nil && !force:
		return usagef("name another one, or add --force to replace it", "there is a file %s already", path)
	case err == nil && !info.Mode().IsRegular():
		return usagef("name another one: only a regular file is replaced", "%s is no regular file", path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return usagef("check the path and its permissions", "%w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return usagef("check the path and its permissions", "%w", err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	if force {
		return os.Rename(f.Name(), path)
	}
	return placed(f.Name(), path)
}

// placed gives a file its name, unless somebody was faster.
func placed(from, path string) error {
	err := os.Link(from, path)
	if err == nil {
		return nil
	}
	if errors.Is(err, fs.ErrExist) {
		return usagef("name another one, or add --force to replace it", "there is a file %s already", path)
	}
	return os.Rename(from, path) // a file system without links
}

// exportTo writes a conversation to a new file, in the format that its name ends
// with, and returns its path as the system knows it. It serves the chat.
func (a *app) exportTo(ctx context.Context, store *session.Store, sessionID, path string) (string, error) {
	s, err := store.Find(ctx, sessionID)
	if err != nil {
		return "", err
	}
	if path = expandPath(path, a.home()); path == "" {
		path = freeName(exportName(s, a.env.Now()))
	}
	if _, err := os.Lstat(path); err == nil {
		return "", usagef("name another one: an export replaces nothing", "there is %s already", path)
	}
	format, _ := formatOf("", path) // a name ends as it will
	o := a.exportOptions(store, false)
	o.Tree, o.Lost = format == archive.JSON, nil // what is left out is not in the file either
	err = writePrivate(path, false, func(w io.Writer) error {
		return archive.Export(ctx, w, format, store, []session.Session{s}, o)
	})
	return path, err
}

// exportName is a name for the file of a conversation, in the folder in which
// aimlchat runs, without its ending.
func exportName(s session.Session, now time.Time) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '-'
	}, sanitize.Line(s.Title))
	name = strings.Trim(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == '-' }), "-"), "-")
	if runes := []rune(name); len(runes) > 60 {
		name = string(runes[:60])
	}
	if name == "" {
		name = "aimlchat-" + s.ID
	}
	return name + now.Format("-2006-01-02")
}

// freeName is the first name for a Markdown file that no file has, as far as
// anybody would look for it.
func freeName(name string) string {
	free := name + ".md"
	for i := 2; i < 100; i++ {
		if _, err := os.Lstat(free); errors.Is(err, fs.ErrNotExist) {
			break
		}
		free = fmt.Sprintf("%s-%d.md", name, i)
	}
	return free
}

// counted says a number of things.
func counted(n int, one, many string) string {
	if n == 1 {
		return fmt.Sprintf("1 %s", one)
	}
	return fmt.Sprintf("%d %s", n, many)
}

// This file is sessions import: what others wrote, or another aimlchat, comes
// into the database, one conversation after the other. What can't be taken over
// is named on stderr; no file is changed.

package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/session/archive"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

func (a *app) importCommand() *cobra.Command {
	var asJSON, dryRun bool
	cmd := &cobra.Command{
		Use: "import FILE...", Short: "Take conversations over: aimlchat's JSON, ChatGPT's, lists of messages, llm's logs",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("its form is: "+cmd.UseLine()+"; - is stdin", "%s needs a file", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStore(cmd.Context(), func(s *session.Store) error {
				return a.importFiles(cmd.Context(), s, args, dryRun, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "change nothing; say what would be imported")
	cmd.Flags().BoolVar(&asJSON, "json", false, "a line of JSON for each conversation and each problem")
	return cmd
}

// importObject is what became of a conversation, or a problem, in JSON.
type importObject struct {
	File      string  `json:"file"`
	SessionID *string `json:"session_id"`
	Title     *string `json:"title"`
	Status    string  `json:"status"` // imported, merged, unchanged, trashed, problem
	Messages  int     `json:"messages"`
	Problem   *string `json:"problem"`
}

// importing is one run of sessions import.
type importing struct {
	*app
	keeper  *archive.Keeper
	asJSON  bool
	dryRun  bool
	fresh   int
	grown   int
	had     int
	trashed int
	wrong   int
	refused int // by the database, one after the other
}

// mostRefused is how often in a row the database may refuse a conversation until
// that is no more taken for the conversation's fault.
const mostRefused = 3

func (a *app) importFiles(ctx context.Context, store *session.Store, files []string, dryRun, asJSON bool) error {
	keeper, err := archive.NewKeeper(ctx, store, dryRun)
	if err != nil {
		return err
	}
	im := &importing{app: a, keeper: keeper, asJSON: asJSON, dryRun: dryRun}
	var failed error
	for _, file := range files {
		err := im.file(ctx, file)
		if ctx.Err() != nil {
			return errStopped
		}
		if err != nil && failed == nil {
			failed = err
		} else if err != nil {
			a.notice("%s: %v", file, err)
		}
	}
	im.summary()
	if failed == nil && im.wrong > 0 && im.fresh+im.grown+im.had+im.trashed == 0 {
		return withHint(errors.New("nothing could be imported"), hintImport)
	}
	return failed
}

func (im *importing) summary() {
	verb := "imported"
	if im.dryRun {
		verb = "would be imported"
	}
	line := counted(im.fresh, "conversation", "conversations") + " " + verb
	for _, part := range []struct {
		n    int
		what string
	}{
		{im.grown, "with new messages"},
		{im.had, "here already"},
		{im.trashed, "left in the trash"},
		{im.wrong, "problems"},
	} {
		if part.n > 0 {
			line += fmt.Sprintf(", %d %s", part.n, part.what)
		}
	}
	im.notice("%s", line)
}

const hintImport = "aimlchat imports its own JSON, ChatGPT's export (the .zip or conversations.json), lists of messages as JSON or JSONL, and llm's logs.db"

func (im *importing) file(ctx context.Context, name string) error {
	in, done, err := im.open(name)
	if err != nil {
		return err
	}
	defer done()
	for s, err := range archive.Read(ctx, in, archive.DefaultLimits()) {
		if problem, ok := errors.AsType[*archive.Problem](err); ok {
			im.wrong++
			if err := im.tell(importObject{File: name, Status: "problem", Problem: known(problem.Error())}); err != nil {
				return err
			}
			continue
		}
		if errors.Is(err, archive.ErrUnknown) {
			return &usageError{what: name + ": " + err.Error(), hint: hintImport, err: err}
		}
		if err != nil {
			return withHint(fmt.Errorf("import %s: %w", name, err), "what came before it is imported; mend the file and import it again: nothing comes twice")
		}
		if err := im.one(ctx, name, s); err != nil {
			return err
		}
	}
	return nil
}

func (im *importing) one(ctx context.Context, name string, s archive.Session) error {
	kept, err := im.keeper.Keep(ctx, s)
	if ctx.Err() != nil {
		return errStopped
	}
	if err != nil {
		if im.refused++; im.refused >= mostRefused {
			return withHint(err, "what came before it is imported; make room on the disk, or see what aimlchat doctor says")
		}
		im.wrong++
		return im.tell(importObject{File: name, Title: known(s.Title), Status: "problem", Problem: known(err.Error())})
	}
	im.refused = 0
	o := importObject{File: name, SessionID: known(kept.Session.ID), Title: known(kept.Session.Title), Messages: kept.Messages}
	switch {
	case kept.Trashed:
		im.trashed++
		o.Status = "trashed"
	case kept.New:
		im.fresh++
		o.Status = "imported"
	case kept.Messages > 0:
		im.grown++
		o.Status = "merged"
	default:
		im.had++
		o.Status = "unchanged"
	}
	return im.tell(o)
}

// tell says what happened: in JSON everything, else what went wrong.
func (im *importing) tell(o importObject) error {
	if im.asJSON {
		return writeJSON(im.stdout, o)
	}
	switch {
	case o.Problem != nil && o.Title != nil:
		im.notice("%s: %s: %s", o.File, *o.Title, *o.Problem)
	case o.Problem != nil:
		im.notice("%s: %s", o.File, *o.Problem)
	case im.dryRun && o.Status == "imported" && o.Title != nil:
		_, err := fmt.Fprintf(im.stdout, "%s\n", sanitize.Line(*o.Title))
		return err
	}
	return nil
}

// open returns what is to be read. Stdin is put into a file first, since some of
// what can be read is read from its end.
func (im *importing) open(name string) (in archive.Input, done func(), err error) {
	if name == "-" {
		return im.spool()
	}
	f, err := os.Open(name) //nolint:gosec // the person names it
	if err != nil {
		return in, nil, usagef("check the path and its permissions", "%w", err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", name)
	}
	if err != nil {
		_ = f.Close()
		return in, nil, usagef("name a file", "%w", err)
	}
	return input(f, info.Size(), name), func() { _ = f.Close() }, nil
}

func input(f *os.File, size int64, path string) archive.Input {
	in := archive.Input{At: f, Size: size, Path: path, Alone: true}
	for _, log := range []string{"-wal", "-journal"} {
		if _, err := os.Lstat(path + log); err == nil {
			in.Alone = false
		}
	}
	return in
}

func (im *importing) spool() (in archive.Input, done func(), err error) {
	f, err := os.CreateTemp("", "aimlchat-import-*") // 0600
	if err != nil {
		return in, nil, fmt.Errorf("read stdin: %w", err)
	}
	done = func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	most := archive.DefaultLimits().Total
	n, err := io.Copy(f, io.LimitReader(im.stdin, most+1))
	if err != nil {
		done()
		return in, nil, fmt.Errorf("read stdin: %w", err)
	}
	return input(f, n, f.Name()), done, nil
}

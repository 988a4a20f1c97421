// This file is the command sessions: which conversations are kept, and what
// was said in one of them. What takes them out, in and away is in files of its
// own; here nothing is changed.

package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/figures"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

func (a *app) sessionsCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "sessions", Short: "The saved conversations", RunE: needsCommand}
	var asJSON, pinned bool
	var q session.Query
	list := &cobra.Command{
		Use: "list", Short: "All sessions, newest first", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withStore(cmd.Context(), func(s *session.Store) error { return a.listSessions(cmd.Context(), s, q, pinned, asJSON) })
		},
	}
	list.Flags().BoolVar(&q.Trashed, "trash", false, "what is in the trash")
	list.Flags().StringVar(&q.Tag, "tag", "", "those with this tag")
	list.Flags().BoolVar(&pinned, "pinned", false, "those that are pinned")
	show := &cobra.Command{
		Use: "show ID|TITLE", Short: "What was said in one of them", Args: oneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStore(cmd.Context(), func(s *session.Store) error {
				return a.showSession(cmd.Context(), s, args[0], asJSON)
			})
		},
	}
	show.ValidArgsFunction = func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return a.sessionNames(cmd.Root())(), cobra.ShellCompDirectiveNoFileComp
	}
	for _, c := range []*cobra.Command{list, show} {
		c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	}
	cmd.AddCommand(list, show, a.searchCommand(), a.renameCommand(), a.deleteCommand(), a.restoreCommand(), a.exportCommand(), a.importCommand(), a.backupCommand())
	return cmd
}

func (a *app) withStore(ctx context.Context, f func(*session.Store) error) error {
	store, err := a.openStore(ctx, nil)
	if err != nil {
		return err
	}
	defer store.Close() //nolint:errcheck // it was only read
	return f(store)
}

// sessionObject is a session in JSON.
type sessionObject struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Kind     string    `json:"kind"`
	Provider string    `json:"provider"`
	Model    string    `json:"model"`
	System   *string   `json:"system"`
	Created  time.Time `json:"created_at"`
	Updated  time.Time `json:"updated_at"`
}

func newSessionObject(s session.Session) sessionObject {
	return sessionObject{
		s.ID, s.Title, string(s.Kind), s.Provider, s.Model, known(s.System), s.Created.UTC(), s.Updated.UTC(),
	}
}

func (a *app) listSessions(ctx context.Context, store *session.Store, q session.Query, pinned, asJSON bool) error {
	all, err := store.List(ctx, q)
	if err != nil {
		return err
	}
	if pinned {
		all = slices.DeleteFunc(all, func(s session.Summary) bool { return !s.Pinned })
	}
	if asJSON {
		type object struct {
			sessionObject
			Messages   int        `json:"messages"`
			FirstWords string     `json:"first_words"`
			Draft      *string    `json:"draft"` // what is written and not sent
			Tags       []string   `json:"tags"`
			Pinned     bool       `json:"pinned"`
			Trashed    *time.Time `json:"trashed_at"`
		}
		objects := make([]object, len(all))
		for i, s := range all {
			objects[i] = object{newSessionObject(s.Session), s.Messages, s.FirstWords, known(s.Draft), append([]string{}, s.Tags...), s.Pinned, nil}
			if !s.Trashed.IsZero() {
				objects[i].Trashed = new(s.Trashed.UTC())
			}
		}
		return writeJSON(a.stdout, objects)
	}
	if len(all) == 0 {
		a.notice("%s", emptyList(q, pinned))
		return nil
	}
	rows := [][]string{{"ID", "UPDATED", "KIND", "MODEL", "TITLE"}}
	for _, s := range all {
		rows = append(rows, []string{s.ID, s.Updated.Format("2006-01-02 15:04"), string(s.Kind), s.Model, calling(s)})
	}
	return writeTable(a.stdout, rows)
}

// calling is the title of a session, or what there is of one that has none yet.
func calling(s session.Summary) string {
	if draft := s.DraftWords(); s.Title == "" && s.Messages == 0 && draft != "" {
		return "draft: " + draft
	}
	return cmp.Or(s.Title, s.FirstWords)
}

func emptyList(q session.Query, pinned bool) string {
	switch {
	case pinned || q.Tag != "":
		return "there is no such session"
	case q.Trashed:
		return "the trash is empty"
	}
	return "no session is saved yet"
}

// messageObject is a message in JSON.
type messageObject struct {
	ID           string            `json:"id"`
	ParentID     *string           `json:"parent_id"`
	Role         api.Role          `json:"role"`
	Text         string            `json:"text"`
	Reasoning    *string           `json:"reasoning"`
	Files        []fileObject      `json:"files"`
	Provider     *string           `json:"provider"`
	Model        *string           `json:"model"`
	Created      time.Time         `json:"created_at"`
	FinishReason *api.FinishReason `json:"finish_reason"`
	Usage        api.Usage         `json:"usage"`
	Cost         api.Cost          `json:"cost"`
	Error        *errorObject      `json:"error"`
}

func newMessageObject(m session.Message, store *session.Store) messageObject {
	o := messageObject{
		ID: m.ID, ParentID: known(m.ParentID), Role: m.Role,
		Text: m.Content(), Reasoning: known(m.Reasoning()), Files: []fileObject{},
		Provider: known(m.Provider), Model: known(m.Model), Created: m.Created.UTC(),
		FinishReason: known(m.Finish), Usage: m.Usage, Cost: knownCost(m.Cost),
	}
	for _, p := range m.Parts {
		if p.Kind == api.FilePart {
			o.Files = append(o.Files, newFileObject(*p.File, store.FilePath(*p.File)))
		}
	}
	if m.Err != nil {
		o.Error = newErrorObject(m.Err)
	}
	return o
}

func (a *app) showSession(ctx context.Context, store *session.Store, ref string, asJSON bool) error {
	s, err := findSession(ctx, store, ref)
	if err != nil {
		return err
	}
	path, err := store.Path(ctx, s.ID)
	if err != nil {
		return err
	}
	if !asJSON {
		return writeConversation(a.stdout, s, path)
	}
	messages := make([]messageObject, len(path))
	for i, m := range path {
		messages[i] = newMessageObject(m, store)
	}
	return writeJSON(a.stdout, struct {
		sessionObject
		Messages []messageObject `json:"messages"`
	}{newSessionObject(s), messages})
}

// writeConversation writes who said what, without what was thought.
func writeConversation(w io.Writer, s session.Session, path []session.Message) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", s.Title)
	for _, m := range path {
		who := "you"
		if m.Role == api.Assistant {
			who = m.Model
		}
		fmt.Fprintf(&b, "\n## %s · %s\n\n%s\n", who, m.Created.Format("2006-01-02 15:04"), strings.TrimRight(m.Content(), "\n"))
		for _, p := range m.Parts {
			if p.Kind == api.FilePart {
				fmt.Fprintf(&b, "\n[%s · %s · %s]\n", p.File.Name, p.File.MIME, figures.Bytes(p.File.Size))
			}
		}
		if end := ending(m); end != "" {
			fmt.Fprintf(&b, "\n[%s]\n", end)
		}
	}
	_, err := io.WriteString(w, sanitize.Text(b.String()))
	return err
}

// ending says how an answer ended, if not as it should.
func ending(m session.Message) string {
	switch {
	case m.Err != nil:
		return m.Err.Message
	case m.Streaming():
		return "still arriving"
	case m.Role == api.User, m.Finish == api.FinishStop:
		return ""
	}
	return string(m.Finish)
}

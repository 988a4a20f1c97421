// This file is sessions search and sessions rename: finding a conversation by
// what was said in it, and calling it something else.

package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/sanitize"
)

func (a *app) searchCommand() *cobra.Command {
	var asJSON bool
	var limit int
	cmd := &cobra.Command{
		Use:   "search QUERY...",
		Short: "Find conversations by what was said in them",
		Long: `Find conversations by what was said in them, the best first.

All words must be in one message, or in the title; the last one may be the
beginning of a word. "Words in quotes" must stand together. Filters are
tag:NAME, model:PART, kind:chat, kind:print, before:DATE, after:DATE, is:pinned
and is:trash; a DATE is 2026, 2026-04, 2026-04-30, today or yesterday.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("its form is: "+cmd.UseLine(), "sessions search needs words to search for")
			}
			if limit < 1 {
				return usagef("give a number of sessions, from 1 on", "--limit %d finds nothing", limit)
			}
			return a.withStore(cmd.Context(), func(s *session.Store) error {
				return a.searchSessions(cmd.Context(), s, strings.Join(args, " "), limit, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	cmd.Flags().IntVar(&limit, "limit", 20, "at most so many")
	return cmd
}

// hitObject is a session in which something was found, in JSON. Ranges are
// bytes of the snippet: from, and to, not included.
type hitObject struct {
	sessionObject
	Messages  int       `json:"messages"`
	Tags      []string  `json:"tags"`
	Pinned    bool      `json:"pinned"`
	Hits      int       `json:"hits"`
	MessageID *string   `json:"message_id"`
	Role      *api.Role `json:"role"`
	Snippet   *string   `json:"snippet"`
	Ranges    [][2]int  `json:"ranges"`
}

func newHitObject(h session.Hit) hitObject {
	o := hitObject{
		sessionObject: newSessionObject(h.Session), Messages: h.Messages, Tags: append([]string{}, h.Tags...), Pinned: h.Pinned,
		Hits: h.Hits, MessageID: known(h.MessageID), Role: known(h.Role), Snippet: known(h.Snippet), Ranges: [][2]int{},
	}
	for _, m := range h.Marks {
		o.Ranges = append(o.Ranges, [2]int{m.From, m.To})
	}
	return o
}

func (a *app) searchSessions(ctx context.Context, store *session.Store, typed string, limit int, asJSON bool) error {
	q := session.ParseSearch(typed, a.env.Now())
	q.Limit, q.Whole = limit, true
	result, err := store.Search(ctx, q)
	if err != nil {
		return err
	}
	hits := result.Hits
	if asJSON {
		objects := make([]hitObject, len(hits))
		for i, h := range hits {
			objects[i] = newHitObject(h)
		}
		return writeJSON(a.stdout, objects)
	}
	if len(hits) == 0 {
		a.notice("nothing was found")
		return nil
	}
	var rows [][]string
	for _, h := range hits {
		rows = append(rows, []string{h.ID, h.Updated.Format("2006-01-02 15:04"), found(h)})
	}
	return writeTable(a.stdout, rows)
}

// found is the title of a session and the piece of it that was found, in one line.
func found(h session.Hit) string {
	piece := strings.Join(strings.Fields(sanitize.Line(h.Snippet)), " ")
	if piece == "" {
		return h.Title
	}
	if h.Title == "" {
		return piece
	}
	return h.Title + " · " + piece
}

func (a *app) renameCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "rename ID|TITLE NEW-TITLE", Short: "Give a conversation another title",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef("its form is: "+cmd.UseLine(), "sessions rename needs a session and its new title")
			}
			return a.withStore(cmd.Context(), func(s *session.Store) error {
				return a.renameSession(cmd.Context(), s, args[0], strings.Join(args[1:], " "), asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func (a *app) renameSession(ctx context.Context, s *session.Store, ref, title string, asJSON bool) error {
	one, err := findSession(ctx, s, ref)
	if err != nil {
		return err
	}
	if err := s.Update(ctx, one.ID, session.Change{Title: &title, TitleBy: new(session.TitleByPerson)}); err != nil {
		return err
	}
	a.notice("%s is called %q now", named(one), title)
	if !asJSON {
		return nil
	}
	if one, err = s.Find(ctx, one.ID); err != nil {
		return err
	}
	return writeJSON(a.stdout, newSessionObject(one))
}

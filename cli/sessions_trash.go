// This file is sessions delete and sessions restore. What is deleted goes to the
// trash first; only from there it goes for good.

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/session"
)

func (a *app) deleteCommand() *cobra.Command {
	var forever, all, asJSON bool
	cmd := &cobra.Command{
		Use: "delete ID|TITLE...", Short: "Throw conversations away, into the trash",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all && !forever {
				return usagef("add --forever to empty the trash", "--all is for the trash")
			}
			if all == (len(args) > 0) {
				return usagef("its form is: "+cmd.UseLine(), "sessions delete needs sessions")
			}
			return a.withStore(cmd.Context(), func(s *session.Store) error {
				m := moving{app: a, store: s}
				do := m.trash
				switch {
				case all:
					do = m.emptyTrash
				case forever:
					do = m.deleteForever
				}
				return m.tell(asJSON, do(cmd.Context(), args))
			})
		},
	}
	cmd.Flags().BoolVar(&forever, "forever", false, "remove what is in the trash, for good")
	cmd.Flags().BoolVar(&all, "all", false, "with --forever: everything in the trash")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	cmd.ValidArgsFunction = a.completeSessions
	return cmd
}

func (a *app) restoreCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "restore ID|TITLE...", Short: "Take conversations out of the trash",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("aimlchat sessions list --trash lists what is in it", "sessions restore needs sessions")
			}
			return a.withStore(cmd.Context(), func(s *session.Store) error {
				m := moving{app: a, store: s}
				return m.tell(asJSON, m.restore(cmd.Context(), args))
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

// moving takes sessions into the trash, out of it and away.
type moving struct {
	*app
	store *session.Store
	moved []movedObject
}

// movedObject is a session that was moved, in JSON.
type movedObject struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Now   string `json:"now"` // "trash", "kept" or "gone"
}

// tell lists what was moved, also before something failed.
func (m *moving) tell(asJSON bool, err error) error {
	if !asJSON || err != nil && len(m.moved) == 0 {
		return err
	}
	return errors.Join(writeJSON(m.stdout, append([]movedObject{}, m.moved...)), err)
}

// each finds all sessions before it does anything to one of them.
func (m *moving) each(ctx context.Context, refs []string, now string, do func(session.Session) error) error {
	list, err := exported(ctx, m.store, false, refs)
	if err != nil {
		return err
	}
	for _, one := range list {
		if err := do(one); err != nil {
			return err
		}
		m.moved = append(m.moved, movedObject{one.ID, one.Title, now})
	}
	return nil
}

func (m *moving) restore(ctx context.Context, refs []string) error {
	return m.each(ctx, refs, "kept", func(one session.Session) error {
		if one.Trashed.IsZero() {
			return usagef("aimlchat sessions list --trash lists what is in it", "%s is not in the trash", named(one))
		}
		if err := m.store.Restore(ctx, one.ID); err != nil {
			return err
		}
		m.notice("%s is back", named(one))
		return nil
	})
}

func (m *moving) trash(ctx context.Context, refs []string) error {
	return m.each(ctx, refs, "trash", func(one session.Session) error {
		if !one.Trashed.IsZero() {
			return usagef("add --forever to remove it for good", "%s is in the trash already", named(one))
		}
		if err := m.store.Trash(ctx, one.ID); err != nil {
			return err
		}
		m.notice("%s is in the trash; aimlchat sessions restore %s brings it back", named(one), one.ID)
		return nil
	})
}

func (m *moving) deleteForever(ctx context.Context, refs []string) error {
	return m.each(ctx, refs, "gone", func(one session.Session) error {
		err := m.store.Delete(ctx, one.ID)
		if errors.Is(err, session.ErrNotTrashed) {
			return usagef("delete it without --forever first", "%s is not in the trash", named(one))
		}
		if _, ok := errors.AsType[*session.ClaimedError](err); ok {
			return withHint(err, "leave it there first")
		}
		if err != nil {
			return err
		}
		m.notice("%s is gone", named(one))
		return nil
	})
}

func (m *moving) emptyTrash(ctx context.Context, _ []string) error {
	before, err := m.store.List(ctx, session.Query{Trashed: true})
	if err != nil {
		return err
	}
	n, err := m.store.EmptyTrash(ctx)
	if n > 0 || err == nil {
		m.notice("%s gone", counted(n, "conversation is", "conversations are"))
	}
	for _, s := range before {
		if _, missing := m.store.Find(ctx, s.ID); errors.Is(missing, session.ErrNotFound) {
			m.moved = append(m.moved, movedObject{s.ID, s.Title, "gone"})
		}
	}
	if _, ok := errors.AsType[*session.ClaimedError](err); ok {
		return withHint(err, "leave it there first")
	}
	return err
}

// named says which session is meant.
func named(s session.Session) string {
	if s.Title == "" {
		return s.ID
	}
	return fmt.Sprintf("%q", s.Title)
}

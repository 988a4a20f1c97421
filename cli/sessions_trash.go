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
	var forever, all bool
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
				switch {
				case all:
					return a.emptyTrash(cmd.Context(), s)
				case forever:
					return a.deleteForever(cmd.Context(), s, args)
				}
				return a.trash(cmd.Context(), s, args)
			})
		},
	}
	cmd.Flags().BoolVar(&forever, "forever", false, "remove what is in the trash, for good")
	cmd.Flags().BoolVar(&all, "all", false, "with --forever: everything in the trash")
	cmd.ValidArgsFunction = a.completeSessions
	return cmd
}

func (a *app) restoreCommand() *cobra.Command {
	return &cobra.Command{
		Use: "restore ID|TITLE...", Short: "Take conversations out of the trash",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("aimlchat sessions list --trash lists what is in it", "sessions restore needs sessions")
			}
			return a.withStore(cmd.Context(), func(s *session.Store) error {
				return a.eachSession(cmd.Context(), s, args, func(one session.Session) error {
					if one.Trashed.IsZero() {
						return usagef("aimlchat sessions list --trash lists what is in it", "%s is not in the trash", named(one))
					}
					if err := s.Restore(cmd.Context(), one.ID); err != nil {
						return err
					}
					a.notice("%s is back", named(one))
					return nil
				})
			})
		},
	}
}

// eachSession finds all before it does anything to one of them.
func (a *app) eachSession(ctx context.Context, store *session.Store, refs []string, do func(session.Session) error) error {
	list, err := exported(ctx, store, false, refs)
	if err != nil {
		return err
	}
	for _, one := range list {
		if err := do(one); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) trash(ctx context.Context, store *session.Store, refs []string) error {
	return a.eachSession(ctx, store, refs, func(one session.Session) error {
		if !one.Trashed.IsZero() {
			return usagef("add --forever to remove it for good", "%s is in the trash already", named(one))
		}
		if err := store.Trash(ctx, one.ID); err != nil {
			return err
		}
		a.notice("%s is in the trash; aimlchat sessions restore %s brings it back", named(one), one.ID)
		return nil
	})
}

func (a *app) deleteForever(ctx context.Context, store *session.Store, refs []string) error {
	return a.eachSession(ctx, store, refs, func(one session.Session) error {
		err := store.Delete(ctx, one.ID)
		if errors.Is(err, session.ErrNotTrashed) {
			return usagef("delete it without --forever first", "%s is not in the trash", named(one))
		}
		if _, ok := errors.AsType[*session.ClaimedError](err); ok {
			return withHint(err, "leave it there first")
		}
		if err != nil {
			return err
		}
		a.notice("%s is gone", named(one))
		return nil
	})
}

func (a *app) emptyTrash(ctx context.Context, store *session.Store) error {
	n, err := store.EmptyTrash(ctx)
	if n > 0 || err == nil {
		a.notice("%s gone", counted(n, "conversation is", "conversations are"))
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

// This file is sessions backup: a copy of the whole database in one file that only
// the person can read. It replaces no file that is there.

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/session"
)

func (a *app) backupCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "backup FILE", Short: "Copy the whole database into a new file", Args: oneArg,
		Long: fmt.Sprintf(`Copy the whole database into a new file, while any number of aimlchats run.

Attached files lie beside the database, in %[1]s,
and are not in the copy. To restore it, leave every aimlchat, copy it to
%[2]s
and remove what lies there as aimlchat.db-wal and aimlchat.db-shm; copy the
folder back if it is gone.`, a.filesFolder(), a.databaseFile()),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withStore(cmd.Context(), func(s *session.Store) error { return a.backUp(cmd.Context(), s, args[0], asJSON) })
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

// filesFolder is where the contents of files are.
func (a *app) filesFolder() string { return filepath.Join(a.env.Dirs.Data, "files") }

func (a *app) backUp(ctx context.Context, s *session.Store, path string, asJSON bool) error {
	err := s.Backup(ctx, path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usagef("name another one: a backup replaces nothing", "there is a file %s already", path)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return usagef("check the path and its permissions", "%w", err)
	case err != nil:
		return withHint(err, "make room on the disk, or name a file elsewhere")
	}
	a.notice("the sessions are in %s", path)
	lacks := ""
	if filled(a.filesFolder()) {
		lacks = a.filesFolder()
		a.notice("attached files are not in it; copy the folder %s too", lacks)
	}
	if !asJSON {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return writeJSON(a.stdout, struct {
		Path  string  `json:"path"`
		Size  int64   `json:"size"`
		Lacks *string `json:"files_left_out"` // the folder of attached files, where there are any
	}{path, info.Size(), known(lacks)})
}

// filled reports whether something lies in a folder.
func filled(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && len(entries) > 0
}

package session

// This file owns the end of contents: which files in the folder nobody names
// any more, and their removal. It removes nothing that a message or a queue
// names, whatever happens at the same time: a content is removed while nobody
// else can write to the database, and whoever names one looks, while he writes,
// whether it is still there.

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

const (
	// notYet is how long what nobody names is left alone by Sweep: somebody may
	// be about to.
	notYet = time.Hour

	sweepAtOnce = 64 // files for one wait of other writers
)

// Sweep removes the contents of files that nothing names, which a crash may
// leave behind, and returns how many. It leaves alone what is younger than an
// hour, and what is not ours.
func (s *Store) Sweep(ctx context.Context) (n int, err error) {
	if s.memory != nil {
		return 0, nil // a crash leaves nothing
	}
	entries, err := os.ReadDir(s.files.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("sweep the files: %w", err)
	}
	var old []string
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && s.now().Sub(info.ModTime()) > notYet && (sumIn(e.Name()) != "" || unfinished(e.Name())) {
			old = append(old, filepath.Join(s.files.dir, e.Name()))
		}
	}
	return s.drop(ctx, old)
}

// sumIn returns the sum by which a file of the folder is named.
func sumIn(name string) string {
	sum, ending, _ := strings.Cut(name, ".")
	if validSum(sum) && ending != "" {
		return sum
	}
	return ""
}

func unfinished(name string) bool {
	rest, is := strings.CutPrefix(name, "new-")
	return is && strings.Trim(rest, "0123456789") == ""
}

// dropUnnamed removes those contents of files that nobody names.
func (s *Store) dropUnnamed(ctx context.Context, files []api.File) error {
	var paths []string
	for _, f := range files {
		if path := s.files.path(f); path != "" {
			paths = append(paths, path)
		}
	}
	_, err := s.drop(ctx, paths)
	return err
}

func (s *Store) drop(ctx context.Context, paths []string) (n int, err error) {
	for len(paths) > 0 {
		some := paths[:min(len(paths), sweepAtOnce)]
		paths = paths[len(some):]
		err := s.change(ctx, func(tx *sql.Tx) error {
			for _, path := range some {
				gone, err := s.dropOne(ctx, tx, path)
				if err != nil {
					return err
				}
				if gone {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return n, fmt.Errorf("remove files that nothing names: %w", err)
		}
	}
	return n, nil
}

func (s *Store) dropOne(ctx context.Context, tx *sql.Tx, path string) (bool, error) {
	if sum := sumIn(filepath.Base(path)); sum != "" {
		kinds, err := column(ctx, tx, namers, sum)
		if err != nil {
			return false, err
		}
		for _, mime := range kinds {
			if s.files.path(api.File{SHA256: sum, MIME: mime}) == path {
				return false, nil
			}
		}
	}
	err := s.files.remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// What names a file in the rows of parts and of chunks; the indexes hold the same.
const (
	sumOfPart  = `CASE WHEN json_valid(data) THEN data ->> '$.sha256' END`
	sumOfChunk = `CASE WHEN json_valid(text) THEN text ->> '$.sha256' END`
)

// namers are the media types under which a sum is named.
const namers = `
	SELECT coalesce(data ->> '$.mime', '') FROM parts WHERE kind = 'file' AND ` + sumOfPart + ` = ?1
	UNION
	SELECT coalesce(text ->> '$.mime', '') FROM chunks WHERE kind = 'file' AND ` + sumOfChunk + ` = ?1
	UNION
	SELECT coalesce(f.value ->> '$.mime', '') FROM sessions s, json_each(s.queue) q, json_each(q.value, '$.files') f
	WHERE s.queue <> '' AND json_valid(s.queue) AND f.value ->> '$.sha256' = ?1`

// namedBy returns the files that the messages which a condition names name.
func namedBy(ctx context.Context, tx *sql.Tx, which string, args ...any) (files []api.File, err error) {
	query := `
		SELECT ` + sumOfPart + `, coalesce(data ->> '$.mime', '') FROM parts
		WHERE kind = 'file' AND ` + sumOfPart + ` <> '' AND message_id IN (SELECT id FROM messages WHERE ` + which + `)
		UNION
		SELECT ` + sumOfChunk + `, coalesce(text ->> '$.mime', '') FROM chunks
		WHERE kind = 'file' AND ` + sumOfChunk + ` <> '' AND message_id IN (SELECT id FROM messages WHERE ` + which + `)`
	err = each(ctx, tx, query, args, func(rows *sql.Rows) error {
		var f api.File
		err := rows.Scan(&f.SHA256, &f.MIME)
		files = append(files, f)
		return err
	})
	return files, err
}

func filesOf(parts []api.Part) (files []api.File) {
	for _, p := range parts {
		if p.File != nil {
			files = append(files, *p.File)
		}
	}
	return files
}

// keepAgain saves those of the files, which were saved already, whose contents
// somebody removed since. It is called where the database can't change.
func (c contents) keepAgain(files []api.File) (lost error) {
	for _, f := range files {
		if f.SHA256 == "" || f.Data == nil || c.there(c.path(f), f.Size) == nil {
			continue
		}
		if err := c.keep(f); err != nil && lost == nil {
			lost = err
		}
	}
	return lost
}

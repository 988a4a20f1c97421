package session

// This file owns what one who only watches a session needs: has it changed, and
// does anybody still talk in it. It writes nothing and takes no lock.

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
)

// Version returns a number that changes when what [Store.Path] returns does,
// because of anybody: cheap enough to be asked for every second. It is of no use
// but to be compared.
func (s *Store) Version(ctx context.Context, sessionID string) (int64, error) {
	var touched, end int64
	var leaf, finish, seal string
	var chunks, length int64
	err := s.look(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `
			SELECT s.touched, s.leaf, coalesce(m.seq, 0), coalesce(m.finish, ''), coalesce(m.checksum, '')
			FROM sessions s LEFT JOIN messages m ON m.id = s.leaf WHERE s.id = ?`, sessionID).
			Scan(&touched, &leaf, &end, &finish, &seal)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil || finish != "" {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(start), 0) FROM chunks WHERE message_id = ?`, leaf).
			Scan(&chunks, &length)
	})
	if err != nil {
		return 0, fmt.Errorf("look at session %s: %w", sessionID, err)
	}
	h := fnv.New64a()
	fmt.Fprintln(h, touched, leaf, end, finish, seal, chunks, length)
	return int64(h.Sum64() >> 1), nil
}

// Taken reports whether a session seems to be claimed, by the note of the one who
// has it: as good as anybody can tell without a lock. [Store.Claim] knows for
// sure.
func (s *Store) Taken(sessionID string) bool {
	if !validID(sessionID) {
		return false
	}
	note, err := os.ReadFile(filepath.Join(s.lockDir, sessionID+".json"))
	var o owner
	return err == nil && (json.Unmarshal(note, &o) != nil || alive(o.PID))
}

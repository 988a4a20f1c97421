package session

// This file owns the sums by which damage to a message is seen: a SHA-256 over
// what its rows hold, exactly as they hold it. It refuses to know what the
// message is called and where in the tree it stands, so that a copy has the
// same sum.
//
// A sum is "1:" and 64 hex digits: 1 is the version of the encoding, and a sum
// of a version that this program does not know says nothing. Version 1 is a row
// of netstrings (the length in bytes, ':', the bytes, ','), of: role, provider,
// model, answered_by, created, finish, inference_id, error, figures, then of
// each part in order: kind, text, data. NULL is the empty string.
//
// An answer that streams has no sum: each chunk would need one over all before
// it, or the rows of the message rewritten, and it would be wrong while the two
// are apart. SQLite's log has sums of its own for what was written last.

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
)

const (
	sumVersion   = "1:"
	sumOfNothing = sumVersion + "damaged" // of a message of which a part was lost: it never fits
)

// head is what a message's row says.
type head struct {
	role, provider, model, answeredBy string
	created                           int64
	finish, inferenceID, err, figures string
}

func checksum(h head, parts []partRow) string {
	sum := sha256.New()
	field := func(s string) {
		_, _ = io.WriteString(sum, strconv.Itoa(len(s))+":")
		_, _ = io.WriteString(sum, s)
		_, _ = io.WriteString(sum, ",")
	}
	for _, s := range []string{
		h.role, h.provider, h.model, h.answeredBy, strconv.FormatInt(h.created, 10), h.finish, h.inferenceID, h.err, h.figures,
	} {
		field(s)
	}
	for _, p := range parts {
		field(p.kind)
		field(p.text)
		field(p.data)
	}
	return sumVersion + hex.EncodeToString(sum.Sum(nil))
}

// fits reports whether sum says nothing else than what the rows hold.
func fits(sum string, h head, parts []partRow) bool {
	return !strings.HasPrefix(sum, sumVersion) || sum == checksum(h, parts)
}

// seal gives a whole message its sum.
func seal(ctx context.Context, tx *sql.Tx, messageID string) error {
	var h head
	err := tx.QueryRowContext(ctx, `
		SELECT role, provider, model, answered_by, created, finish, inference_id, coalesce(error, ''), figures
		FROM messages WHERE id = ?`, messageID).Scan(&h.role, &h.provider, &h.model, &h.answeredBy, &h.created,
		&h.finish, &h.inferenceID, &h.err, &h.figures)
	if err != nil {
		return err
	}
	parts, err := readParts(ctx, tx, messageID)
	if err != nil {
		return err
	}
	err = found(tx.ExecContext(ctx, `UPDATE messages SET checksum = ? WHERE id = ?`, checksum(h, parts), messageID))
	if err != nil {
		return err
	}
	return index(ctx, tx, messageID)
}

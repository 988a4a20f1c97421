package session

// This file owns digests: what takes the place of the older messages in
// requests. The messages themselves stay as they are.

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

// Digest takes the place of all messages before the one that has it, in
// requests. Created is kept to the millisecond.
type Digest struct {
	Text     string // what was said, in short; "": those messages are just left out
	Model    string // that wrote Text; "": none did
	Provider string
	Usage    api.Usage
	Cost     api.Cost
	Created  time.Time // zero: now
}

// Compact lets requests begin at firstKeptID, after d; without d it undoes that,
// and what lies before goes along again. What d cost counts from now on, whether
// or not it is undone. See [History].
func (s *Store) Compact(ctx context.Context, sessionID, firstKeptID string, d *Digest) error {
	if d != nil && d.Created.IsZero() {
		dated := *d
		dated.Created = s.now()
		d = &dated
	}
	data, err := encodeDigest(d)
	if err != nil {
		return fmt.Errorf("compact session %s: %w", sessionID, err)
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		if _, err := hiddenAs(ctx, tx, sessionID, firstKeptID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE messages SET summary = ? WHERE id = ?`, data, firstKeptID); err != nil {
			return err
		}
		return bookDigest(ctx, tx, sessionID, d)
	})
	if err != nil {
		return fmt.Errorf("compact session %s: %w", sessionID, err)
	}
	return nil
}

// bookDigest books what d cost, if it cost anything.
func bookDigest(ctx context.Context, tx *sql.Tx, sessionID string, d *Digest) error {
	if d == nil || d.Usage == (api.Usage{}) && d.Cost == (api.Cost{}) {
		return nil
	}
	return book(ctx, tx, sessionID, Payment{
		Kind: ForDigest, Provider: d.Provider, Model: d.Model, Usage: d.Usage, Cost: d.Cost, Created: d.Created,
	})
}

type digestJSON struct {
	Text     string    `json:"text"`
	Model    string    `json:"model"`
	Provider string    `json:"provider"`
	Usage    api.Usage `json:"usage"`
	Cost     api.Cost  `json:"cost"`
	Created  int64     `json:"created_unix_ms"`
}

// encodeDigest returns nil, which is stored as NULL, for no digest.
func encodeDigest(d *Digest) (*string, error) {
	if d == nil {
		return nil, nil
	}
	data, err := encode(digestJSON{d.Text, d.Model, d.Provider, d.Usage, d.Cost, d.Created.UnixMilli()})
	return &data, err
}

func (m *Message) decodeDigest(data string) error {
	if data == "" {
		return nil
	}
	var d digestJSON
	if err := json.Unmarshal([]byte(data), &d); err != nil {
		return err
	}
	m.Digest = &Digest{d.Text, d.Model, d.Provider, d.Usage, d.Cost, time.UnixMilli(d.Created)}
	return nil
}

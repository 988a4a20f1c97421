package session

// This file owns the rows that hold what a message says: parts of a whole one,
// chunks of one that streams.

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// citationRow is the kind of a row that holds a citation, beside the kinds of
// [api.PartKind].
const citationRow = "citation"

// content is what a message says.
type content struct {
	parts     []api.Part
	citations []api.Citation
}

func (c *content) add(kind, text string, data []byte) error {
	switch kind {
	case citationRow:
		var cite api.Citation
		if err := json.Unmarshal(data, &cite); err != nil {
			return fmt.Errorf("read a citation: %w", err)
		}
		c.citations = append(c.citations, cite)
	case string(api.ToolCallPart):
		call := new(api.ToolCall)
		if err := json.Unmarshal(data, call); err != nil {
			return fmt.Errorf("read a tool call: %w", err)
		}
		c.parts = append(c.parts, api.Part{Kind: api.ToolCallPart, Tool: call})
	default:
		c.parts = append(c.parts, api.Part{Kind: api.PartKind(kind), Text: text})
	}
	return nil
}

// replaceParts makes c all that a message says, in whatever form it was kept.
func replaceParts(ctx context.Context, tx *sql.Tx, messageID string, c content) error {
	if err := clearContent(ctx, tx, messageID); err != nil {
		return err
	}
	insert := func(ord int, kind, text string, data *string) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO parts (message_id, ord, kind, text, data) VALUES (?, ?, ?, ?, ?)`,
			messageID, ord, kind, text, data)
		return err
	}
	for i, p := range c.parts {
		var data *string
		if p.Tool != nil {
			d, err := encode(p.Tool)
			if err != nil {
				return err
			}
			data = &d
		}
		if err := insert(i, string(p.Kind), p.Text, data); err != nil {
			return err
		}
	}
	for i, cite := range c.citations {
		data, err := encode(cite)
		if err != nil {
			return err
		}
		if err := insert(len(c.parts)+i, citationRow, "", &data); err != nil {
			return err
		}
	}
	return nil
}

func clearContent(ctx context.Context, tx *sql.Tx, messageID string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM chunks WHERE message_id = ?`, messageID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM parts WHERE message_id = ?`, messageID)
	return err
}

func putChunk(ctx context.Context, tx *sql.Tx, messageID, kind string, start int, text string) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO chunks (message_id, kind, start, text) VALUES (?, ?, ?, ?)`,
		messageID, kind, start, text)
	return err
}

// joinChunks returns what has been saved of an answer that streams, or that
// never came to its end, as its end would have stored it.
func joinChunks(ctx context.Context, tx *sql.Tx, messageID string) (content, error) {
	var c content
	rows, err := tx.QueryContext(ctx, `SELECT kind, text FROM chunks WHERE message_id = ? ORDER BY kind, start`, messageID)
	if err != nil {
		return c, err
	}
	defer rows.Close()
	texts := map[string]*strings.Builder{string(api.ReasoningPart): {}, string(api.TextPart): {}}
	var rest content
	for rows.Next() {
		var kind, text string
		if err := rows.Scan(&kind, &text); err != nil {
			return c, err
		}
		if b := texts[kind]; b != nil {
			b.WriteString(text)
		} else if err := rest.add(kind, "", []byte(text)); err != nil {
			return c, err
		}
	}
	for _, kind := range []api.PartKind{api.ReasoningPart, api.TextPart} {
		if text := texts[string(kind)].String(); text != "" {
			c.parts = append(c.parts, api.Part{Kind: kind, Text: text})
		}
	}
	c.parts, c.citations = append(c.parts, rest.parts...), rest.citations
	return c, rows.Err()
}

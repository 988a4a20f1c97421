package session

// This file owns the rows that hold what a message says: parts of a whole one,
// chunks of one that streams.

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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

// contentOf returns what an answer says when it is whole, and when it breaks
// off: one order of parts for both.
func contentOf(r *api.Reply) content {
	return content{parts: r.Message("").Parts, citations: r.Citations}
}

// partRow is a row of parts. Text is exact; data, "" for NULL, is JSON.
type partRow struct {
	ord              int
	kind, text, data string
}

func (c content) rows() ([]partRow, error) {
	rows := make([]partRow, 0, len(c.parts)+len(c.citations))
	for _, p := range c.parts {
		row := partRow{ord: len(rows), kind: string(p.Kind), text: p.Text}
		var err error
		switch {
		case p.Tool != nil:
			row.data, err = encode(p.Tool)
		case p.File != nil:
			row.data, err = encode(p.File)
		case p.Opaque != nil:
			row.data, err = encodeOpaque(*p.Opaque)
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	for _, cite := range c.citations {
		data, err := encode(cite)
		if err != nil {
			return nil, err
		}
		rows = append(rows, partRow{ord: len(rows), kind: citationRow, data: data})
	}
	return rows, nil
}

// add adds what a row holds, unless it is errUnreadable.
func (c *content) add(row partRow) error {
	p := api.Part{Kind: api.PartKind(row.kind), Text: row.text}
	var err error
	switch {
	case row.kind == citationRow:
		var cite api.Citation
		if err = json.Unmarshal([]byte(row.data), &cite); err == nil {
			c.citations = append(c.citations, cite)
		}
	case p.Kind == api.ToolCallPart, p.Kind == api.ToolResultPart:
		p.Tool = new(api.ToolCall)
		err = json.Unmarshal([]byte(row.data), p.Tool)
	case p.Kind == api.FilePart:
		p.File = new(api.File)
		err = json.Unmarshal([]byte(row.data), p.File)
	case p.Kind == api.OpaquePart:
		p.Opaque, err = decodeOpaque(row.data)
	}
	if err != nil {
		return fmt.Errorf("%w: a row of kind %s: %w", errUnreadable, row.kind, err)
	}
	if row.kind != citationRow {
		c.parts = append(c.parts, p)
	}
	return nil
}

// replaceParts makes c all that a message says, in whatever form it was kept.
func replaceParts(ctx context.Context, tx *sql.Tx, messageID string, c content) error {
	rows, err := c.rows()
	if err != nil {
		return err
	}
	if err := clearContent(ctx, tx, messageID); err != nil {
		return err
	}
	for _, row := range rows {
		_, err := tx.ExecContext(ctx, `INSERT INTO parts (message_id, ord, kind, text, data) VALUES (?, ?, ?, ?, nullif(?, ''))`,
			messageID, row.ord, row.kind, row.text, row.data)
		if err != nil {
			return err
		}
	}
	return nil
}

// hasParts reports whether c is all that a whole message says.
func hasParts(ctx context.Context, tx *sql.Tx, messageID string, c content) (bool, error) {
	want, err := c.rows()
	if err != nil {
		return false, err
	}
	have, err := readParts(ctx, tx, messageID)
	return slices.Equal(have, want), err
}

func readParts(ctx context.Context, tx *sql.Tx, messageID string) ([]partRow, error) {
	return readRows(ctx, tx, `SELECT ord, kind, text, coalesce(data, '') FROM parts WHERE message_id = ? ORDER BY ord`, messageID)
}

func clearContent(ctx context.Context, tx *sql.Tx, messageID string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM chunks WHERE message_id = ?`, messageID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM parts WHERE message_id = ?`, messageID)
	return err
}

// chunk is a row of chunks: text or reasoning that begins at a byte, or the
// JSON of the tool call, citation, file or opaque of that number.
type chunk struct {
	kind  api.PartKind
	start int
	text  string
}

func putChunk(ctx context.Context, tx *sql.Tx, messageID string, c chunk) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO chunks (message_id, kind, start, text) VALUES (?, ?, ?, ?)`,
		messageID, c.kind, c.start, c.text)
	return err
}

// errUnreadable says that a row does not hold what its kind says.
var errUnreadable = errors.New("what was saved can't be read")

// joinChunks returns what has been saved of an answer that streams, or that
// never came to its end, as its end would have stored it. With errUnreadable it
// is all that can be read of it.
func joinChunks(ctx context.Context, tx *sql.Tx, messageID string) (content, error) {
	rows, err := readRows(ctx, tx, `SELECT start, kind, '', text FROM chunks WHERE message_id = ? ORDER BY kind, start`, messageID)
	if err != nil {
		return content{}, err
	}
	var (
		r    api.Reply
		rest content
	)
	for _, row := range rows {
		switch api.PartKind(row.kind) {
		case api.ReasoningPart:
			r.Reasoning.WriteString(row.data)
		case api.TextPart:
			r.Answer.WriteString(row.data)
		default:
			err = errors.Join(err, rest.add(row))
		}
	}
	for _, p := range rest.parts {
		switch p.Kind {
		case api.ToolCallPart:
			r.ToolCalls = append(r.ToolCalls, *p.Tool)
		case api.FilePart:
			r.Files = append(r.Files, *p.File)
		case api.OpaquePart:
			r.Opaque = append(r.Opaque, *p.Opaque)
		}
	}
	r.Citations = rest.citations
	return contentOf(&r), err
}

func readRows(ctx context.Context, tx *sql.Tx, query, messageID string) ([]partRow, error) {
	rows, err := tx.QueryContext(ctx, query, messageID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []partRow
	for rows.Next() {
		var row partRow
		if err := rows.Scan(&row.ord, &row.kind, &row.text, &row.data); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

package archive

// This file owns the rows of llm's database: one response, and what other tables
// hold of it. Which tables there are depends on llm's age.

import (
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
)

func (l *logs) response(row int64) (response, error) {
	var r response
	var at, duration, in, out string
	columns := []string{
		"id", "model", "resolved_model", "prompt", "system", "response", "reasoning", "datetime_utc", "duration_ms", "input_tokens", "output_tokens",
	}
	err := l.tx.QueryRowContext(l.ctx, `SELECT `+l.list("responses", columns...)+` FROM responses WHERE rowid = ?`, row).Scan(
		&r.id, &r.model, &r.resolved, &r.prompt, &r.system, &r.response, &r.reasoning, &at, &duration, &in, &out)
	if err != nil {
		return r, err
	}
	r.at = utc(at)
	r.duration = milliseconds(duration)
	r.usage = api.Usage{Prompt: count(in), Completion: count(out)}
	if r.id == "" {
		r.id = fmt.Sprintf("row %d", row)
	}
	return r, nil
}

func count(s string) *int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return nil
	}
	return &n
}

// utc reads a time as Python writes it.
func utc(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(t)
		}
	}
	return time.Time{}
}

// mostRows bounds what other tables hold of one response.
const mostRows = 1000

// belongings reads what other tables hold of a response.
func (l *logs) belongings(r *response, content inline) error {
	return errors.Join(
		l.strings(r.id, &r.before, "prompt_fragments", "fragments", "fragment_id", "content"),
		l.thought(r), l.attachments(r, content), l.returned(r, content),
		l.tools(r.id, &r.calls, "tool_calls", "arguments", api.ToolCallPart),
		l.tools(r.id, &r.results, "tool_results", "output", api.ToolResultPart),
	)
}

// strings reads a column of rows that another table assigns to a response.
func (l *logs) strings(id string, into *[]string, by, table, key, name string) error {
	if !l.has(by, "response_id", key, "order") || !l.has(table, "id", name) {
		return nil
	}
	query := fmt.Sprintf(`SELECT %s FROM "%s" JOIN "%s" ON "%s".id = "%s"."%s" WHERE response_id = ? ORDER BY "order" LIMIT %d`,
		l.column(table, name), by, table, table, by, key, mostRows)
	return l.rows(l.ctx, query, []any{id}, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		*into = append(*into, s)
		return err
	})
}

// thought reads the reasoning of newer databases.
func (l *logs) thought(r *response) error {
	if r.reasoning != "" || !l.has("parts", "response_id", "direction", "part_type", "order", "content") {
		return nil
	}
	var all []string
	err := l.rows(l.ctx, `SELECT `+l.column("parts", "content")+` FROM parts
		WHERE response_id = ? AND direction = 'output' AND part_type = 'reasoning' ORDER BY "order" LIMIT ?`,
		[]any{r.id, mostRows}, func(rows *sql.Rows) error {
			var s string
			err := rows.Scan(&s)
			all = append(all, s)
			return err
		})
	r.reasoning = strings.Join(all, "")
	return err
}

func (l *logs) tools(id string, into *[]api.Part, table, text string, kind api.PartKind) error {
	if !l.has(table, "id", "response_id", "name", text) {
		return nil
	}
	return l.rows(l.ctx, `SELECT `+l.list(table, "name", text, "tool_call_id", "id", "exception")+` FROM "`+table+`"
		WHERE response_id = ? ORDER BY id LIMIT ?`, []any{id, mostRows}, func(rows *sql.Rows) error {
		var name, said, call, own, failure string
		err := rows.Scan(&name, &said, &call, &own, &failure)
		p := api.Part{Kind: kind, Tool: &api.ToolCall{ID: firstOf(call, own), Name: name}}
		if kind == api.ToolCallPart {
			p.Tool.Arguments = said
		} else {
			p.Text = firstOf(said, failure)
		}
		*into = append(*into, p)
		return err
	})
}

// attachments reads the files of a prompt.
func (l *logs) attachments(r *response, content inline) error {
	parts, err := l.attached("prompt_attachments", "response_id", r.id, content)
	for _, p := range parts {
		if p.Kind == api.TextPart {
			r.before = append(r.before, p.Text)
		} else {
			r.files = append(r.files, p)
		}
	}
	return err
}

// returned reads the files that tools gave.
func (l *logs) returned(r *response, content inline) error {
	if !l.has("tool_results_attachments", "tool_result_id") || !l.has("tool_results", "id", "response_id") {
		return nil
	}
	var ids []int64
	err := l.rows(l.ctx, `SELECT id FROM tool_results WHERE response_id = ? ORDER BY id LIMIT ?`, []any{r.id, mostRows}, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	for _, id := range ids {
		parts, more := l.attached("tool_results_attachments", "tool_result_id", id, content)
		r.files, err = append(r.files, parts...), errors.Join(err, more)
	}
	return err
}

// attached reads the files that a table assigns to something. Only what is in the
// database itself has content; a path in it is nobody's to open.
func (l *logs) attached(by, key string, of any, content inline) (parts []api.Part, err error) {
	if !l.has(by, key, "attachment_id", "order") || !l.has("attachments", "id", "type", "path", "url", "content") {
		return nil, nil
	}
	query := fmt.Sprintf(`SELECT %s, CASE WHEN octet_length(content) <= %d THEN CAST(content AS BLOB) END
		FROM "%s" JOIN attachments ON attachments.id = attachment_id
		WHERE "%s" = ? ORDER BY "order" LIMIT %d`, l.list("attachments", "type", "path", "url"), l.limits.Message, by, key, mostRows)
	err = l.rows(l.ctx, query, []any{of}, func(rows *sql.Rows) error {
		var kind, path, address string
		var data []byte
		if err := rows.Scan(&kind, &path, &address, &data); err != nil {
			return err
		}
		name := firstOf(baseName(path), "attachment")
		switch {
		case data != nil:
			parts = append(parts, content.keep(name, kind, data))
		case webURL(address) != "":
			parts = append(parts, textParts(api.TextPart, "["+name+"]("+address+")")...)
		default:
			parts = append(parts, textParts(api.TextPart, "["+name+"]")...)
		}
		return nil
	})
	return parts, err
}

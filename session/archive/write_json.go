package archive

// This file owns the writing of our JSON: one session after the other, one
// message on a line, the contents of files last.

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

type jsonWriter struct {
	w    *bufio.Writer
	o    Options
	some bool // a session was written
}

func (j *jsonWriter) begin([]session.Session) error {
	if err := j.text(`{"format":"` + formatName + `","version":` + strconv.Itoa(formatVersion)); err != nil {
		return err
	}
	if !j.o.Now.IsZero() {
		if err := errors.Join(j.text(`,"exported_at":`), j.value(instant{j.o.Now})); err != nil {
			return err
		}
	}
	return j.text(`,"sessions":[`)
}

func (j *jsonWriter) end() error { return j.text("\n]}\n") }

func (j *jsonWriter) session(s Session) error {
	head, err := encode(newSessionJSON(s.Session))
	if err != nil {
		return err
	}
	between := "\n"
	if j.some {
		between = ",\n"
	}
	j.some = true
	if err := j.text(between + string(head[:len(head)-1]) + `,"messages":[`); err != nil {
		return err
	}
	for i, m := range s.Messages {
		between = "\n"
		if i > 0 {
			between = ",\n"
		}
		if err := errors.Join(j.text(between), j.value(newMessageJSON(m))); err != nil {
			return err
		}
	}
	return errors.Join(j.text(`]`), j.contents(s.files()), j.text(`}`))
}

func (j *jsonWriter) contents(list []api.File) error {
	before := `,"files":[`
	some := false
	for _, f := range list {
		content, ok := j.o.open(f)
		if !ok {
			continue
		}
		err := j.text(before + "\n" + `{"sha256":"` + f.SHA256 + `","size":` + strconv.FormatInt(f.Size, 10) + `,"data":"`)
		if err == nil {
			err = writeBase64(j.w, content)
		}
		if err = errors.Join(err, content.Close(), j.text(`"}`)); err != nil {
			return err
		}
		before, some = ",", true
	}
	if some {
		return j.text("]")
	}
	return nil
}

func writeBase64(w io.Writer, content io.Reader) error {
	enc := base64.NewEncoder(base64.StdEncoding, w)
	_, err := io.Copy(enc, content)
	return errors.Join(err, enc.Close())
}

func (j *jsonWriter) text(s string) error {
	_, err := j.w.WriteString(s)
	return err
}

func (j *jsonWriter) value(v any) error {
	data, err := encode(v)
	if err != nil {
		return err
	}
	_, err = j.w.Write(data)
	return err
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return escapeUnseen(bytes.TrimRight(b.Bytes(), "\n")), nil
}

package archive

// This file owns the archive that one downloads from ChatGPT: the documents in
// it, and the files that lie beside them. Names in it only tell what is what; no
// path of them is ever used.

import (
	"archive/zip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// beside is a file of an archive.
type beside struct {
	entry *zip.File
	file  api.File
}

// archived are files of an archive by the sums of their contents.
type archived map[string]*beside

func (b archived) open(sum string) (io.ReadCloser, error) {
	if found, ok := b[sum]; ok {
		return found.entry.Open()
	}
	return nil, fs.ErrNotExist
}

const (
	mostEntries = 100_000
	mostBeside  = 64 << 20 // bytes of a file
)

func (r *reader) zip() error {
	z, err := zip.NewReader(r.in.At, r.in.Size)
	if err != nil {
		return fmt.Errorf("it is no archive that can be read: %w", err)
	}
	if len(z.File) > mostEntries {
		return fmt.Errorf("it holds more than %d files", mostEntries)
	}
	left := r.limits.Total
	files := indexed(z)
	for _, entry := range z.File {
		name := path.Base(strings.ReplaceAll(entry.Name, `\`, "/"))
		if !strings.HasPrefix(name, "conversations") || path.Ext(name) != ".json" {
			continue
		}
		doc, err := entry.Open()
		if err != nil {
			if err := r.problem(oneLine(name), "%v", err); err != nil {
				return err
			}
			continue
		}
		limited := &io.LimitedReader{R: doc, N: left}
		err = r.document(limited, nil, files)
		left = limited.N
		_ = doc.Close()
		switch {
		case left <= 0:
			return fmt.Errorf("what is in it is larger than %s", size(r.limits.Total))
		case errors.Is(err, ErrUnknown), errors.Is(err, zip.ErrChecksum):
			if err := r.problem(oneLine(name), "it holds no conversations"); err != nil {
				return err
			}
		case err != nil:
			return err
		}
	}
	return nil
}

// indexed returns what finds a file by the beginning of its name, the id that a
// conversation knows it by.
func indexed(z *zip.Reader) fetch {
	byID := map[string]*zip.File{}
	for _, entry := range z.File {
		name := path.Base(strings.ReplaceAll(entry.Name, `\`, "/"))
		// file-abc-photo.png, file_abc-sanitized.png, file-abc.dat
		stem, _, _ := strings.Cut(strings.TrimSuffix(name, path.Ext(name)), ".")
		parts := strings.SplitN(stem, "-", 3)
		switch {
		case len(parts) > 1 && parts[0] == "file":
			byID["file-"+parts[1]] = entry
		case strings.HasPrefix(stem, "file_"):
			byID[parts[0]] = entry
		}
	}
	known := map[string]*beside{}
	return func(id string) (*beside, error) {
		if b := known[id]; b != nil {
			return b, nil
		}
		entry := byID[id]
		if entry == nil || entry.UncompressedSize64 > mostBeside {
			return nil, fs.ErrNotExist
		}
		b, err := examined(entry)
		if err == nil {
			known[id] = b
		}
		return b, err
	}
}

func examined(entry *zip.File) (*beside, error) {
	content, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer content.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(content, mostBeside+1))
	if err == nil && n > mostBeside {
		err = errTooLong
	}
	if err != nil {
		return nil, err
	}
	name := baseName(entry.Name)
	kind := mediaType(mime.TypeByExtension(path.Ext(name)))
	return &beside{entry, api.File{Name: name, MIME: firstOf(kind, "application/octet-stream"), Size: n, SHA256: hexOf(sum)}}, nil
}

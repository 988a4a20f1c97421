package session

// This file owns the contents of files: what a person attached and what models
// made lies in one folder, each content once, named by its SHA-256 and what sort
// it is of. It knows no table, and it believes no name: what is read must have
// the sum that it is named by.

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/aimlchat/aimlchat/api"
)

// FileError says that the content of a file could not be saved, or read.
type FileError struct {
	Name string // of the file, as the person knows it
	Path string // where its content is to be; "" if its sum is none
	Err  error
}

func (e *FileError) Error() string { return fmt.Sprintf("the file %s: %v", e.Name, e.Err) }

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Err }

var (
	errNoSum   = errors.New("it has no valid SHA-256")
	errAltered = errors.New("its saved content is not what it was")
)

// FilePath returns where the content of f lies, or would lie, by its SHA256; ""
// if that is no such sum. The name there ends as its MIME says (".png"), ".bin"
// if nobody knows it. Whoever opens the file must not write to it.
func (s *Store) FilePath(f api.File) string {
	if s.files.memory != nil {
		return ""
	}
	return s.files.path(f)
}

// Content opens the content of f, which has the size that f says; it may have
// been altered, which its sum tells. It is an [fs.ErrNotExist] if it was not saved.
func (s *Store) Content(f api.File) (io.ReadCloser, error) {
	path := s.files.path(f)
	if path == "" {
		return nil, fs.ErrNotExist
	}
	if s.files.memory != nil {
		data, err := s.files.read(path, f.Size)
		return io.NopCloser(bytes.NewReader(data)), err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && info.Size() != f.Size {
		err = errAltered
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// Load fills in the content of every file that a request carries and that was
// saved. It changes the parts of msgs, which must be the caller's own (those of
// [History] are), and no [api.File] that others may look at.
//
// A file that is missing or altered is an *[api.Error] that names it, around a
// *[FileError]; all others are filled in nevertheless.
func (s *Store) Load(ctx context.Context, msgs []api.Message) error {
	var failed error
	had := map[string][]byte{}
	for _, m := range msgs {
		for i := range m.Parts {
			p := &m.Parts[i]
			if p.Kind != api.FilePart || p.File == nil || p.File.Data != nil || p.File.SHA256 == "" {
				continue
			}
			if err := ctx.Err(); err != nil {
				return fmt.Errorf("load the files of a conversation: %w", err)
			}
			f := *p.File
			if f.Data = had[f.SHA256]; f.Data == nil {
				data, err := s.files.load(f)
				if err != nil && failed == nil {
					failed = notLoaded(err)
				}
				f.Data, had[f.SHA256] = data, data
			}
			p.File = &f
		}
	}
	return failed
}

// notLoaded says to a person that a file can't be sent.
func notLoaded(err *FileError) *api.Error {
	e := &api.Error{Kind: api.ErrInvalid, Err: err, Hint: fmt.Sprintf("attach the same file again, or put it back as %s", err.Path)}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		e.Message = fmt.Sprintf("the file %s, which belongs to this conversation, is gone", err.Name)
	case errors.Is(err, errAltered):
		e.Message = fmt.Sprintf("the file %s, which belongs to this conversation, was altered", err.Name)
	case errors.Is(err, errNoSum):
		e.Message = fmt.Sprintf("the file %s, which belongs to this conversation, can't be found: %v", err.Name, err.Err)
		e.Hint = "attach the file again, in a new session"
	default:
		e.Message = fmt.Sprintf("the file %s, which belongs to this conversation, can't be read: %v", err.Name, err.Err)
		e.Hint = "make it readable for you, or attach the same file again"
	}
	return e
}

// identified returns f with the sum and the size of its content, if that is there.
func identified(f api.File) api.File {
	if f.Data != nil {
		f.SHA256, f.Size = sumOf(f.Data), int64(len(f.Data))
	}
	return f
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func validSum(sum string) bool {
	return len(sum) == 2*sha256.Size && strings.Trim(sum, "0123456789abcdef") == ""
}

// contents is the folder in which contents lie, or the memory that holds them by
// the paths that they would have.
type contents struct {
	dir    string
	memory *memory // nil: they are files
}

func (c contents) path(f api.File) string {
	if !validSum(f.SHA256) {
		return ""
	}
	return filepath.Join(c.dir, f.SHA256+"."+extension(f.MIME))
}

// keep makes sure that the content of f, which is identified, is on the disk
// when it returns nil. Of a file whose content nobody has had there is nothing
// to keep.
func (c contents) keep(f api.File) error {
	if f.SHA256 == "" {
		return nil
	}
	path := c.path(f)
	err := errNoSum
	if path != "" {
		err = c.write(path, f)
	}
	if err != nil {
		return &FileError{Name: f.Name, Path: path, Err: err}
	}
	return nil
}

func (c contents) write(path string, f api.File) error {
	err := c.there(path, f.Size)
	switch {
	case c.memory != nil && err != nil && f.Data != nil:
		c.memory.put(path, f.Data)
		return nil
	case c.memory != nil:
		return err
	case err == nil:
		return c.settle() // whoever put it there may not have come to that
	}
	if f.Data == nil {
		return err
	}
	name, err := c.writeNew(bytes.NewReader(f.Data))
	if err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		_ = os.Remove(name)
		// Windows refuses to replace a file that another program has open. If it
		// is the same content by now, nothing need be replaced.
		if c.there(path, f.Size) != nil {
			return err
		}
	}
	return c.settle()
}

// writeNew writes what comes to a file of a name that nobody looks for. The name of
// its content is only given to what is whole and on the disk.
func (c contents) writeNew(from io.Reader) (name string, err error) {
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(c.dir, "new-*") // 0600
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, from)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(f.Name())
	}
	return f.Name(), err
}

// there returns nil if a file of that size lies at path. Its name says what is
// in it; a wrong size says that it isn't.
func (c contents) there(path string, size int64) error {
	if c.memory != nil {
		_, err := c.memory.get(path)
		return err
	}
	info, err := os.Lstat(path)
	if err == nil && (!info.Mode().IsRegular() || info.Size() != size) {
		return errAltered
	}
	return err
}

// settle makes the names in the folder, and the folder's own, survive a power cut.
func (c contents) settle() error {
	if runtime.GOOS == "windows" {
		return nil // no folder can be synced there; its file system logs names
	}
	for _, dir := range []string{c.dir, filepath.Dir(c.dir)} {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		err = d.Sync()
		_ = d.Close()
		// Some network file systems can't; there is no other way to ask them.
		if err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	return nil
}

func (c contents) load(f api.File) ([]byte, *FileError) {
	path := c.path(f)
	if path == "" {
		return nil, &FileError{Name: f.Name, Err: errNoSum}
	}
	data, err := c.read(path, f.Size)
	if err == nil && sumOf(data) != f.SHA256 {
		data, err = nil, errAltered
	}
	if err != nil {
		return nil, &FileError{Name: f.Name, Path: path, Err: err}
	}
	return data, nil
}

func (c contents) read(path string, size int64) ([]byte, error) {
	if c.memory != nil {
		return c.memory.get(path)
	}
	if err := c.there(path, size); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}

func (c contents) remove(path string) error {
	if c.memory != nil {
		return c.memory.remove(path)
	}
	return os.Remove(path)
}

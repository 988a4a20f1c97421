// This file reads what a person attaches: it finds out what a file holds by
// looking at it, and refuses what no model can be sent. It opens regular files
// only, since a device or a pipe may never end. Whether a certain model takes
// a file is for package catalog to know.

package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// maxAttachment bounds what is read at all; models take less.
const maxAttachment = 64 << 20

// hintAttach says what can be attached.
const hintAttach = "attach an image (PNG, JPEG, GIF, WebP), a PDF, sound (WAV, MP3) or UTF-8 text"

// attach reads the file at path, as a person writes it or a terminal pastes
// it. The errors name it.
func (a *app) attach(ctx context.Context, path string) (api.File, error) {
	if err := ctx.Err(); err != nil {
		return api.File{}, errStopped
	}
	found := a.findFile(path)
	data, err := readRegular(found)
	if err != nil {
		return api.File{}, err
	}
	name := filepath.Base(found)
	kind, err := sniff(name, data)
	if err != nil {
		return api.File{}, err
	}
	return newFile(name, kind, data), nil
}

// attachAll reads several files; none when one of them can't be attached.
func (a *app) attachAll(ctx context.Context, paths []string) ([]api.File, error) {
	var files []api.File
	for _, path := range paths {
		f, err := a.attach(ctx, path)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// newFile is a file of which the content is at hand.
func newFile(name, kind string, data []byte) api.File {
	sum := sha256.Sum256(data)
	return api.File{Name: name, MIME: kind, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), Data: data}
}

// readRegular reads a file that is a file, and not too large.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path) // before it is opened: opening a pipe waits
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("check the path", "there is no file %s", path)
	case err != nil:
		return nil, usagef("check the path and its permissions", "%w", err)
	case info.IsDir():
		return nil, usagef("attach the files in it one by one", "%s is a folder", path)
	case !info.Mode().IsRegular():
		return nil, usagef(hintAttach, "%s is no regular file", path)
	case info.Size() > maxAttachment:
		return nil, tooLarge(path)
	case info.Size() == 0:
		return nil, usagef("attach a file that holds something", "%s is empty", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, usagef("make it readable for you", "%w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxAttachment+1))
	if err != nil {
		return nil, withHint(err, "check that file and the disk")
	}
	if len(data) > maxAttachment {
		return nil, tooLarge(path)
	}
	return data, nil
}

func tooLarge(path string) error {
	return usagef("attach a smaller one, or a part of it", "%s is larger than %s", path, figures.Bytes(maxAttachment))
}

// sniff returns the media type of what data holds. The name only tells sorts
// of text apart, and an MP3 that begins without a title.
func sniff(name string, data []byte) (string, error) {
	ext := strings.ToLower(filepath.Ext(name))
	switch kind := magic(data); {
	case foreign[kind] != "":
		return "", usagef(foreign[kind], "%s can't be sent to a model (%s)", name, kind)
	case kind != "":
		return kind, nil
	case ext == ".mp3" && len(data) > 1 && data[0] == 0xFF && data[1]&0xE0 == 0xE0:
		return "audio/mpeg", nil
	}
	if bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data) {
		return "", usagef(hintUnread(data), "%s is neither a known sort of file nor UTF-8 text", name)
	}
	if kind, ok := textKinds[ext]; ok {
		return kind, nil
	}
	return "text/plain", nil
}

// hintUnread says what to do about bytes that are no UTF-8.
func hintUnread(data []byte) string {
	if bytes.HasPrefix(data, []byte("\xFF\xFE")) || bytes.HasPrefix(data, []byte("\xFE\xFF")) {
		return "it looks like UTF-16: convert it to UTF-8 text"
	}
	return hintAttach
}

// textKinds are the sorts of text that have a name of their own; code and all
// else is plain.
var textKinds = map[string]string{
	".csv": "text/csv", ".htm": "text/html", ".html": "text/html", ".markdown": "text/markdown", ".md": "text/markdown",
}

const convertImage = "convert it to JPEG or PNG first"

// foreign says what to do about sorts of files that no service takes.
var foreign = map[string]string{
	"image/heic":                    convertImage,
	"image/avif":                    convertImage,
	"image/bmp":                     convertImage,
	"image/tiff":                    convertImage,
	"image/x-icon":                  convertImage,
	"application/zip":               "unpack it; of an office document attach a PDF",
	"application/x-gzip":            "unpack it first",
	"application/x-rar-compressed":  "unpack it first",
	"application/postscript":        "convert it to PDF first",
	"application/vnd.ms-fontobject": hintAttach,
}

// magic returns the media type that the first bytes of data tell, "" for text
// and for what they don't tell.
func magic(data []byte) string {
	if len(data) >= 12 && string(data[4:8]) == "ftyp" {
		return container(string(data[8:12]))
	}
	switch {
	case bytes.HasPrefix(data, []byte("fLaC")):
		return "audio/flac"
	case bytes.HasPrefix(data, []byte("II*\x00")), bytes.HasPrefix(data, []byte("MM\x00*")):
		return "image/tiff"
	}
	kind, _, _ := mime.ParseMediaType(http.DetectContentType(data))
	switch {
	case kind == "audio/wave":
		return "audio/wav"
	case kind == "application/octet-stream", strings.HasPrefix(kind, "text/"):
		return ""
	}
	return kind
}

// container tells the brands of ISO's media container apart.
func container(brand string) string {
	switch brand {
	case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1":
		return "image/heic"
	case "avif", "avis":
		return "image/avif"
	case "M4A ", "M4B ":
		return "audio/mp4"
	case "qt  ":
		return "video/quicktime"
	}
	return "video/mp4"
}

// This file owns the image on the clipboard. It refuses to look into it further
// than its first bytes, and any kind that models don't take.

package clipboard

import (
	"bytes"
	"context"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// kinds are the images that models take, best first, by how they begin.
var kinds = []struct {
	mime  string
	begin string
}{
	{"image/png", "\x89PNG\r\n\x1a\n"},
	{"image/jpeg", "\xff\xd8\xff"},
	{"image/webp", "RIFF"},
	{"image/gif", "GIF8"},
}

// picture is a program that prints the image on the clipboard.
type picture struct {
	list     []string // prints the types that the clipboard offers, one a line; nil: it isn't asked
	print    []string // prints the image; after list, the type follows
	patience time.Duration
	decode   func([]byte) ([]byte, error) // what print printed; nil: the image
}

// pictures returns the ways to an image on the person's clipboard, best first.
func (c *Clipboard) pictures(h here) []picture {
	x := picture{
		list:  []string{"xclip", "-selection", "clipboard", "-out", "-target", "TARGETS"},
		print: []string{"xclip", "-selection", "clipboard", "-out", "-target"},
	}
	windows := picture{print: c.script(psImage), patience: psPatience, decode: unbase64}
	var all []picture
	switch {
	case h.remote && forwarded(h.env("DISPLAY")):
		return []picture{x}
	case h.remote:
		return nil
	case c.opts.GOOS == "windows":
		return []picture{windows}
	case c.opts.GOOS == "darwin":
		return []picture{
			{print: []string{"pngpaste", "-"}},
			{print: []string{"osascript", "-e", "the clipboard as «class PNGf»"}, decode: appleData},
		}
	case h.wsl():
		all = append(all, windows)
	}
	if h.env("WAYLAND_DISPLAY") != "" {
		all = append(all, picture{
			list:  []string{"wl-paste", "--list-types"},
			print: []string{"wl-paste", "--type"},
		})
	}
	if h.env("DISPLAY") != "" {
		all = append(all, x)
	}
	return all
}

// ReadImage returns the image on the person's clipboard and its media type: PNG,
// JPEG, WebP or GIF. The error is [ErrNoImage] if there is none, or if nobody
// here can tell; then the clipboard may hold text.
func (c *Clipboard) ReadImage(ctx context.Context) (image []byte, mime string, err error) {
	h := c.here(ctx)
	for _, p := range c.pictures(h) {
		if image = c.picture(ctx, h, p); image == nil {
			continue
		}
		if mime = sniff(image); mime != "" {
			return image, mime, nil
		}
	}
	return nil, "", ErrNoImage
}

// picture returns what p prints, nil if that fails.
func (c *Clipboard) picture(ctx context.Context, h here, p picture) []byte {
	argv := p.print
	if p.list != nil {
		offered, err := c.call(ctx, h, p.list, "", true, p.patience)
		mime := choose(string(offered))
		if err != nil || mime == "" {
			return nil
		}
		argv = append(slices.Clone(argv), mime)
	}
	out, err := c.call(ctx, h, argv, "", true, p.patience)
	if err == nil && p.decode != nil {
		out, err = p.decode(out)
	}
	if err != nil {
		return nil
	}
	return out
}

// choose returns the best of the types offered, "" if none is an image.
func choose(offered string) string {
	lines := strings.Fields(offered)
	for _, k := range kinds {
		if slices.Contains(lines, k.mime) {
			return k.mime
		}
	}
	return ""
}

// sniff returns the media type of an image by its first bytes, "" if it is none
// that models take.
func sniff(image []byte) string {
	for _, k := range kinds {
		if !bytes.HasPrefix(image, []byte(k.begin)) {
			continue
		}
		if k.mime != "image/webp" || len(image) >= 12 && string(image[8:12]) == "WEBP" {
			return k.mime
		}
	}
	return ""
}

// appleData reads the way in which osascript writes data: «data PNGf89504E47…».
func appleData(printed []byte) ([]byte, error) {
	_, digits, _ := bytes.Cut(printed, []byte("PNGf"))
	digits, _, _ = bytes.Cut(digits, []byte("»"))
	image := make([]byte, hex.DecodedLen(len(digits)))
	n, err := hex.Decode(image, digits)
	return image[:n], err
}

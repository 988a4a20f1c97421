package clipboard

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os/exec"
	"strings"
	"testing"
)

const (
	png  = "\x89PNG\r\n\x1a\n and so on"
	jpeg = "\xff\xd8\xff\xe0 and so on"
	webp = "RIFF\x10\x00\x00\x00WEBPVP8 "
)

func TestReadImage(t *testing.T) {
	wayland := map[string]string{"WAYLAND_DISPLAY": "wayland-0"}
	x := map[string]string{"DISPLAY": ":0"}
	const xTypes = "xclip -selection clipboard -out -target TARGETS"
	const xRead = "xclip -selection clipboard -out -target "
	const apple = "osascript -e the clipboard as «class PNGf»"
	for name, c := range map[string]struct {
		goos    string
		env     map[string]string
		prints  map[string]string // by the command line; what isn't there fails
		want    string
		wantExt string
	}{
		"Wayland":           {"linux", wayland, map[string]string{"wl-paste --list-types": "text/html\nimage/png\n", "wl-paste --type image/png": png}, png, "image/png"},
		"Wayland, no PNG":   {"linux", wayland, map[string]string{"wl-paste --list-types": "image/bmp\nimage/webp\n", "wl-paste --type image/webp": webp}, webp, "image/webp"},
		"Wayland, text":     {"linux", wayland, map[string]string{"wl-paste --list-types": "text/plain\n", "wl-paste --type image/png": png}, "", ""},
		"X11":               {"linux", x, map[string]string{xTypes: "TARGETS\nimage/jpeg\n", xRead + "image/jpeg": jpeg}, jpeg, "image/jpeg"},
		"X11 that lies":     {"linux", x, map[string]string{xTypes: "image/png\n", xRead + "image/png": "<html>"}, "", ""},
		"RIFF, but a sound": {"linux", x, map[string]string{xTypes: "image/webp\n", xRead + "image/webp": "RIFF\x10\x00\x00\x00WAVEfmt "}, "", ""},
		"pngpaste":          {"darwin", nil, map[string]string{"pngpaste -": png}, png, "image/png"},
		"AppleScript":       {"darwin", nil, map[string]string{apple: "«data PNGf" + strings.ToUpper(hex.EncodeToString([]byte(png))) + "»\n"}, png, "image/png"},
		"AppleScript, odd":  {"darwin", nil, map[string]string{apple: "«data PNGf895»\n"}, "", ""},
		"macOS, text":       {"darwin", nil, nil, "", ""},
		"Windows":           {"windows", nil, map[string]string{"powershell.exe -NoProfile -NonInteractive -Sta -Command " + psImage: base64.StdEncoding.EncodeToString([]byte(png)) + "\r\n"}, png, "image/png"},
		"Windows, noise":    {"windows", nil, map[string]string{"powershell.exe -NoProfile -NonInteractive -Sta -Command " + psImage: "Add-Type : denied"}, "", ""},
		"nothing":           {"linux", nil, nil, "", ""},
	} {
		b := New(Options{
			Getenv: environ(c.env), GOOS: c.goos, LookPath: func(program string) (string, error) { return program, nil },
			Run: func(_ context.Context, call Call) ([]byte, error) {
				if out, ok := c.prints[strings.Join(call.Argv, " ")]; ok && call.Output {
					return []byte(out), nil
				}
				return nil, &exec.ExitError{}
			},
		})
		image, mime, err := b.ReadImage(t.Context())
		if string(image) != c.want || mime != c.wantExt || (c.want == "") != errors.Is(err, ErrNoImage) {
			t.Errorf("%s: %q, %q, %v; want %q, %q", name, image, mime, err, c.want, c.wantExt)
		}
	}
}

func FuzzAppleData(f *testing.F) {
	f.Add([]byte("«data PNGf89504E47»"))
	f.Add([]byte("PNGf»"))
	f.Fuzz(func(t *testing.T, printed []byte) {
		image, err := appleData(printed)
		if err == nil && len(image) > 0 && !bytes.Contains(bytes.ToLower(printed), []byte(hex.EncodeToString(image))) {
			t.Errorf("%q became %x", printed, image)
		}
	})
}

//go:build unix

package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAttachOnlyFiles(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "empty"), "")
	huge := filepath.Join(dir, "huge")
	write(t, huge, "x")
	if err := os.Truncate(huge, maxAttachment+1); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		dir:                          "is a folder",
		pipe:                         "is no regular file", // and does not wait for a writer
		"/dev/zero":                  "is no regular file",
		filepath.Join(dir, "empty"):  "is empty",
		filepath.Join(dir, "absent"): "there is no file",
		huge:                         "is larger than",
	} {
		_, err := testApp(t, nil).attach(context.Background(), path)
		if err == nil || !strings.Contains(err.Error(), want) || exitCode(context.Background(), err) != exitUsage {
			t.Errorf("attach %s: %v, want %q", path, err, want)
		}
	}
}

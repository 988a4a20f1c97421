// This file reads paths as people write them and as terminals paste them: with
// a tilde, in quotes, with backslashes, as a file URL. It looks at names and
// never into files.

package cli

import (
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// findFile returns the path of the file that text means. What is there under
// that very name is meant by it, even when the name looks escaped.
func (a *app) findFile(text string) string {
	if _, err := os.Lstat(text); err == nil {
		return text
	}
	return expandPath(text, a.home())
}

// home is the person's own folder, or "".
func (a *app) home() string { return a.env.getenv("HOME", "USERPROFILE") }

// expandPath takes from a path what a shell would: quotes, backslashes and a
// tilde; or reads it as a file URL.
func expandPath(text, home string) string {
	text = strings.TrimSpace(text)
	if path, ok := fileURL(text); ok {
		return path
	}
	tilde := text == "~" || strings.HasPrefix(text, "~/")
	path := text
	if runtime.GOOS == "windows" {
		path = strings.Trim(text, `"`) // a backslash is a separator there
	} else if plain, ok := unquote(text); ok {
		path = plain
	}
	if tilde && home != "" {
		return home + path[1:]
	}
	return path
}

// unquote reads text as a shell reads one word, without expanding anything. It
// is not ok when that word would not end, or end before the text.
func unquote(text string) (word string, ok bool) {
	var b strings.Builder
	quote := rune(0)
	escaped := false
	for _, r := range text {
		switch {
		case escaped:
			if quote == '"' && !strings.ContainsRune("\"\\$`", r) {
				b.WriteByte('\\')
			}
			b.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'':
			escaped = true
		case r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote = r
		case quote == 0 && (r == ' ' || r == '\t'):
			return "", false
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), quote == 0 && !escaped
}

// fileURL returns the path of a file URL of this machine.
func fileURL(text string) (path string, ok bool) {
	text = strings.Trim(text, `'"`)
	if len(text) < 7 || !strings.EqualFold(text[:7], "file://") {
		return "", false
	}
	u, err := url.Parse(text)
	if err != nil || u.Host != "" && !strings.EqualFold(u.Host, "localhost") {
		return "", false
	}
	path = u.Path
	if runtime.GOOS == "windows" {
		path = filepath.FromSlash(strings.TrimPrefix(path, "/")) // of /C:/…
	}
	return path, path != ""
}

// maxCompletions bounds what a completion offers: nobody reads more.
const maxCompletions = 200

// completePath returns the files and folders that a path begun with prefix can
// become, folders with a slash at their end. Hidden ones come only when their
// dot is there.
func (a *app) completePath(prefix string) []string {
	dir, begun := "", prefix
	if i := strings.LastIndexAny(prefix, separators()); i >= 0 {
		dir, begun = prefix[:i+1], prefix[i+1:]
	}
	if prefix == "~" {
		return []string{"~/"}
	}
	entries, err := os.ReadDir(a.folder(dir))
	if err != nil {
		return nil
	}
	var found []string
	for _, e := range entries {
		name := e.Name()
		if !hasPrefixFold(name, begun) || strings.HasPrefix(name, ".") && !strings.HasPrefix(begun, ".") {
			continue
		}
		switch info, err := os.Stat(filepath.Join(a.folder(dir), name)); {
		case err != nil:
		case info.IsDir():
			found = append(found, dir+name+"/")
		case info.Mode().IsRegular():
			found = append(found, dir+name)
		}
		if len(found) == maxCompletions {
			break
		}
	}
	slices.Sort(found)
	return found
}

// folder is where the entries of a path are that begins with dir.
func (a *app) folder(dir string) string {
	if rest, ok := strings.CutPrefix(dir, "~/"); ok && a.home() != "" {
		return filepath.Join(a.home(), rest)
	}
	if dir == "" {
		return "."
	}
	return dir
}

func separators() string {
	if runtime.GOOS == "windows" {
		return `/\`
	}
	return "/"
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

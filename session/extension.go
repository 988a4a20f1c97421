package session

// This file owns the endings of the names of saved files, by which viewers tell
// what is in them. It believes no media type: an ending comes from here, or is
// "bin".

import "strings"

// extensions are the endings, by media type. What has an ending must never be
// given another: nobody would find what was saved under the old one. So a type
// that joins must have been "bin" in no release, or bring its files along.
//
// HTML is plain text here: opened by a slip, it must not become a page whose
// scripts run.
var extensions = map[string]string{
	"image/png": "png", "image/jpeg": "jpg", "image/jpg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg",
	"image/avif": "avif", "image/bmp": "bmp", "image/heic": "heic", "image/tiff": "tiff",
	"application/pdf": "pdf", "application/json": "json", "application/zip": "zip",
	"audio/wav": "wav", "audio/wave": "wav", "audio/x-wav": "wav", "audio/vnd.wave": "wav", "audio/mpeg": "mp3", "audio/mp3": "mp3",
	"audio/mp4": "m4a", "audio/aac": "aac", "audio/flac": "flac", "audio/ogg": "ogg", "audio/opus": "opus", "application/ogg": "ogg",
	"video/mp4": "mp4", "video/webm": "webm", "video/quicktime": "mov",
	"text/markdown": "md", "text/csv": "csv", "text/css": "css",
}

// extension returns the ending for a media type, without its dot.
func extension(mime string) string {
	kind, _, _ := strings.Cut(strings.ToLower(mime), ";")
	kind = strings.TrimSpace(kind)
	if ext, ok := extensions[kind]; ok {
		return ext
	}
	if strings.HasPrefix(kind, "text/") {
		return "txt"
	}
	return "bin"
}

// Package figures writes numbers for people: tokens, money, time. It decides
// how many digits matter, once, so that the header, the transcript and the
// pickers never show the same figure in two ways.
package figures

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Tokens writes a count in at most four characters: 812, 1.3k, 128k, 1.0M.
func Tokens(n int64) string {
	switch {
	case n < 1000:
		return strconv.FormatInt(n, 10)
	case n < 9950:
		return fmt.Sprintf("%.1fk", float64(n)/1e3)
	case n < 999_500:
		return fmt.Sprintf("%.0fk", float64(n)/1e3)
	default:
		return fmt.Sprintf("%.1fM", float64(n)/1e6)
	}
}

// Count writes a count in full, its thousands apart: 1,339.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Bytes writes the size of a file as file managers do, a kilobyte being a
// thousand bytes: 812 bytes, 1.3 kB, 120 kB, 4.5 MB.
func Bytes(n int64) string {
	switch v := float64(n); {
	case n == 1:
		return "1 byte"
	case n < 1000:
		return fmt.Sprintf("%d bytes", n)
	case v < 9950:
		return fmt.Sprintf("%.1f kB", v/1e3)
	case v < 999_500:
		return fmt.Sprintf("%.0f kB", v/1e3)
	case v < 9_950_000:
		return fmt.Sprintf("%.1f MB", v/1e6)
	case v < 999_500_000:
		return fmt.Sprintf("%.0f MB", v/1e6)
	default:
		return fmt.Sprintf("%.1f GB", v/1e9)
	}
}

// USD writes an amount with the digits that matter for it: two significant
// ones below a cent, whole cents from a dollar on, never less than cents.
func USD(v float64) string {
	switch {
	case v == 0:
		return "$0"
	case v < 0.000_000_95:
		return "< $0.000001"
	case v < 0.000_095:
		return fmt.Sprintf("$%.6f", v)
	case v < 0.995:
		s := fmt.Sprintf("$%.4f", v)
		cents := len(s) - len("00")
		return s[:cents] + strings.TrimRight(s[cents:], "0")
	default:
		return fmt.Sprintf("$%.2f", v)
	}
}

// Seconds writes a duration as a person would say it: 40 ms, 0.8 s, 42 s,
// 3 min 12 s.
func Seconds(d time.Duration) string {
	switch s := d.Seconds(); {
	case 0 < s && s < 0.095:
		return fmt.Sprintf("%d ms", max(1, d.Milliseconds()))
	case s < 9.95:
		return fmt.Sprintf("%.1f s", s)
	case s < 60:
		return fmt.Sprintf("%.0f s", s)
	default:
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(s)%60)
	}
}

// Rate writes tokens per second; "" when it would mean nothing.
func Rate(tokens int64, d time.Duration) string {
	if tokens < 2 || d < 50*time.Millisecond {
		return ""
	}
	return fmt.Sprintf("%.0f tok/s", float64(tokens)/d.Seconds())
}

// EstimateTokens guesses how many tokens a text takes: a quarter of a token a
// byte for Latin script, one a rune for scripts that are written without
// spaces. Good to a third either way, so always shown with "≈".
func EstimateTokens(text string) int64 {
	var quarters int64
	for _, r := range text {
		switch {
		case r < 0x80:
			quarters++
		case r < 0x2E80:
			quarters += 2
		default:
			quarters += 4
		}
	}
	return (quarters + 3) / 4
}

package api

// This file owns how long a service asks to wait. It refuses to read our own
// clock: a date means something only beside the service's.

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// retryAfter reads the headers that say when to come back, the most exact first:
// milliseconds, seconds or a date, and, where there are neither and too much was
// asked, when the limit that was reached is lifted.
func retryAfter(status int, h http.Header) time.Duration {
	if d := count(h.Get("Retry-After-Ms"), time.Millisecond); d > 0 {
		return d
	}
	value := strings.TrimSpace(h.Get("Retry-After"))
	if at, err := http.ParseTime(value); err == nil {
		return fromDate(at, h)
	}
	if value != "" {
		return count(value, time.Second)
	}
	if status != http.StatusTooManyRequests {
		return 0
	}
	return max(limitLifted(h, "Requests"), limitLifted(h, "Tokens"))
}

// maxWait keeps what a service asks for within what can be counted.
const maxWait = 1e6 * time.Second

// count is value times unit, or 0 if value is no positive number.
func count(value string, unit time.Duration) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(n > 0) {
		return 0
	}
	return time.Duration(min(n*float64(unit), float64(maxWait)))
}

func fromDate(at time.Time, h http.Header) time.Duration {
	sent, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(at.Sub(sent), 0), maxWait)
}

// limitLifted reads OpenAI's headers: when a limit of which nothing remains is
// reset, as a duration such as 6m0s.
func limitLifted(h http.Header, what string) time.Duration {
	if h.Get("X-Ratelimit-Remaining-"+what) != "0" {
		return 0
	}
	d, err := time.ParseDuration(h.Get("X-Ratelimit-Reset-" + what))
	if err != nil {
		return 0
	}
	return min(max(d, 0), maxWait)
}

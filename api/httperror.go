package api

// This file owns what a refusal means: from a status and the service's words to
// an [Error] that a person can act on. It refuses to know how the words were
// found (refusal.go) or why no reply came at all (dialerror.go).

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Service is who answers, as far as errors name it.
type Service struct {
	Host       string // as a person knows it: "api.aimlapi.com"
	KeyHint    string // what to do about a key that is missing or refused; may be ""
	BillingURL string // where to top up; may be ""
}

// HTTPError makes an error of a reply that is no answer. Only the beginning of
// the body is needed; [MaxErrorBody] is enough.
func (s Service) HTTPError(status int, header http.Header, body []byte) *Error {
	r := readRefusal(body)
	e := &Error{
		Kind:       r.kind(status),
		Status:     status,
		RequestID:  firstOf(r.requestID, header.Get("X-Request-Id"), header.Get("X-Inference-Id")),
		RetryAfter: retryAfter(header),
	}
	if 300 <= status && status < 400 {
		r.words = "it points to " + oneLine(header.Get("Location"))
	}
	s.explain(e, r)
	return e
}

// MaxErrorBody is how much of a refusal's body is worth reading.
const MaxErrorBody = 1 << 20

// StreamError makes an error of a document that a service sends in the middle
// of an answer.
func (s Service) StreamError(doc []byte) *Error {
	r := readRefusal(doc)
	e := &Error{Kind: ErrServer, Status: r.status, RequestID: r.requestID}
	if r.status >= 400 {
		e.Kind = r.kind(r.status)
	}
	s.explain(e, r)
	return e
}

// codeKinds are the services' own names that say more than a status: being out
// of money is a 403 here and a 429 there.
var codeKinds = map[string]ErrorKind{
	"err_insufficent_credits":  ErrFunds, // the misspelling is theirs
	"err_insufficient_credits": ErrFunds,
	"insufficient_quota":       ErrFunds,
	codeUnverified:             ErrForbidden,
	"invalid_api_key":          ErrAuth,
	"authentication_error":     ErrAuth,
	"model_not_found":          ErrNotFound,
	"invalid_model":            ErrNotFound,
}

const codeUnverified = "err_unverified_card"

// kind tells refusals apart.
func (r refusal) kind(status int) ErrorKind {
	for _, code := range r.codes {
		if kind, ok := codeKinds[code]; ok {
			return kind
		}
	}
	switch {
	case status == http.StatusUnauthorized, status == http.StatusBadRequest && badKey.MatchString(r.words):
		return ErrAuth
	case status == http.StatusPaymentRequired, status == http.StatusForbidden && planOver.MatchString(r.words):
		return ErrFunds
	case status == http.StatusForbidden:
		return ErrForbidden
	case status == http.StatusNotFound:
		return ErrNotFound
	case status == http.StatusRequestTimeout:
		return ErrTimeout
	case status == http.StatusTooManyRequests:
		return ErrRateLimit
	case status >= 500:
		return ErrServer
	case status >= 400:
		return ErrInvalid
	default:
		return ErrBadResponse
	}
}

var (
	badKey   = regexp.MustCompile(`(?i)(incorrect|invalid)\s+api[ _-]?key`)
	planOver = regexp.MustCompile(`exhausted the available \[plan`)
	tooLong  = regexp.MustCompile(`(?i)context (length|window|size)|too long|too many tokens|maximum.*tokens`)
	noSystem = regexp.MustCompile(`does not support 'system'`)
)

// explain fills in what a person reads.
func (s Service) explain(e *Error, r refusal) {
	what := map[ErrorKind]string{
		ErrAuth:        s.Host + " refuses the key",
		ErrFunds:       "the account is out of money",
		ErrForbidden:   s.Host + " forbids this",
		ErrNotFound:    "not found",
		ErrTimeout:     s.Host + " gave up waiting",
		ErrRateLimit:   "too many requests",
		ErrInvalid:     s.Host + " refuses the request",
		ErrServer:      s.Host + " failed",
		ErrBadResponse: "no answer from " + s.Host,
	}[e.Kind]
	if e.Status != 0 && (e.Kind == ErrServer || e.Kind == ErrBadResponse) {
		what += fmt.Sprintf(" (%s)", statusName(e.Status))
	}
	if r.words != "" && !strings.EqualFold(r.words, what) && !strings.EqualFold(r.words, http.StatusText(e.Status)) {
		what += ": " + r.words
	}
	e.Message = shorten(what)
	e.Hint = s.hint(e, r)
	e.Retryable = e.Kind == ErrRateLimit || e.Kind == ErrServer || e.Kind == ErrTimeout
}

func statusName(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// hint says what to do.
func (s Service) hint(e *Error, r refusal) string {
	switch e.Kind {
	case ErrAuth:
		return firstOf(s.KeyHint, "check the key of this provider")
	case ErrFunds:
		if s.BillingURL != "" {
			return "top up at " + s.BillingURL
		}
		return "top up the account"
	case ErrForbidden:
		if slices.Contains(r.codes, codeUnverified) {
			return "verify the account with the service, then try again"
		}
		return "check what the key may do, or choose another model"
	case ErrNotFound:
		return "choose another model, or check the base URL"
	case ErrRateLimit:
		if e.RetryAfter > 0 {
			return "try again in " + e.RetryAfter.Round(time.Second).String()
		}
		return "wait a little, then try again"
	case ErrInvalid:
		return invalidHint(r.words)
	case ErrBadResponse:
		return "check the base URL"
	default:
		return "try again, or choose another model"
	}
}

func invalidHint(words string) string {
	switch {
	case tooLong.MatchString(words):
		return "shorten the conversation, or choose a model with a larger context window"
	case noSystem.MatchString(words):
		return "leave out the system prompt, or choose another model"
	default:
		return "change the request, or choose another model"
	}
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if !(seconds > 0) {
			return 0
		}
		return time.Duration(min(seconds, 1e6) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	sent, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0 // without the service's clock its date says nothing
	}
	return max(at.Sub(sent), 0)
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

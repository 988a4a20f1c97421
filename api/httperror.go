package api

// This file owns what a refusal means: from a status and the service's words to
// an [Error] that a person can act on. It refuses to know how the words were
// found (refusal.go) or why no reply came at all (dialerror.go).

import (
	"fmt"
	"net/http"
	"net/url"
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
// the body is needed; [MaxErrorBody] is enough. Whoever sent a key calls
// [Error.Redact] with it.
func (s Service) HTTPError(status int, header http.Header, body []byte) *Error {
	r := readRefusal(body)
	if 300 <= status && status < 400 {
		r = refusal{words: s.pointsTo(header.Get("Location"))}
	}
	e := &Error{
		Kind:       r.kind(status),
		Status:     status,
		RequestID:  r.requestID,
		RetryAfter: retryAfter(status, header),
	}
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Inference-Id", "Apim-Request-Id"} {
		e.RequestID = firstOf(e.RequestID, oneLine(header.Get(name)))
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
	e := &Error{Status: r.status, RequestID: r.requestID}
	switch {
	case r.status >= 400:
		e.Kind = r.kind(r.status)
	default:
		e.Kind = r.kindByName()
	}
	s.explain(e, r)
	return e
}

// pointsTo says where a redirect leads: to which host, and no more, since an
// address may hold anything.
func (s Service) pointsTo(location string) string {
	u, err := url.Parse(strings.TrimSpace(location))
	switch {
	case err != nil || location == "":
		return "it points elsewhere"
	case u.Host == "" || strings.EqualFold(u.Host, s.Host):
		return "it points to another address on the same host"
	}
	return "it points to " + oneLine(u.Host)
}

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
	e.Hint = shorten(s.hint(e, r))
	e.RequestID = shortenTo(e.RequestID, maxHandle)
	e.Retryable = e.Kind == ErrRateLimit || e.Kind == ErrTimeout || e.Kind == ErrServer && !bySupplier(e.Status)
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
		return forbiddenHint(e, r)
	case ErrNotFound:
		return "choose another model, or check the base URL"
	case ErrInvalid:
		return invalidHint(e, r)
	case ErrBadResponse:
		return "check the base URL"
	case ErrRateLimit:
		return waitHint(e, "wait a little, then try again")
	default:
		if attachment.MatchString(r.words) {
			return attachmentHint
		}
		return waitHint(e, "try again, or choose another model")
	}
}

func waitHint(e *Error, otherwise string) string {
	if e.RetryAfter >= time.Second {
		return "try again in " + e.RetryAfter.Round(time.Second).String()
	}
	return otherwise
}

func forbiddenHint(e *Error, r refusal) string {
	switch {
	case slices.Contains(r.codes, codeUnverified):
		return "verify the account with the service, then try again"
	case bySubscription(e.Status):
		return "check the subscription of the account"
	default:
		return "check what the key may do, or choose another model"
	}
}

const attachmentHint = "leave out what is attached, or choose a model that takes it"

func invalidHint(e *Error, r refusal) string {
	switch {
	case tooLong.MatchString(r.words):
		return "shorten the conversation, or choose a model with a larger context window"
	case noSystem.MatchString(r.words):
		return "leave out the system prompt, or choose another model"
	case attachment.MatchString(r.words):
		return attachmentHint
	case e.Status == http.StatusRequestEntityTooLarge:
		return "send less at once"
	case fieldName.MatchString(r.param) && unwelcome.MatchString(r.words):
		return "leave out " + r.param + ", or choose another model"
	default:
		return "change the request, or choose another model"
	}
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

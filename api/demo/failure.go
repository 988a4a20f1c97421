package demo

// failure.go owns how the demo fails: refusals in the service's shape, and the
// words by which demo/flaky chooses one.

import (
	"net/http"
	"strings"
)

// failure is a refusal: a status, and the body that goes with it.
type failure struct {
	status        int
	name, message string
	extra         object // beside name and message in "error"
}

func notFound(message string) *failure {
	return &failure{http.StatusNotFound, "NotFoundException", message, nil}
}

func invalid(path, reason, code string) *failure {
	return &failure{
		http.StatusBadRequest, "PublicApiValidationException", "Invalid payload provided. Please check the request body.",
		object{"details": []object{{"path": path, "reason": reason, "code": code}}},
	}
}

// problem is a refusal as the service sends it.
func problem(r *http.Request, f *failure) *http.Response {
	inner := object{"name": f.name, "message": f.message}
	for key, value := range f.extra {
		inner[key] = value
	}
	return reply(r, f.status, "application/problem+json; charset=utf-8", encode(object{
		"title": http.StatusText(f.status), "status": f.status, "message": f.message,
		"instance": r.URL.Path, "requestId": "00000000-0000-4000-8000-00000000demo",
		"timestamp": timestamp, "error": inner,
	}))
}

// The demo has no clock: what it says does not depend on when.
const (
	created   = 1767225600 // in every chunk
	timestamp = "2026-01-01T00:00:00.000Z"
)

// ending is how a stream ends.
type ending int

const (
	endsWell    ending = iota
	endsCut            // the connection is lost
	endsEarly          // the body ends as if all were well
	endsInError        // an error comes as the last event
)

// fault is one way in which demo/flaky fails.
type fault struct {
	words    string // any of them in the prompt chooses it
	times    int    // so often in one conversation; 0: always
	response func(*http.Request) *http.Response
	stream   ending // when there is no response of its own
}

// faults are tried in order; the last one needs no word.
var faults = []fault{
	{words: "401 unauthorized", response: refusing(http.StatusUnauthorized, "UnauthorizedException",
		"You provided an invalid API key. You can create a new API key on the Billing page: https://aimlapi.com/app/keys", nil)},
	{words: "403 funds money broke credits", response: refusing(http.StatusForbidden, "ForbiddenException",
		"You've run out of credits. Please top up your balance or update your payment method to continue: https://aimlapi.com/app/billing/",
		object{"data": object{"kind": "err_insufficent_credits"}})},
	{words: "404", response: refusing(http.StatusNotFound, "NotFoundException", "The model does not exist any more.", nil)},
	{words: "429 rate", response: refusing(http.StatusTooManyRequests, "ThrottlerException", "Too Many Requests", nil)},
	{words: "500 502 stumble", response: refusing(http.StatusInternalServerError, "InternalServerErrorException", "Internal server error", nil)},
	{words: "503 busy", times: 1, response: refusing(http.StatusServiceUnavailable, "ServiceUnavailableException", "Service unavailable", nil)},
	{words: "html", response: webPage},
	{words: "cleanly", stream: endsEarly},
	{words: "inside", stream: endsInError},
	{words: "cut", stream: endsCut},
	{times: 1, stream: endsCut},
}

func refusing(status int, name, message string, extra object) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response { return problem(r, &failure{status, name, message, extra}) }
}

func webPage(r *http.Request) *http.Response {
	return reply(r, http.StatusBadGateway, "text/html; charset=UTF-8", []byte(
		"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"+
			"<body><h1>502 Bad Gateway</h1><p>The demo pretends to be a web server with a headache.</p></body></html>\n"))
}

func chooseFault(prompt string) fault {
	said := spoken(prompt)
	for _, f := range faults {
		if f.words == "" {
			return f
		}
		for _, word := range strings.Fields(f.words) {
			if said.says(word) {
				return f
			}
		}
	}
	return fault{}
}

package api

// This file owns telling refusals apart: what kind of failure a status, a
// service's own name for it and its words add up to. Names decide before the
// status, since being out of money is a 403 here and a 429 there; words decide
// only where a status is known to be used for several things.

import (
	"net/http"
)

const codeUnverified = "err_unverified_card"

// codeKinds are the names that say more than any status.
var codeKinds = map[string]ErrorKind{
	"err_insufficent_credits":    ErrFunds, // the misspelling is theirs
	"err_insufficient_credits":   ErrFunds,
	"insufficient_quota":         ErrFunds,
	"insufficient_balance":       ErrFunds,
	"insufficient_credits":       ErrFunds,
	"billing_error":              ErrFunds,
	"billing_not_active":         ErrFunds,
	"billing_hard_limit_reached": ErrFunds,
	codeUnverified:               ErrForbidden,
	"invalid_api_key":            ErrAuth,
	"api_key_invalid":            ErrAuth,
	"authentication_error":       ErrAuth,
	"model_not_found":            ErrNotFound,
	"invalid_model":              ErrNotFound,
	"deploymentnotfound":         ErrNotFound,
}

// nameKinds are the names that stand in for a status where there is none: in
// the middle of a stream.
var nameKinds = map[string]ErrorKind{
	"invalid_request_error":        ErrInvalid,
	"request_too_large":            ErrInvalid,
	"context_length_exceeded":      ErrInvalid,
	"invalid_prompt":               ErrInvalid,
	"publicapivalidationexception": ErrInvalid,
	"badrequestexception":          ErrInvalid,
	"permission_error":             ErrForbidden,
	"forbiddenexception":           ErrForbidden,
	"unauthorizedexception":        ErrAuth,
	"not_found_error":              ErrNotFound,
	"notfoundexception":            ErrNotFound,
	"rate_limit_error":             ErrRateLimit,
	"rate_limit_exceeded":          ErrRateLimit,
	"ratelimitreached":             ErrRateLimit,
	"too_many_requests":            ErrRateLimit,
	"throttlerexception":           ErrRateLimit,
	"resource_exhausted":           ErrRateLimit,
	"timeout_error":                ErrTimeout,
}

// kind is that of a refusal with the given status.
func (r refusal) kind(status int) ErrorKind {
	if kind, ok := r.named(codeKinds); ok {
		return kind
	}
	if kind, ok := r.kindByWords(status); ok {
		return kind
	}
	switch status {
	case http.StatusUnauthorized:
		return ErrAuth
	case http.StatusPaymentRequired:
		return ErrFunds
	case http.StatusForbidden, http.StatusUnavailableForLegalReasons:
		return ErrForbidden
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone:
		return ErrNotFound
	case http.StatusRequestTimeout:
		return ErrTimeout
	case http.StatusTooManyRequests, statusAIXRateLimit:
		return ErrRateLimit
	}
	switch {
	case status < 400:
		return ErrBadResponse
	case status >= 500, bySupplier(status):
		return ErrServer
	case byBilling(status):
		return ErrFunds
	case bySubscription(status):
		return ErrForbidden
	default:
		return ErrInvalid
	}
}

// kindByName is that of a refusal without a status.
func (r refusal) kindByName() ErrorKind {
	for _, table := range []map[string]ErrorKind{codeKinds, nameKinds} {
		if kind, ok := r.named(table); ok {
			return kind
		}
	}
	return ErrServer
}

func (r refusal) named(table map[string]ErrorKind) (ErrorKind, bool) {
	for _, code := range r.codes {
		if kind, ok := table[code]; ok {
			return kind, true
		}
	}
	return "", false
}

// What only aiXplain answers: a family of numbers for each side that may fail.
const statusAIXRateLimit = 497

func bySubscription(status int) bool { return status/10 == 46 }
func byBilling(status int) bool      { return status/10 == 47 }
func bySupplier(status int) bool     { return status/10 == 48 }

// kindByWords reads the words of a status that stands for several things.
func (r refusal) kindByWords(status int) (ErrorKind, bool) {
	switch status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusUnprocessableEntity, http.StatusTooManyRequests:
	default:
		return "", false
	}
	switch {
	case badKey.MatchString(r.words):
		return ErrAuth, true
	case noFunds.MatchString(r.words):
		return ErrFunds, true
	case noModel.MatchString(r.words) && status != http.StatusTooManyRequests:
		return ErrNotFound, true
	}
	return "", false
}

var (
	badKey  = NewPattern(`(?i)\b(incorrect|invalid|wrong|expired) api[ _-]?key|\bapi[ _-]?key (is |was )?(not valid|invalid|incorrect|expired|not found)`)
	noFunds = NewPattern(`(?i)exhausted the available \[plan|\b(out of|insufficient|not enough|no) (credits?|balance|funds)\b|credit balance is too low|doesn't have any credits|used all (of )?(your |its )?available credits`)
	noModel = NewPattern(`(?i)\bmodel names are\b.*\byou passed\b|\bmodel:?( \S+)? (does not exist|(is |was )?not found)|\bnot a valid model\b|^(invalid|unknown) model\b`)

	// What a hint can be made of.
	tooLong    = NewPattern(`(?i)context (length|window|size)|too long|too many (prompt |input )?tokens|maximum.*tokens`)
	noSystem   = NewPattern(`does not support '(system|developer)'`)
	attachment = NewPattern("(?i)unknown variant [`'\"]?(input_audio|image_url|file|video_url)|(image|audio|video|file|vision)s? (input|type).{0,40}not (be )?supported|unsupported (file|image|audio|mime)|failed to load image|only supports text|cannot make get request|invalid (file|image) data")
	fieldName  = NewPattern(`^[a-z][a-z0-9_]{1,40}$`)
	unwelcome  = NewPattern(`(?i)\b(unsupported|not supported|not enabled|unrecognized|unknown) ?(parameter|argument|with|for|by)?`)
)

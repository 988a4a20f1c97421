package catalog

// tier.go owns the reading of the conditions under which a price holds. They
// are the service's words: what can't be read may hold.

import (
	"math"
	"strconv"
	"strings"

	"github.com/aimlchat/aimlchat/api"
)

// mayHold reports whether a price with these conditions can be that of an answer
// in text to a prompt of that many tokens.
func mayHold(when map[string]string, prompt int64) bool {
	for name, value := range when {
		name = strings.ToLower(name)
		switch {
		case name == "content" || name == "modality":
			if !strings.EqualFold(value, "text") {
				return false
			}
		case name == "phase":
			if !strings.EqualFold(value, "inference") {
				return false
			}
		case strings.Contains(name, "batch"):
			if on, err := strconv.ParseBool(value); err == nil && on {
				return false
			}
		case tierName.MatchString(name):
			if low, high, ok := tier(name, value); ok && (float64(prompt) < low || float64(prompt) > high) {
				return false
			}
		}
	}
	return true
}

// tierName finds the names of dimensions that are about the length of a prompt.
var tierName = api.NewPattern(`context|prompt|input|length|tokens`)

// bound is a number of tokens with what stands before and behind it.
var bound = api.NewPattern(`(<=|>=|<|>|≤|≥)?\s*(\d+(?:[._]?\d+)*)\s*([km]?)(?:\s*tokens)?\s*(\+)?`)

// tier reads "<=200000", ">200k", "0-128k", "128k+", "up to 32k", "200000" under
// a name such as max_context, and the like. Both ends belong to it.
func tier(name, value string) (low, high float64, ok bool) {
	value = strings.ReplaceAll(strings.ToLower(value), ",", "")
	low, high = 0, math.Inf(1)
	found := bound.FindAllStringSubmatch(value, 3)
	if len(found) == 2 && found[0][1] == "" && found[1][1] == "" {
		return tokens(found[0]), tokens(found[1]), true
	}
	if len(found) == 0 || len(found) > 2 {
		return 0, 0, false
	}
	for _, f := range found {
		n := tokens(f)
		switch {
		case f[1] == "<":
			high = n - 1
		case f[1] == "<=", f[1] == "≤":
			high = n
		case f[1] == ">":
			low = n + 1
		case f[1] == ">=", f[1] == "≥", f[4] == "+":
			low = n
		case most.MatchString(name + " " + value):
			high = n
		case least.MatchString(name + " " + value):
			low = n + 1
		default:
			return 0, 0, false
		}
	}
	return low, high, true
}

var (
	most  = api.NewPattern(`max|up to|upto|under|below|less|within|lte|\blt\b`)
	least = api.NewPattern(`min|over|above|more|beyond|gt`)
)

func tokens(f []string) float64 {
	n, err := strconv.ParseFloat(strings.ReplaceAll(f[2], "_", ""), 64)
	if err != nil {
		return math.NaN() // no prompt is outside of it
	}
	return n * map[string]float64{"": 1, "k": 1000, "m": 1e6}[f[3]]
}

// This file owns what is left on an account, and its words. It refuses to ask for
// it.

package api

import (
	"fmt"
	"strings"
)

// CreditsPerUSD is how many credits of AI/ML API a dollar buys.
const CreditsPerUSD = 2_000_000

// Balance is what is left on an account. Nil means unknown; below zero is owed.
type Balance struct {
	USD     *float64 `json:"usd"`
	Credits *float64 `json:"credits"` // of AI/ML API, where it tells these
	Low     bool     `json:"low"`     // the service says that it is low; many don't say
}

// String returns the balance for a person: "$12.34", "unknown".
func (b Balance) String() string {
	switch {
	case b.USD != nil:
		return dollars(*b.USD)
	case b.Credits != nil:
		return dollars(*b.Credits / CreditsPerUSD)
	}
	return "unknown"
}

// dollars writes an amount with cents. What is less than a cent isn't nothing.
func dollars(usd float64) string {
	text := fmt.Sprintf("$%.2f", usd)
	if usd < 0 {
		text = fmt.Sprintf("-$%.2f", -usd)
	}
	if usd != 0 && strings.HasSuffix(text, "$0.00") {
		text = strings.TrimSuffix(text, "$0.00") + "$" + fmt.Sprintf("%.4f", max(usd, -usd))
	}
	return text
}

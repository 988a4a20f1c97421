package openai

// This file owns the account at AI/ML API: what is left on it. Its documents lie
// beside the protocol, under versions of their own.

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// Balance asks AI/ML API what is left on the account. Since it is told only to
// those who have a key, it is also how a key is proved: a wrong one is an error
// of kind [api.ErrAuth].
func (c *Client) Balance(ctx context.Context) (api.Balance, error) {
	b, err := c.billing(ctx, "../v2/billing", readBilling)
	if e := api.AsError(err); e != nil && (e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed) {
		b, err = c.billing(ctx, "../v1/billing/balance", readLegacyBalance)
	}
	if e := api.AsError(err); e != nil && e.Status == http.StatusNotFound {
		told := *e
		told.Message, told.Hint = c.wire.Service().Host+" tells no balance", "ask on its website"
		return api.Balance{}, &told
	}
	return b, err
}

func (c *Client) billing(ctx context.Context, path string, read func([]byte) (api.Balance, bool)) (api.Balance, error) {
	doc, err := c.wire.Get(ctx, path, wire.GetOptions{})
	if err != nil {
		return api.Balance{}, err
	}
	b, ok := read(doc.Body)
	if !ok {
		e := wire.NoAnswer(c.wire.Service(), "another document")
		e.Message = c.wire.Service().Host + " sent something other than a balance"
		return api.Balance{}, e
	}
	return b, nil
}

// readBilling reads a balance in dollars; one in another currency is none.
func readBilling(body []byte) (api.Balance, bool) {
	var bill struct {
		Balance  amount `json:"current_balance"`
		Currency string `json:"currency"`
	}
	if wire.Unmarshal(body, &bill) != nil || bill.Balance.value == nil ||
		bill.Currency != "" && !strings.EqualFold(bill.Currency, "USD") {
		return api.Balance{}, false
	}
	return api.Balance{USD: bill.Balance.value}, true
}

// readLegacyBalance reads a balance in credits.
func readLegacyBalance(body []byte) (api.Balance, bool) {
	var old struct {
		Balance amount `json:"balance"`
		Low     bool   `json:"lowBalance"`
	}
	if wire.Unmarshal(body, &old) != nil || old.Balance.value == nil {
		return api.Balance{}, false
	}
	usd := *old.Balance.value / api.CreditsPerUSD
	return api.Balance{USD: &usd, Credits: old.Balance.value, Low: old.Low}, true
}

// amount is a number, also inside a string, and unlike a [wire.Figure] one that
// may be below zero. Nil is unknown.
type amount struct{ value *float64 }

func (a *amount) UnmarshalJSON(data []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64)
	if err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
		a.value = &v
	}
	return nil
}

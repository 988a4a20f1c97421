package aixplain

// This file owns what is left on the account.

import (
	"context"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/wire"
)

// Balance asks what is left on the account, without what is reserved: a credit is
// a dollar. A key that is refused is an error of kind [api.ErrAuth].
func (c *Client) Balance(ctx context.Context) (api.Balance, error) {
	doc, err := c.platform.get(ctx, "sdk/billing/wallet", wire.GetOptions{})
	if err != nil {
		return api.Balance{}, err
	}
	var wallet struct {
		Total    amount `json:"totalBalance"`
		Reserved amount `json:"reservedBalance"`
	}
	if wire.Unmarshal(doc.Body, &wallet) != nil || !wallet.Total.known {
		return api.Balance{}, wire.NoAnswer(c.platform.service(), "something else than a balance")
	}
	left := wallet.Total.value - wallet.Reserved.value
	return api.Balance{USD: &left}, nil
}

// amount is a number, also one inside a string, also below zero.
type amount struct {
	value float64
	known bool
}

var _ json.Unmarshaler = (*amount)(nil)

func (a *amount) UnmarshalJSON(data []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64)
	if err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
		*a = amount{v, true}
	}
	return nil
}

// This file is the command balance: the money that is left on the account, as
// the service tells it.

package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

func (a *app) balanceCommand() *cobra.Command {
	o := &options{Print: true}
	var asJSON bool
	cmd := &cobra.Command{
		Use: "balance", Short: "The money left on the account", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.checkProvider(); err != nil {
				return err
			}
			return a.showBalance(cmd.Context(), o, asJSON)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	o.defineProvider(cmd.Flags())
	a.completeProvider(cmd)
	return cmd
}

func (a *app) showBalance(ctx context.Context, o *options, asJSON bool) error {
	conf, err := a.config()
	if err != nil {
		return err
	}
	provider := o.provider(session.Session{}, conf)
	balance, err := a.newBackends(o).askBalance(ctx, provider)
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(a.stdout, struct {
			USD      *float64 `json:"usd"`
			Credits  *float64 `json:"credits"`
			Low      bool     `json:"low"`
			Provider string   `json:"provider"`
		}{balance.USD, balance.Credits, balance.Low, provider})
	}
	if balance.Low {
		a.notice("the balance is low")
	}
	return a.line(inUSD(balance))
}

// inUSD writes a balance for people and for scripts: the number, then the
// currency.
func inUSD(b api.Balance) string {
	switch {
	case b.USD != nil:
		return fmt.Sprintf("%.2f USD", *b.USD)
	case b.Credits != nil:
		return fmt.Sprintf("%.2f USD", *b.Credits/api.CreditsPerUSD)
	}
	return "unknown"
}

// askBalance asks the provider of that name for the money on the account.
func (b *backends) askBalance(ctx context.Context, name string) (api.Balance, error) {
	p, err := b.provider(name)
	if err != nil {
		return api.Balance{}, err
	}
	return b.balance(ctx, p)
}

func (b *backends) balance(ctx context.Context, p provider) (api.Balance, error) {
	if p.kind == kindAIXplain {
		client, err := b.aixplain(p)
		if err != nil {
			return api.Balance{}, err
		}
		return client.Balance(ctx)
	}
	if p.kind != kindAIMLAPI {
		return api.Balance{}, usagef("only AI/ML API and aiXplain tell a balance", "%s can't be asked for a balance", p.name)
	}
	client, err := b.openai(p)
	if err != nil {
		return api.Balance{}, err
	}
	return client.Balance(ctx)
}

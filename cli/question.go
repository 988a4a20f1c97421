// This file makes the question of a printed turn: the prompt with what is
// attached to it, and what was said before, as far as the model can be sent it.
// It also holds the question back that would cost more than the person allows.

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/api/catalog"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/ui/figures"
)

// asked is the person's message.
func asked(prompt string, files []api.File) api.Message {
	m := api.Text(api.User, prompt)
	for i := range files {
		m.Parts = append(m.Parts, api.Part{Kind: api.FilePart, File: &files[i]})
	}
	return m
}

// request is what is sent: what was said before, then the question. Files of
// the question must be such as the model takes; those of messages before it are
// left out otherwise, since they were meant for another model.
func (b *backends) request(ctx context.Context, c choice, book *notebook, question api.Message) (api.Request, error) {
	req := c.Request
	req.Model = c.Model
	for _, p := range question.Parts {
		if p.Kind != api.FilePart {
			continue
		}
		if why := b.refuses(c.Provider, c.Model, *p.File); why != "" {
			return req, usagef(b.hintFile(c), "%s", why)
		}
	}
	req.Messages = b.leaveOut(c, session.History(c.System, session.For(c.Provider, book.path)))
	if book.library != nil {
		if err := book.library.Load(ctx, req.Messages); err != nil {
			return req, err
		}
	}
	req.Messages = append(req.Messages, question)
	return req, nil
}

// leaveOut takes out the files that the model can't be sent, and says so.
func (b *backends) leaveOut(c choice, messages []api.Message) []api.Message {
	for i := range messages {
		messages[i].Parts = slices.DeleteFunc(messages[i].Parts, func(p api.Part) bool {
			if p.Kind != api.FilePart {
				return false
			}
			why := b.refuses(c.Provider, c.Model, *p.File)
			if why != "" {
				b.notice("%s; it is left out", why)
			}
			return why != ""
		})
	}
	return slices.DeleteFunc(messages, func(m api.Message) bool { return len(m.Parts) == 0 })
}

// refuses says why a model of a provider can't be sent a file; "" when it can,
// and when that is not known.
func (b *backends) refuses(provider, model string, f api.File) string {
	m, known := b.lookup(provider)(model)
	if !known {
		m.ID = model
	}
	ok, why := catalog.Accepts(m, f)
	switch {
	case ok:
		return ""
	case !strings.Contains(why, f.Name):
		why = f.Name + ": " + why
	}
	return why
}

// hintFile says what to do about a file that the model can't be sent.
func (b *backends) hintFile(c choice) string {
	hint := "leave it out, or name another model with -m"
	if m, _ := b.lookup(c.Provider)(c.Model); len(m.Input) > 0 {
		hint = c.Model + " takes " + strings.Join(m.Input, ", ") + "; " + hint
	}
	return hint
}

// usualAnswer is how many tokens of answer the cost of a question is guessed
// with.
const usualAnswer = 1000

// underCap refuses a question that would take the day's spending to the cap of
// the config: without a screen nobody can be asked.
func (b *backends) underCap(ctx context.Context, c choice, book *notebook, req api.Request) error {
	conf, err := b.config()
	if err != nil || conf.SpendCapUSD == nil || c.Provider == providerDemo {
		return err
	}
	const hint = "raise spend_cap_usd in the config, or send it from the chat, which asks"
	spent, err := book.spentToday(ctx)
	if err != nil {
		return withHint(fmt.Errorf("what today's answers cost is not known: %w", err), hint)
	}
	limit, next := *conf.SpendCapUSD, b.guess(c, req)
	if spent+next < limit {
		return nil
	}
	return withHint(fmt.Errorf("today's answers cost %s and this one takes about %s: the cap is %s a day",
		figures.USD(spent), figures.USD(next), figures.USD(limit)), hint)
}

// guess is about what an answer to req costs, in USD; 0 when there is no telling.
func (b *backends) guess(c choice, req api.Request) float64 {
	m, _ := b.lookup(c.Provider)(c.Model)
	if m.PriceIn == nil || m.PriceOut == nil {
		return 0
	}
	var tokens int64
	for _, msg := range req.Messages {
		for _, p := range msg.Parts {
			tokens += guessTokens(p)
		}
	}
	return (float64(tokens)**m.PriceIn + usualAnswer**m.PriceOut) / 1e6
}

// guessTokens is about how many tokens a part is; what is no text counts as a
// picture.
func guessTokens(p api.Part) int64 {
	switch {
	case p.Kind != api.FilePart:
		return figures.EstimateTokens(p.Text)
	case strings.HasPrefix(p.File.MIME, "text/"):
		return figures.EstimateTokens(string(p.File.Data))
	}
	return 1000
}

// spentToday is what the answers cost that were begun since midnight, in USD.
func (n *notebook) spentToday(ctx context.Context) (usd float64, err error) {
	y, m, d := n.env.Now().Date()
	midnight := time.Date(y, m, d, 0, 0, 0, 0, n.env.Now().Location())
	sum := func(s *session.Store) error {
		spent, err := s.Spent(ctx, "", midnight)
		usd = spent.USD
		return err
	}
	if n.library != nil {
		err = sum(n.library)
		return usd, err
	}
	if _, err := os.Stat(n.databaseFile()); errors.Is(err, fs.ErrNotExist) {
		return 0, nil // nothing was ever saved, and --ephemeral makes no database
	}
	err = n.withStore(ctx, sum)
	return usd, err
}

// savedFile is a file that a model made, and where it is now.
type savedFile struct {
	api.File
	Path string // "" when it is not saved
}

// saved says where the files of an answer are.
func (n *notebook) saved(files []api.File) []savedFile {
	all := make([]savedFile, len(files))
	for i, f := range files {
		all[i].File = f
		if n.store == nil || f.Data == nil {
			continue
		}
		path := n.store.FilePath(newFile(f.Name, f.MIME, f.Data))
		if _, err := os.Stat(path); err == nil {
			all[i].Path = path
		}
	}
	return all
}

package archive

// This file owns what an export for people says about a message: who, when, how
// long, how it ended. How that looks is the business of a format.

import (
	"bufio"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
)

// page is what the formats for people share.
type page struct {
	w *bufio.Writer
	o Options
}

func (p page) text(s string) error {
	_, err := p.w.WriteString(s)
	return err
}

func who(m session.Message) string {
	switch m.Role {
	case api.User:
		return "You"
	case api.Assistant:
		return firstOf(m.Model, m.AnsweredBy, "Assistant")
	case api.ToolRole:
		return "Tool"
	case api.System:
		return "System"
	}
	return string(m.Role)
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func (p page) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.o.Local).Format("2006-01-02 15:04")
}

// thought is the line above what a model thought.
func thought(m session.Message) string {
	line := "Thought"
	if d := m.Timing.Thinking; d > 0 {
		line += " for " + seconds(d)
	}
	if n := m.Usage.Reasoning; n != nil && *n > 0 {
		line += " · " + strconv.FormatInt(*n, 10) + " tokens"
	}
	return line
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s" }

// footing is the line below an answer.
func footing(m session.Message) string {
	if m.Role != api.Assistant {
		return ""
	}
	var facts []string
	if m.Timing.Total > 0 {
		facts = append(facts, seconds(m.Timing.Total))
	}
	if n := m.Usage.Total; n != nil {
		facts = append(facts, strconv.FormatInt(*n, 10)+" tokens")
	}
	if usd := m.Cost.USD; usd != nil {
		mark := ""
		if m.Cost.Source == api.Estimated {
			mark = "≈ "
		}
		facts = append(facts, mark+"$"+strconv.FormatFloat(*usd, 'f', -1, 64))
	}
	if end := ending(m); end != "" {
		facts = append(facts, end)
	}
	return strings.Join(facts, " · ")
}

// ending says how an answer ended, if not as it should.
func ending(m session.Message) string {
	switch {
	case m.Err != nil:
		return "failed: " + oneLine(m.Err.Message)
	case m.Streaming():
		return "still arriving"
	case m.Finish == api.FinishStop, m.Finish == api.FinishTools:
		return ""
	}
	return oneLine(string(m.Finish))
}

// label says what a file is.
func label(f api.File) string {
	facts := []string{firstOf(oneLine(f.Name), "file")}
	if f.MIME != "" {
		facts = append(facts, oneLine(f.MIME))
	}
	if f.Size > 0 {
		facts = append(facts, size(f.Size))
	}
	return strings.Join(facts, " · ")
}

func size(n int64) string {
	switch {
	case n < 1000:
		return strconv.FormatInt(n, 10) + " B"
	case n < 1000*1000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1000/1000)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// safeURL returns the address of a link, "" for one that may do something else
// than open a page or a letter.
func safeURL(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		if u.Host == "" {
			return ""
		}
		return u.String()
	case "mailto":
		return u.String()
	}
	return ""
}

// branch numbers the branches of a tree, for headings.
func branchTitle(n, of int) string { return fmt.Sprintf("Branch %d of %d", n, of) }

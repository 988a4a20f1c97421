// This file is the command doctor: it looks at everything on which a run
// depends and says of each what it found and what to do about it. It changes
// nothing and tells no key. What is looked at is in doctor_checks.go and
// doctor_providers.go; --repair, which does change something, in doctor_repair.go.

package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The verdicts of a check, a contract with scripts.
const (
	verdictOK      = "ok"
	verdictWarning = "warning"
	verdictFailure = "failure"
)

// finding is what one check found, on one line.
type finding struct {
	Check   string // what was looked at
	Verdict string
	Text    string
	Hint    string // what to do; "" when nothing is to be done
	err     error  // why it failed
}

// fine, doubtful and failed are the three verdicts.
func fine(check, format string, args ...any) finding {
	return finding{Check: check, Verdict: verdictOK, Text: fmt.Sprintf(format, args...)}
}

func doubtful(check, hint, format string, args ...any) finding {
	return finding{Check: check, Verdict: verdictWarning, Text: fmt.Sprintf(format, args...), Hint: hint}
}

func failed(check string, err error) finding {
	what, hint := explain(err)
	return finding{Check: check, Verdict: verdictFailure, Text: what, Hint: hint, err: err}
}

func (a *app) doctorCommand() *cobra.Command {
	var asJSON, repair bool
	cmd := &cobra.Command{
		Use: "doctor", Short: "Check that everything works, and say what to do where it does not", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if repair {
				return a.repair(cmd.Context(), asJSON)
			}
			return a.reportHealth(cmd.Context(), asJSON)
		},
	}
	cmd.Flags().BoolVar(&repair, "repair", false, "recover what is readable of a damaged database, and keep the damaged file")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func (a *app) reportHealth(ctx context.Context, asJSON bool) error {
	findings := a.examine(ctx)
	if ctx.Err() != nil {
		return errStopped
	}
	write := a.tabulateFindings
	if asJSON {
		write = a.writeFindings
	}
	if err := write(findings); err != nil {
		return err
	}
	return firstFailure(findings)
}

// examine makes all checks, those that ask nobody first.
func (a *app) examine(ctx context.Context) []finding {
	findings := a.local(ctx)
	asked, secrets := a.providers(ctx)
	findings = append(findings, asked...)
	for i := range findings { // whatever a service, a command or a proxy said
		findings[i].Text = redact(findings[i].Text, secrets)
		findings[i].Hint = redact(findings[i].Hint, secrets)
	}
	return findings
}

// firstFailure is the error of a run in which checks failed: that of the first.
func firstFailure(findings []finding) error {
	count := 0
	var first *finding
	for i := range findings {
		if findings[i].Verdict == verdictFailure {
			count++
			if first == nil {
				first = &findings[i]
			}
		}
	}
	switch count {
	case 0:
		return nil
	case 1:
		return &examError{"one check failed: " + first.Check, first.Hint, first.err}
	}
	return &examError{fmt.Sprintf("%d checks failed, the first: %s", count, first.Check), first.Hint, first.err}
}

// examError has the exit code of the check that failed, and says no more than
// which: what was found has been told.
type examError struct {
	what, hint string
	err        error
}

func (e *examError) Error() string { return e.what }
func (e *examError) Unwrap() error { return e.err }

func (a *app) tabulateFindings(findings []finding) error {
	var rows [][]string
	for _, f := range findings {
		rows = append(rows, []string{f.Verdict, f.Check, f.Text})
		if f.Hint != "" {
			rows = append(rows, []string{"", "", "→ " + f.Hint})
		}
	}
	return writeTable(a.stdout, rows)
}

// findingObject is a finding in JSON.
type findingObject struct {
	Check   string  `json:"check"`
	Verdict string  `json:"verdict"`
	Text    string  `json:"text"`
	Hint    *string `json:"hint"`
}

func (a *app) writeFindings(findings []finding) error {
	object := struct {
		OK     bool            `json:"ok"` // nothing failed
		Checks []findingObject `json:"checks"`
	}{firstFailure(findings) == nil, make([]findingObject, len(findings))}
	for i, f := range findings {
		object.Checks[i] = findingObject{f.Check, f.Verdict, f.Text, known(f.Hint)}
	}
	return writeJSON(a.stdout, object)
}

// shortestSecret is what can be a key; less is a word like any other.
const shortestSecret = 6

// redact takes secrets out of text.
func redact(text string, secrets []string) string {
	for _, s := range secrets {
		if len(s) >= shortestSecret {
			text = strings.ReplaceAll(text, s, "[key]")
		}
	}
	return text
}

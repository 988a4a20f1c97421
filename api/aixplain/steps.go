package aixplain

// This file owns what an agent is seen to do: each step as one line, once. It
// refuses to take back what was shown.

import (
	"strconv"
	"strings"
)

// maxSteps is how many steps of one run are shown. What comes after them is no
// news, either.
const maxSteps = 500

// stepper tells what of a growing list of steps has not been told.
type stepper struct {
	told map[string]bool
	last string // the progress that was told last
}

// news returns lines for the steps that are known to be what they are: those with
// a thought, those that ended or that another one follows, and all when the run is
// over. Progress of older builds counts where there are no steps.
func (s *stepper) news(all []step, p *progress, over bool) string {
	if s.told == nil {
		s.told = map[string]bool{}
	}
	var b strings.Builder
	for i, st := range all {
		settled := over || i+1 < len(all) || st.Thought != "" || st.EndTime != ""
		if id := st.key(i); settled && !s.told[id] && len(s.told) < maxSteps {
			s.told[id] = true
			b.WriteString(line(string(st.Agent), string(st.Unit), string(st.Thought)))
		}
	}
	if p != nil && len(all) == 0 && !over && len(s.told) < maxSteps {
		if told := line(string(p.Stage), string(p.Tool), string(p.Reason)); told != s.last {
			s.last, s.told[told] = told, true
			b.WriteString(told)
		}
	}
	return b.String()
}

// key tells steps apart.
func (s *step) key(place int) string {
	if s.ID != "" {
		return "id " + string(s.ID)
	}
	return "place " + strconv.Itoa(place)
}

// line joins who, with what and why.
func line(parts ...string) string {
	var some []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			some = append(some, p)
		}
	}
	if some == nil {
		return ""
	}
	return strings.Join(some, " · ") + "\n"
}

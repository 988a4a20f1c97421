// This file keeps three small things between runs: the model that was last
// chosen, whose keys went into the keyring, and the prompts that were sent. Losing them is no loss, so nothing
// here ever fails a run.

package cli

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// lastModels is the file of the models that were last chosen, by provider.
func (a *app) lastModels() string { return filepath.Join(a.env.Dirs.State, "last-models.json") }

// lastModel returns the model that was last chosen of a provider, or "".
func (a *app) lastModel(provider string) string { return a.readLast()[provider] }

func (a *app) readLast() map[string]string {
	last := map[string]string{}
	data, err := os.ReadFile(a.lastModels())
	if err != nil || json.Unmarshal(data, &last) != nil {
		return map[string]string{}
	}
	return last
}

// keepLast remembers the model that was chosen.
func (a *app) keepLast(provider, model string) {
	last := a.readLast()
	if last[provider] == model {
		return
	}
	last[provider] = model
	if data, err := json.Marshal(last); err == nil {
		_ = writeFile(a.lastModels(), data)
	}
}

// keyringNote is the file of the providers whose keys were put into the keyring. To
// ask that itself takes time, and may ask the person for a password.
func (a *app) keyringNote() string { return filepath.Join(a.env.Dirs.State, "keyring.json") }

func (a *app) inKeyring() []string {
	var providers []string
	data, err := os.ReadFile(a.keyringNote())
	if err != nil || json.Unmarshal(data, &providers) != nil {
		return nil
	}
	return providers
}

// noteKeyring notes whether the key of a provider is in the keyring.
func (a *app) noteKeyring(provider string, is bool) {
	providers := a.inKeyring()
	if slices.Contains(providers, provider) == is {
		return
	}
	if is {
		providers = append(providers, provider)
	} else {
		providers = slices.DeleteFunc(providers, func(p string) bool { return p == provider })
	}
	if data, err := json.Marshal(providers); err == nil {
		_ = writeFile(a.keyringNote(), data)
	}
}

// maxHistory is how many prompts are kept. The file may hold twice as many
// before it is cut.
const maxHistory = 500

func (a *app) historyFile() string { return filepath.Join(a.env.Dirs.State, "history.jsonl") }

// history returns the prompts sent before, oldest first.
func (a *app) history() []string {
	data, err := os.ReadFile(a.historyFile())
	if err != nil {
		return nil
	}
	var prompts []string
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		var p string
		if json.Unmarshal(lines.Bytes(), &p) == nil && p != "" {
			prompts = append(prompts, p)
		}
	}
	if len(prompts) > 2*maxHistory {
		prompts = prompts[len(prompts)-maxHistory:]
		a.rewriteHistory(prompts)
	}
	return prompts[max(0, len(prompts)-maxHistory):]
}

func (a *app) rewriteHistory(prompts []string) {
	var b bytes.Buffer
	for _, p := range prompts {
		line, err := json.Marshal(p)
		if err != nil {
			return
		}
		b.Write(append(line, '\n'))
	}
	_ = writeFile(a.historyFile(), b.Bytes())
}

// remember adds a prompt. One line is written at once, so that several
// aimlchats can share the file.
func (a *app) remember(prompt string) {
	line, err := json.Marshal(prompt)
	if err != nil || os.MkdirAll(a.env.Dirs.State, 0o700) != nil {
		return
	}
	f, err := os.OpenFile(a.historyFile(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.Write(append(line, '\n'))
}

// writeFile replaces a file as a whole, readable by its owner only: whoever
// reads it sees the old content or the new.
func writeFile(path string, data []byte) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	f, err := os.CreateTemp(dir, ".new-*") // 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

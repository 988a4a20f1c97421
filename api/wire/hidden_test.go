package wire

import (
	"slices"
	"testing"
)

// A key may be in a header of any name.
func TestSecretsOfHeaders(t *testing.T) {
	for name, headers := range map[string]map[string]string{
		"by its name":        {"X-Api-Token": "onlylettershere"},
		"behind a scheme":    {"Authorization": "Basic b25seWxldHRlcnM"},
		"by what it is":      {"X-Of-Our-Own": "marker1of2a3key4"},
		"behind such a word": {"X-Of-Our-Own": "Key marker1of2a3key4"},
	} {
		c, err := New(Config{BaseURL: "https://host.example", Headers: headers})
		if err != nil {
			t.Fatal(err)
		}
		if all := c.secrets("the key"); len(all) != 2 {
			t.Errorf("%s: %q", name, all)
		}
	}
	c, err := New(Config{BaseURL: "https://host.example", Headers: map[string]string{
		"Referer": "https://aimlchat.example/v2", "X-Title": "a program of 2026", "X-Version": "v1.2.3",
	}})
	if err != nil {
		t.Fatal(err)
	}
	if all := c.secrets("the key"); !slices.Equal(all, []string{"the key"}) {
		t.Errorf("nothing of this is secret: %q", all)
	}
}

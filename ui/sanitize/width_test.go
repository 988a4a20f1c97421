package sanitize

import "testing"

func TestCertainWidth(t *testing.T) {
	for s, want := range map[string]bool{
		"": true, "plain text, “quoted” – like this": true, "京都の桜": true, "한글": true, "Привет": true,
		"👩‍👩‍👧": false, "e\u0301": false, "🌸": false, "שלום": false, "soft\u00ADhyphen": false,
	} {
		if got := CertainWidth(s); got != want {
			t.Errorf("CertainWidth(%q) = %v, want %v", s, got, want)
		}
	}
}

package api

import "testing"

func TestBalance(t *testing.T) {
	n := func(v float64) *float64 { return &v }
	for _, test := range []struct {
		b    Balance
		want string
	}{
		{Balance{}, "unknown"},
		{Balance{USD: n(123.456)}, "$123.46"},
		{Balance{USD: n(0)}, "$0.00"},
		{Balance{USD: n(0.0012)}, "$0.0012"},
		{Balance{USD: n(-1.5)}, "-$1.50"},
		{Balance{USD: n(-0.0012)}, "-$0.0012"},
		{Balance{Credits: n(10_000_000)}, "$5.00"},
		{Balance{USD: n(2), Credits: n(10_000_000)}, "$2.00"},
	} {
		if got := test.b.String(); got != test.want {
			t.Errorf("%+v is %q, want %q", test.b, got, test.want)
		}
	}
}

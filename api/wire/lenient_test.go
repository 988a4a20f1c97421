package wire

import (
	"encoding/json"
	"math"
	"testing"
)

func TestUnmarshal(t *testing.T) {
	var v struct {
		A string
		B Figure
		C Words
	}
	if err := Unmarshal([]byte(`{"A":7,"B":"2.5","C":{"text":"x","content":"y"},"D":{}}`), &v); err != nil || v.A != "" || v.B.Value() != 2.5 || v.C != "xy" {
		t.Errorf("got %+v, %v", v, err)
	}
	for _, broken := range []string{"", "{", `{"A":}`, "<html>", `{"A":"x"} {`} {
		if Unmarshal([]byte(broken), &v) == nil {
			t.Errorf("%q passes for JSON", broken)
		}
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string]Words{
		`"a"`: "a", `"\u00e9\n"`: "é\n", `"é"`: "é", `"\ud800"`: "\ufffd", `null`: "", `7`: "", `true`: "", `[]`: "",
		`{}`: "", `{"text":"t"}`: "t", `{"content":"c"}`: "c", `{"text":7}`: "",
	} {
		var got Words
		if err := json.Unmarshal([]byte(in), &got); err != nil || got != want {
			t.Errorf("%s: got %q, %v", in, got, err)
		}
	}
}

func TestFigure(t *testing.T) {
	for in, want := range map[string]float64{
		`1`: 1, `0`: 0, `1.5`: 1.5, `"2"`: 2, `1e3`: 1000,
		`-1`: -1, `"NaN"`: -1, `"Inf"`: -1, `1e999`: -1, `""`: -1, `"x"`: -1, `null`: -1, `{}`: -1, `[]`: -1, `true`: -1,
	} {
		var f Figure
		if err := Unmarshal([]byte(in), &f); err != nil || f.Known() != (want >= 0) || f.Known() && f.Value() != want {
			t.Errorf("%s: got %+v, %v", in, f, err)
		}
		if (f.Float() != nil) != f.Known() || (f.Int() != nil) != f.Known() {
			t.Errorf("%s: %v, %v", in, f.Float(), f.Int())
		}
	}
	if NewFigure(math.MaxFloat64).Int() != nil {
		t.Error("beyond any count")
	}
	unknown, zero, one, two := Figure{}, NewFigure(0), NewFigure(1), NewFigure(2)
	if unknown.Or(zero, one) != zero || one.Or(two) != one || unknown.Or(unknown) != unknown {
		t.Error("the first known one counts")
	}
	for _, tt := range []struct{ old, late, want Figure }{
		{unknown, zero, zero}, {zero, one, one}, {one, zero, one}, {one, two, two}, {one, unknown, one},
	} {
		got := tt.old
		if got.Update(tt.late); got != tt.want {
			t.Errorf("%v updated by %v: got %v", tt.old, tt.late, got)
		}
	}
}

func FuzzLenient(f *testing.F) {
	f.Add([]byte(`{"a":"\ud800","b":"7","c":{"text":"x"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v struct {
			A, C Words
			B    Figure
		}
		if err := Unmarshal(data, &v); (err == nil) != json.Valid(data) {
			t.Errorf("%v, valid %t", err, json.Valid(data))
		}
		if v.B.Known() && !(v.B.Value() >= 0) {
			t.Errorf("a figure of %v", v.B.Value())
		}
	})
}

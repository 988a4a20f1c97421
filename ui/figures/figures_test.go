package figures

import (
	"testing"
	"time"
)

func TestTokens(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0", 999: "999", 1000: "1.0k", 1260: "1.3k", 9949: "9.9k", 9950: "10k", 12_400: "12k",
		128_000: "128k", 999_499: "999k", 999_500: "1.0M", 1_048_576: "1.0M",
	} {
		if got := Tokens(n); got != want {
			t.Errorf("Tokens(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 812: "812", 1339: "1,339", 12_345_678: "12,345,678", -1000: "-1,000", -100: "-100"} {
		if got := Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1300: "1.3 kB", 9949: "9.9 kB", 120_400: "120 kB", 999_499: "999 kB",
		999_500: "1.0 MB", 4_500_000: "4.5 MB", 20_971_520: "21 MB", 1_200_000_000: "1.2 GB",
	} {
		if got := Bytes(n); got != want {
			t.Errorf("Bytes(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestUSD(t *testing.T) {
	for v, want := range map[float64]string{
		0: "$0", 0.0000004: "< $0.000001", 0.0000123: "$0.000012", 0.0004: "$0.0004", 0.0123: "$0.0123", 0.5: "$0.50", 0.104: "$0.104", 0.02: "$0.02", 0.999: "$1.00", 12.345: "$12.35",
	} {
		if got := USD(v); got != want {
			t.Errorf("USD(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestSeconds(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0.0 s", 41 * time.Millisecond: "41 ms", 96 * time.Millisecond: "0.1 s", 2140 * time.Millisecond: "2.1 s", 9960 * time.Millisecond: "10 s", 59 * time.Second: "59 s",
		192 * time.Second: "3 min 12 s",
	} {
		if got := Seconds(d); got != want {
			t.Errorf("Seconds(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestRate(t *testing.T) {
	if got := Rate(61, time.Second); got != "61 tok/s" {
		t.Errorf("Rate = %q", got)
	}
	if got := Rate(100, time.Millisecond); got != "" {
		t.Errorf("a rate over a millisecond means nothing, got %q", got)
	}
}

func TestEstimateTokens(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "abc": 1, "abcdefgh": 2, "京都の桜": 4} {
		if got := EstimateTokens(text); got != want {
			t.Errorf("EstimateTokens(%q) = %d, want %d", text, got, want)
		}
	}
}

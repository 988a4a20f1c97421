package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// event is a frame as the tests compare it.
type event struct {
	Event string `json:"event"`
	Data  string `json:"data"`
	ID    string `json:"id"`
	Cut   bool   `json:"-"` // unterminated
}

func collect(frames iter.Seq2[Frame, error]) ([]event, error) {
	var events []event
	for f, err := range frames {
		if err != nil {
			return events, err
		}
		events = append(events, event{f.Event, string(f.Data), f.ID, f.Unterminated})
	}
	return events, nil
}

// pieces is a reader that gives one piece per read.
type pieces []string

func (p *pieces) Read(b []byte) (int, error) {
	if len(*p) == 0 {
		return 0, io.EOF
	}
	n := copy(b, (*p)[0])
	if (*p)[0] = (*p)[0][n:]; (*p)[0] == "" {
		*p = (*p)[1:]
	}
	return n, nil
}

func message(data string) event { return event{Event: "message", Data: data} }

func TestFrames(t *testing.T) {
	for _, tt := range []struct {
		name, stream string
		want         []event
	}{
		{"nothing", "", nil},
		{"one", "data: a\n\n", []event{message("a")}},
		{"no space", "data:a\n\n", []event{message("a")}},
		{"one space only", "data:  a\n\n", []event{message(" a")}},
		{"CRLF", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", []event{message("a\nb"), message("c")}},
		{"CR", "data: a\rdata: b\r\rdata: c\r\r", []event{message("a\nb"), message("c")}},
		{"mixed", "data: a\r\ndata: b\rdata: c\n\r\n", []event{message("a\nb\nc")}},
		{"BOM", "\xef\xbb\xbfdata: a\n\n", []event{message("a")}},
		{"BOM twice", "\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n", nil},
		{"comment", ": OPENROUTER PROCESSING\n\ndata: a\n: x\n\n", []event{message("a")}},
		{"empty data", "data:\n\ndata\n\n", []event{message(""), message("")}},
		{"named", "event: error\ndata: a\n\ndata: b\n\n", []event{{Event: "error", Data: "a"}, message("b")}},
		{"name without data", "event: error\n\ndata: b\n\n", []event{message("b")}},
		{"id", "id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n", []event{
			{Event: "message", Data: "a", ID: "1"}, {Event: "message", Data: "b", ID: "1"}, message("c"),
		}},
		{"id with NUL", "id: \x00\ndata: a\n\n", []event{message("a")}},
		{"unknown field", "foo: x\nretry: 3\nData: x\n data: x\ndata: a\n\n", []event{message("a")}},
		{"NEL and LS are text", "data: a\u0085b\u2028c\n\n", []event{message("a\u0085b\u2028c")}},

		// What the WHATWG would drop.
		{"no blank line", "data: a\n\ndata: [DONE]\n", []event{message("a"), {Event: "message", Data: "[DONE]", Cut: true}}},
		{"no line end", "data: a\n\ndata: {\"b", []event{message("a"), {Event: "message", Data: "{\"b", Cut: true}}},
		{"cut in a field name", "data: a\n\ndat", []event{message("a")}},
		{"error field", "error: {\"code\":500}\n\n", []event{{Event: "error", Data: "{\"code\":500}"}}},
		{"error field in words", "error: no\nerror: way\n\ndata: a\n\n", []event{{Event: "error", Data: "no\nway"}, message("a")}},
		{"error field alone", "error\n\n", []event{{Event: "error"}}},
		{"error field behind data", "event: x\ndata: a\nerror: b\n\ndata: c\n\n", []event{{Event: "x", Data: "a"}, {Event: "error", Data: "b"}, message("c")}},
		{"error field before data", "error: a\ndata: b\n\n", []event{{Event: "error", Data: "a\nb"}}},
		{"error field, cut", "data: a\n\nerror: b", []event{message("a"), {Event: "error", Data: "b", Cut: true}}},
		{"errors is no field", "errors: a\n\n", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for how, cut := range cuts(tt.stream) {
				got, err := collect(Frames((*pieces)(&cut), MaxFrame))
				if err != nil || !slices.Equal(got, tt.want) {
					t.Errorf("%s: got %+v, %v, want %+v", how, got, err, tt.want)
				}
			}
		})
	}
}

// TestRecordedFrames holds the reader against the cases of seven other
// readers. The one deviation: events that the end of the body leaves
// unterminated are delivered, marked. The cases expect none of them.
func TestRecordedFrames(t *testing.T) {
	var cases []struct {
		Name   string  `json:"name"`
		Raw    []byte  `json:"raw_base64"`
		Events []event `json:"events"`
	}
	if err := json.Unmarshal(shared(t, "sse-conformance.json"), &cases); err != nil {
		t.Fatal(err)
	}
	good := 0
	for _, tt := range cases {
		misses := 0
		ways := cuts(string(tt.Raw))
		for seed := range uint64(5) {
			ways[fmt.Sprintf("random %d", seed)] = randomCuts(string(tt.Raw), seed)
		}
		for at := 1; at < len(tt.Raw) && len(tt.Raw) <= 100; at++ {
			ways[fmt.Sprintf("cut at %d", at)] = []string{string(tt.Raw[:at]), string(tt.Raw[at:])}
		}
		for how, cut := range ways {
			got, err := collect(Frames((*pieces)(&cut), MaxFrame))
			for i, ev := range got {
				if ev.Cut && i != len(got)-1 {
					t.Errorf("%s, %s: an unterminated event that is not the last", tt.Name, how)
				}
			}
			got = slices.DeleteFunc(got, func(ev event) bool { return ev.Cut })
			if err != nil || !slices.Equal(got, tt.Events) {
				t.Errorf("%s, %s: got %+v, %v, want %+v", tt.Name, how, got, err, tt.Events)
				misses++
			}
		}
		if misses == 0 {
			good++
		}
	}
	if len(cases) < 79 {
		t.Errorf("only %d cases", len(cases))
	}
	table(t, "event streams", good, len(cases))
}

// TestFramesReadError: a connection that breaks leaves what the end of the body
// would, before the error.
func TestFramesReadError(t *testing.T) {
	cut := errors.New("cut")
	last := event{Event: "message", Data: "b", Cut: true}
	for stream, want := range map[string][]event{
		"data: a\n\n":            {message("a")},
		"data: a\n\ndata: b\n":   {message("a"), last},
		"data: a\n\ndata: b":     {message("a"), last},
		"data: a\n\nevent: b\nd": {message("a")},
	} {
		got, err := collect(Frames(io.MultiReader(strings.NewReader(stream), iotest.ErrReader(cut)), MaxFrame))
		if !errors.Is(err, cut) || !slices.Equal(got, want) {
			t.Errorf("%q: got %+v, %v, want %+v", stream, got, err, want)
		}
	}
}

func TestFramesNoProgress(t *testing.T) {
	stuck := make(pieces, maxIdleReads+2)
	if _, err := collect(Frames(&stuck, MaxFrame)); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("got error %v", err)
	}
}

func TestFramesLimit(t *testing.T) {
	long := strings.Repeat("x", 2000)
	for name, stream := range map[string]string{
		"line":           "data: a\n\ndata: " + long + "\n\n",
		"line, no end":   "data: a\n\ndata: " + long,
		"many lines":     "data: a\n\n" + strings.Repeat("data: xx\n", 1000),
		"endless header": "data: a\n\n:" + strings.Repeat(long, 100),
	} {
		got, err := collect(Frames(strings.NewReader(stream), 1000))
		if len(got) != 1 || AsError(err) == nil || AsError(err).Kind != ErrBadResponse {
			t.Errorf("%s: got %d events, error %v", name, len(got), err)
		}
	}
	got, err := collect(Frames(strings.NewReader("data: "+long+"\n\n"), 3000))
	if err != nil || len(got) != 1 {
		t.Errorf("within the limit: got %d events, error %v", len(got), err)
	}
}

var xs = strings.Repeat("x", 32<<10)

// parade is a stream that is made as it is read: head, so many x, tail.
type parade struct {
	head string
	xs   int
	tail string
}

func (p *parade) Read(b []byte) (int, error) {
	switch {
	case p.head != "":
		n := copy(b, p.head)
		p.head = p.head[n:]
		return n, nil
	case p.xs > 0:
		n := copy(b, xs[:min(len(xs), p.xs)])
		p.xs -= n
		return n, nil
	case p.tail != "":
		n := copy(b, p.tail)
		p.tail = p.tail[n:]
		return n, nil
	}
	return 0, io.EOF
}

func TestFramesLargeEvent(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var sizes []int
	for f, err := range Frames(&parade{"data: a\n\ndata: {", 64 << 20, "}\n\ndata: b\n\n"}, MaxFrame) {
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, len(f.Data))
	}
	runtime.ReadMemStats(&after)
	if !slices.Equal(sizes, []int{1, 64<<20 + 2, 1}) {
		t.Errorf("got events of %v bytes", sizes)
	}
	// Every doubling of the buffer once, and the data: linear.
	if got := after.TotalAlloc - before.TotalAlloc; got > 5*MaxFrame {
		t.Errorf("took %d MB of memory in all", got>>20)
	}
}

func TestFramesTooLargeEvent(t *testing.T) {
	const mb = 1 << 20
	for _, tt := range []struct {
		name   string
		stream io.Reader
		limit  int
		says   string
	}{
		{"one line", &parade{"data: ", mb, "\n\n"}, mb, "1 MB"},
		{"no end", &parade{"data: ", 10 * MaxFrame, ""}, MaxFrame, "64 MB"},
		{"two lines", io.MultiReader(&parade{"data: ", mb / 2, "\n"}, &parade{"data: ", mb/2 + 1, "\n\n"}), mb, "1 MB"},
		{"no line end", &parade{"", mb + 1, ""}, mb, "1 MB"},
		{"small limit", &parade{"data: ", 1000, "\n\n"}, 1000, "1000 bytes"},
	} {
		_, err := collect(Frames(tt.stream, tt.limit))
		if e := AsError(err); e == nil || e.Kind != ErrBadResponse || e.Message != "one event of the stream is larger than "+tt.says {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}

func TestFramesDeliversBeforeTheNextByte(t *testing.T) {
	for _, end := range []string{"\n\n", "\r\r", "\r\n\r"} {
		blocked := iotest.ErrReader(errors.New("would block"))
		for f, err := range Frames(io.MultiReader(strings.NewReader("data: a"+end), blocked), MaxFrame) {
			if err != nil || string(f.Data) != "a" {
				t.Errorf("%q: the event waits for what follows it: %v", end, err)
			}
			break
		}
	}
}

func FuzzFrames(f *testing.F) {
	f.Add("data: a\r\ndata: b\r\n\r\n", uint64(1))
	for _, stream := range []string{
		"", "\n", "\r", "\r\n\n", "data", "data:", "data: \n\n", ": ping\n\n", "\xef\xbb", "\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n",
		"error: {}\n\n", "data: a\nerror: b\rerror: c\n\n", "id: a\x00\nid\n\n", "event: error\r\ndata: {\r\ndata: }\r\n\r\n",
		"data: a\n\rdata: b\r\n\ndata: c\r\r", "data: [DONE]\n", "retry: 1\nfoo\n:\ndata:  a\n\n",
	} {
		f.Add(stream, uint64(len(stream)))
	}
	f.Add("\xef\xbb\xbfid: 1\nevent: x\rdata\r\rdata: [DONE]", uint64(2))
	f.Fuzz(func(t *testing.T, stream string, seed uint64) {
		whole, err := collect(Frames(strings.NewReader(stream), MaxFrame))
		if err != nil {
			t.Fatal(err)
		}
		parts := pieces(randomCuts(stream, seed))
		cut, err := collect(Frames(&parts, MaxFrame))
		if err != nil || !slices.Equal(whole, cut) {
			t.Fatalf("whole %+v, cut %+v, %v", whole, cut, err)
		}
	})
}

const benchFrames = 10_000

func benchStream() string {
	chunk := "data: {\"choices\":[{\"delta\":{\"content\":\"word\"}}],\"pad\":\"" + strings.Repeat("x", 200) + "\"}\n\n"
	return strings.Repeat(chunk, benchFrames)
}

func perFrame(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchFrames, "ns/frame")
}

func BenchmarkFrames(b *testing.B) {
	body := benchStream()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Frames(strings.NewReader(body), MaxFrame) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	perFrame(b)
}

// BenchmarkFramesByScanner is what a loop over lines costs that knows nothing
// but "data: ".
func BenchmarkFramesByScanner(b *testing.B) {
	body := benchStream()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		lines := bufio.NewScanner(strings.NewReader(body))
		for lines.Scan() {
			if data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: ")); ok && len(data) > 0 {
				n++
			}
		}
		if n != benchFrames {
			b.Fatal(n)
		}
	}
	perFrame(b)
}

package openai

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

const png = "\x89PNG\r\n\x1a\n" // enough to be known as one

func TestPictures(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString([]byte(png))
	const isPNG = "image-1.png image/png 8"
	for _, tt := range []struct{ name, message, want string }{
		{"images[].image_url.url", `{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,` + b64 + `"}}]}`, isPNG},
		{"images[] as addresses", `{"images":["https://cdn.example/a.JPG?x=1"]}`, "image-1.jpg image/jpeg https://cdn.example/a.JPG?x=1"},
		{"images[].url", `{"images":[{"url":"https://cdn.example/a"}]}`, "image-1.png image/png https://cdn.example/a"},
		{"images[].b64_json", `{"images":[{"b64_json":"` + b64 + `"}]}`, isPNG},
		{"a part image_url", `{"content":[{"type":"text","text":"See:"},{"type":"image_url","image_url":{"url":"data:image/png;base64,` + b64 + `"}}]}`, isPNG},
		{"a part image_url as a string", `{"content":[{"type":"image_url","image_url":"https://cdn.example/a.webp"}]}`, "image-1.webp image/webp https://cdn.example/a.webp"},
		{"a part output_image", `{"content":[{"type":"output_image","b64_json":"` + b64 + `","mime_type":"image/png"}]}`, isPNG},
		{"a part image with a source", `{"content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"` + b64 + `"}}]}`, isPNG},
		{"a part image with data", `{"content":[{"type":"image","data":"` + b64 + `","media_type":"image/gif"}]}`, "image-1.gif image/gif 8"},
		{"base64 with line ends, unpadded", `{"images":[{"b64_json":"` + strings.TrimRight(b64[:4]+`\n`+b64[4:], "=") + `"}]}`, isPNG},
		{"one twice", `{"images":[{"b64_json":"` + b64 + `"}],"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,` + b64 + `"}}]}`, isPNG},
		{"what can't be read", `{"content":"x","images":[{"b64_json":"*"}]}`, "127.0.0.1:1 sent a picture that can't be read"},
		{"no address of a picture", `{"content":"x","images":["file:///etc/passwd","javascript:1",""," "]}`, ""},
		{"a type that is none", `{"images":[{"image_url":{"url":"data:../../x;base64,` + b64 + `"}}]}`, isPNG},
	} {
		reply := replay(t, []string{data(`{"choices":[{"delta":`+tt.message+`}]}`) + data(stop)})
		if got := filesOf(reply); got != tt.want || reply.Err != nil {
			t.Errorf("%s: got %q, want %q, %v", tt.name, got, tt.want, reply.Err)
		}
	}
}

func filesOf(r *api.Reply) string {
	all := append([]string(nil), r.Notices...)
	for _, f := range r.Files {
		content := f.URL
		if f.Data != nil {
			content = fmt.Sprint(f.Size)
			if int64(len(f.Data)) != f.Size || len(f.SHA256) != 64 {
				content = "broken"
			}
		}
		all = append(all, f.Name+" "+f.MIME+" "+content)
	}
	return strings.Join(all, ", ")
}

func TestSpeech(t *testing.T) {
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, tt := range []struct{ name, body, answer, files string }{
		{
			"whole", `{"choices":[{"message":{"content":null,"audio":{"id":"a","data":"` + encode("RIFF....") + `","transcript":"Hello.","expires_at":1}}}]}`,
			"Hello.", "audio-1.wav audio/wav 8",
		},
		{
			"in pieces, as 16-bit samples",
			data(`{"choices":[{"delta":{"audio":{"id":"a","transcript":"Hel"}}}]}`) + data(`{"choices":[{"delta":{"audio":{"data":"`+encode("\x01\x00\x02")+`"}}}]}`) +
				data(`{"choices":[{"delta":{"audio":{"data":"`+encode("\x00")+`","transcript":"lo."}}}]}`) + data(`{"choices":[{"delta":{"audio":{"expires_at":9}}}]}`) + data(stop),
			"Hello.", "audio-1.wav audio/wav 48",
		},
		{"mp3 by name", `{"choices":[{"message":{"audio":{"data":"` + encode("....") + `","format":"mp3"}}}]}`, "", "audio-1.mp3 audio/mpeg 4"},
		{"mp3 by content", `{"choices":[{"message":{"audio":{"data":"` + encode("\xff\xfb..") + `"}}}]}`, "", "audio-1.mp3 audio/mpeg 4"},
		{
			"text and transcript", `{"choices":[{"message":{"content":"Hello.","audio":{"data":"` + encode("OggS") + `","transcript":"Hello."}}}]}`,
			"Hello.", "audio-1.ogg audio/ogg 4",
		},
		{"cut off", data(`{"choices":[{"delta":{"audio":{"data":"` + encode("fLaC") + `"}}}]}`), "", "audio-1.flac audio/flac 4"},
	} {
		reply := replay(t, []string{tt.body})
		if got := filesOf(reply); got != tt.files || reply.Answer.String() != tt.answer {
			t.Errorf("%s: got %q and %q, %v", tt.name, reply.Answer.String(), got, reply.Err)
		}
		if (reply.Err != nil) != (tt.name == "cut off") {
			t.Errorf("%s: %v", tt.name, reply.Err)
		}
	}
}

func TestSealed(t *testing.T) {
	for _, tt := range []struct{ name, delta, want string }{
		{"a message", `{"content":"x","extra_content":{"google": {"thought_signature":"s+/=<"}}}`, `{"extra_content":{"google":{"thought_signature":"s+/=<"}}}`},
		{"a call", `{"tool_calls":[{"index":7,"id":"c1","function":{"name":"f","arguments":"{}"},"extra_content":{"g":1}}]}`, `{"tool_calls":[{"index":0,"id":"c1","extra_content":{"g":1}}]}`},
		{
			"encrypted thought", `{"reasoning_details":[{"type":"reasoning.encrypted","data":"x","format":"f","index":0},{"type":"reasoning.text","text":"plan"}]}`,
			`{"reasoning_details":[{"type":"reasoning.encrypted","data":"x","format":"f","index":0}]}`,
		},
		{"what nobody wants back", `{"content":"x","encrypted_content":"x","extra_content":null,"reasoning_details":[{"type":"reasoning.text","text":"t","signature":"s"}]}`, ""},
	} {
		reply := replay(t, []string{data(`{"choices":[{"delta":`+tt.delta+`}]}`) + data(stop)})
		got := ""
		for _, o := range reply.Opaque {
			got += string(o.Data)
			if o.Protocol != api.Chat {
				t.Errorf("%s: of protocol %q", tt.name, o.Protocol)
			}
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestSealedGoesRound: what comes sealed goes back as it came.
func TestSealedGoesRound(t *testing.T) {
	const details = `{"type":"reasoning.encrypted","data":"x","format":"f","index":0}`
	const body = `{"choices":[{"message":{"content":"","extra_content":{"a":[1,2]},"reasoning_details":[` + details + `],` +
		`"tool_calls":[{"id":"c1","function":{"name":"f","arguments":"{}"},"extra_content":{"b":"+/"}}]},"finish_reason":"tool_calls"}]}`
	message := replay(t, []string{body}).Message("m")
	const want = `[{"role":"assistant","content":"","extra_content":{"a":[1,2]},"reasoning_details":[` + details + `],` +
		`"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"b":"+/"}}]},` +
		`{"role":"tool","content":"1","tool_call_id":"c1"}]`
	got := sentMessages(t, api.Request{Model: "m", Messages: []api.Message{message, result("c1", "f", "1")}})
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

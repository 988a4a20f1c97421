package archive_test

import (
	"archive/zip"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aimlchat/aimlchat/api"
)

// chatGPT2026 has what exports of 2025 and 2026 have beside that: documents that
// only metadata names, voice, canvases, images that code drew, sources, hidden
// steps between a prompt and its answers, kinds of contents that nobody knows.
const chatGPT2026 = `[{"title":"Garden","create_time":1760000000.5,"update_time":1760000100.25,"current_node":"v2","conversation_id":"77aa","default_model_slug":"gpt-5","mapping":{
"client-created-root":{"id":"client-created-root","message":null,"parent":null,"children":["s"]},
"s":{"message":{"author":{"role":"system","name":null,"metadata":{}},"create_time":null,"content":{"content_type":"text","parts":[""]},"status":"finished_successfully","end_turn":true,"weight":0.0,"metadata":{"is_visually_hidden_from_conversation":true},"recipient":"all","channel":null},"parent":"client-created-root"},
"p":{"message":{"author":{"role":"user"},"create_time":null,"content":{"content_type":"user_editable_context","user_profile":"me","user_instructions":"be brief"},"metadata":{"is_visually_hidden_from_conversation":true,"is_user_system_message":true}},"parent":"s"},
"u":{"message":{"author":{"role":"user"},"create_time":1760000001,"content":{"content_type":"text","parts":["Read this"]},"metadata":{"attachments":[{"id":"file_0000aa","name":"plan.md","mime_type":"text/markdown","size":5},{"id":"file_0000bb","name":"gone.pdf"}]}},"parent":"p"},
"h1":{"message":{"author":{"role":"assistant"},"create_time":1760000001.5,"content":{"content_type":"text","parts":[""]},"metadata":{"model_slug":"gpt-5"}},"parent":"u"},
"h2":{"message":{"author":{"role":"system"},"create_time":1760000001.6,"content":{"content_type":"text","parts":[""]},"weight":1.0,"metadata":{"is_visually_hidden_from_conversation":true,"is_contextual_answers_system_message":true}},"parent":"h1"},
"a":{"message":{"author":{"role":"assistant"},"create_time":1760000002,"content":{"content_type":"text","parts":["Roses cite-mark."]},"recipient":"all","channel":"final","metadata":{"model_slug":"gpt-5","content_references":[
 {"matched_text":"cite-mark","type":"grouped_webpages","alt":"([Kew](https://kew.example/roses))","items":[{"title":"Kew","url":"https://kew.example/roses"}]},
 {"matched_text":" ","type":"sources_footnote","alt":""},{"type":"webpage","title":"Bad","url":"javascript:alert(1)"}],
 "citations":[{"start_ix":1,"end_ix":2,"metadata":{"type":"webpage","title":"Soil","url":"https://soil.example/"}}]}},"parent":"h2"},
"a2":{"message":{"author":{"role":"assistant"},"create_time":1760000003,"content":{"content_type":"text","parts":["Another answer"]},"status":"finished_partial_completion","metadata":{"model_slug":"gpt-5-mini"}},"parent":"h2"},
"v1":{"message":{"author":{"role":"user"},"create_time":1760000004,"content":{"content_type":"multimodal_text","parts":[
 {"content_type":"audio_transcription","text":"and tulips","direction":"in","decoding_id":null},
 {"content_type":"real_time_user_audio_video_asset_pointer","expiry_datetime":null,"frames_asset_pointers":[],"video_container_asset_pointer":null,"audio_asset_pointer":{"content_type":"audio_asset_pointer","asset_pointer":"sediment://file_0000cc","format":"wav"}}]}},"parent":"a"},
"w1":{"message":{"author":{"role":"assistant"},"create_time":1760000005,"recipient":"canmore.create_textdoc","content":{"content_type":"code","language":"json","text":"{\"name\":\"list\",\"type\":\"code/python\",\"content\":\"print(1)\"}"}},"parent":"v1"},
"w2":{"message":{"author":{"role":"tool","name":"canmore.create_textdoc"},"create_time":1760000005.1,"content":{"content_type":"text","parts":["Successfully created"]}},"parent":"w1"},
"w3":{"message":{"author":{"role":"tool","name":"python"},"create_time":1760000005.2,"content":{"content_type":"execution_output","text":"<image>"},"metadata":{"aggregate_result":{"status":"success","messages":[{"message_type":"image","image_url":"file-service://file-Plot"},{"message_type":"stream","text":"x"}]}}},"parent":"w2"},
"w4":{"message":{"author":{"role":"tool","name":"web.run"},"create_time":1760000005.3,"content":{"content_type":"sonic_webpage","url":"https://tulips.example/","title":"Tulips","text":"They are bulbs."}},"parent":"w3"},
"w5":{"message":{"author":{"role":"tool","name":"widget"},"create_time":1760000005.4,"content":{"content_type":"super_widget","widget":{"x":1}}},"parent":"w4"},
"v2":{"message":{"author":{"role":"assistant"},"create_time":1760000006,"content":{"content_type":"multimodal_text","parts":[{"content_type":"audio_transcription","text":"They are bulbs.","direction":"out"},{"content_type":"audio_asset_pointer","asset_pointer":"sediment://file_0000dd"}]},"status":"in_progress","metadata":{"model_slug":"gpt-5"}},"parent":"w5"}
}}]`

func TestChatGPTOf2026(t *testing.T) {
	list, problems := read(t, strings.ReplaceAll(chatGPT2026, "cite-mark", "\ue200cite\ue202turn0search1\ue201"))
	if len(list) != 1 {
		t.Fatalf("%d conversations, %q", len(list), problems)
	}
	const want = "a< user: text=[gone.pdf]\n\n[plan.md]\n\nRead this\n" +
		"b<a assistant: text=Roses ([Kew](https://kew.example/roses)).\n" +
		"c<a assistant: text=Another answer\n" +
		"d<b user: text=and tulips\n\n[audio]\n" +
		"e<d assistant: reasoning=**canmore.create_textdoc**\n\n```\nSuccessfully created\n```\n\n**python**\n\n```\n<image>\n```\n\n" +
		"**web.run**\n\n```\nTulips\n\nhttps://tulips.example/\n\nThey are bulbs.\n``` text=**list**\n\n```python\nprint(1)\n```\n\nThey are bulbs.\n\n[audio] *\n"
	s := list[0]
	if got := outline(s); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	cited := []api.Citation{{Title: "Kew", URL: "https://kew.example/roses"}, {Title: "Soil", URL: "https://soil.example/"}}
	if got := s.Messages[1].Citations; !slices.Equal(got, cited) {
		t.Errorf("%+v", got)
	}
	if s.Messages[2].Finish != api.FinishStopped || s.Messages[4].Finish != api.FinishInterrupted || s.Messages[4].Model != "gpt-5" {
		t.Errorf("%+v", s.Messages)
	}
	same(t, "problems", problems, []string{
		"conversation 1 (Garden): files that it names (5) are not in the export",
		"conversation 1 (Garden): what it holds as super_widget (1) can't be read",
	})
}

func TestConversationsInAnObject(t *testing.T) {
	if list, problems := read(t, `{"user":{"id":"x"},"conversations":`+chatGPT+`}`); len(list) != 1 || list[0].Title != "Spring" {
		t.Errorf("%d conversations, %q", len(list), problems)
	}
}

func TestFilesOfChatGPT2026(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, file := range [][2]string{
		{"conversations-000.json", chatGPT2026},
		{"user-abc/file_0000cc-1b2c.wav", "RIFF"},
		{"file_0000aa-plan.md", "# plan"},
		{"file-Plot-xyz.png", "\x89PNG"},
		{"shared_conversations.json", `[{"id":"1","conversation_id":"77aa","title":"Garden","is_anonymous":true}]`},
		{"user.json", `{"id":"user-abc"}`},
		{"group_chats.json", `{"chats":[]}`},
		{"sora.json", `{}`},
		{"shopping.json", `[]`},
		{"message_feedback.json", `[{"id":"x"}]`},
		{"chat.html", "<html>"},
	} {
		w, err := z.Create(file[0])
		if err == nil {
			_, err = io.WriteString(w, file[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	list, problems := read(t, b.String())
	if len(list) != 1 {
		t.Fatalf("%d conversations, %q", len(list), problems)
	}
	var names []string
	for _, m := range list[0].Messages {
		for _, p := range m.Parts {
			if p.File != nil {
				names = append(names, string(m.Role)+" "+p.File.Name+" "+p.File.MIME)
			}
		}
	}
	slices.Sort(names)
	if len(names) != 3 || !strings.HasPrefix(names[0], "assistant file-Plot-xyz.png image/png") || !strings.HasPrefix(names[1], "user file_0000cc-1b2c.wav audio/") || !strings.HasPrefix(names[2], "user plan.md text/markdown") {
		t.Errorf("%q", names)
	}
	if !slices.ContainsFunc(problems, func(p string) bool { return strings.Contains(p, "files that it names (2)") }) || len(problems) != 2 {
		t.Errorf("%q", problems)
	}
}

package demo

// stream.go owns the shapes in which an answer travels: the chunks of an event
// stream, or one document.

import "strings"

// opening begins the stream, as the service's first chunk does.
func (a *answer) opening() []byte {
	delta := object{"role": "assistant", "content": ""}
	if a.model.thought == apartThought {
		delta = object{"role": "assistant", "content": nil, "reasoning_content": ""}
	}
	return event(a.chunk(delta, nil))
}

// frame is a piece as it travels.
func (a *answer) frame(p piece) []byte {
	switch p.kind {
	case comment:
		return []byte(": " + p.text + "\n\n")
	case reasoning:
		return event(a.chunk(object{"content": nil, "reasoning_content": p.text}, nil))
	}
	delta := object{"content": p.text}
	if a.model.thought == apartThought {
		delta["reasoning_content"] = nil
	}
	return event(a.chunk(delta, nil))
}

// closing is all that follows the last piece.
func (a *answer) closing() []byte {
	switch a.end {
	case endsCut, endsEarly:
		return nil
	case endsInError:
		return event(object{"error": object{"message": "The demo stumbled inside the answer.", "code": 502}})
	}
	finish := a.chunk(object{"content": ""}, a.finish)
	last := a.chunk(nil, nil)
	last["usage"] = a.usage()
	var b strings.Builder
	b.Write(event(finish))
	if a.model.billApart {
		b.Write(event(last))
		b.Write(event(object{"meta": a.bill()}))
	} else {
		last["meta"] = a.bill()
		b.Write(event(last))
	}
	b.WriteString("data: [DONE]\n\n")
	return []byte(b.String())
}

// chunk is one chunk of the stream; without a delta it has no choices.
func (a *answer) chunk(delta object, finish any) object {
	choices := []object{}
	if delta != nil {
		choices = []object{{"index": 0, "delta": delta, "finish_reason": finish}}
	}
	return object{
		"id": a.id, "object": "chat.completion.chunk", "created": created,
		"model": a.model.id, "choices": choices, "usage": nil,
	}
}

func (a *answer) usage() object {
	all, thought := a.count()
	u := object{"prompt_tokens": a.prompt, "completion_tokens": all, "total_tokens": a.prompt + all}
	if a.model.thought == apartThought {
		u["completion_tokens_details"] = object{"reasoning_tokens": thought}
	}
	return u
}

// creditsPerUSD is the service's rate.
const creditsPerUSD = 2_000_000

// bill is what the answer costs, in play money.
func (a *answer) bill() object {
	all, _ := a.count()
	usd := (float64(a.prompt)*priceIn + float64(all)*priceOut) / 1e6
	return object{"usage": object{"credits_used": int(usd*creditsPerUSD + 0.5), "usd_spent": usd}}
}

// whole is the answer as one document, for a request that wants no stream.
func (a *answer) whole() []byte {
	var said, thought strings.Builder
	for _, p := range a.pieces {
		switch p.kind {
		case reasoning:
			thought.WriteString(p.text)
		case content:
			said.WriteString(p.text)
		}
	}
	message := object{"role": "assistant", "content": said.String()}
	if a.model.thought == apartThought {
		message["reasoning_content"] = thought.String()
	}
	return encode(object{
		"id": a.id, "object": "chat.completion", "created": created, "model": a.model.id,
		"choices": []object{{"index": 0, "message": message, "finish_reason": a.finish}},
		"usage":   a.usage(), "meta": a.bill(),
	})
}

// event makes an event of a document.
func event(v any) []byte {
	return append(append([]byte("data: "), encode(v)...), "\n\n"...)
}

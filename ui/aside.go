// This file owns what a person writes in a session that another aimlchat has: the
// draft there is the other one's to save, so that this one is kept as the draft of
// a session of its own, which goes when it is needed no more.

package ui

// lodges reports whether a conversation is in a session that another aimlchat
// has.
func (c *conversation) lodges() bool { return c.saved && c.claim == nil && !c.lent }

// writtenBeside is what waits in a conversation that lodges.
func (m *Model) writtenBeside(c *conversation) prompt {
	rest := m.draftOf(c)
	for _, p := range c.queue {
		rest = rest.with(p)
	}
	return rest
}

// behindBeside reports whether the database lacks some of that.
func (m *Model) behindBeside(c *conversation) bool {
	kept := waiting{}
	if c.beside != nil {
		kept = c.beside.kept
	}
	rest := m.writtenBeside(c)
	return kept.unsure || !samePrompt(rest, kept.draft) && !(rest.blank() && kept.draft.blank())
}

// keeps is the conversation in which what is written in c is saved.
func (m *Model) keeps(c *conversation) *conversation {
	if !c.lodges() {
		return c
	}
	if c.beside == nil {
		d := m.newConversation()
		d.provider, d.model, d.lent = c.provider, c.model, true
		c.beside = d
	}
	c.beside.draft = m.writtenBeside(c)
	return c.beside
}

// busy reports whether something of c is on its way to the database.
func (c *conversation) busy() bool { return c.saving || c.beside != nil && c.beside.saving }

// takeBack lets the session go that kept what was written in c: it is somewhere
// else now.
func (m *Model) takeBack(c *conversation) {
	if d := c.beside; d != nil {
		c.beside, d.draft, d.lent = nil, prompt{}, false
		m.park(d)
	}
}

// saveBeside saves, at the end, what waits in a conversation that lodges.
func (m *Model) saveBeside(c *conversation) {
	if m.store == nil || !c.lodges() || c.beside == nil && m.writtenBeside(c).blank() {
		return
	}
	d := m.keeps(c)
	m.finishSaving(d)
	m.saveRest(d)
	if !m.dirty(d) {
		c.queue, c.kept.draft = nil, m.draftOf(c)
	}
	d.release()
}

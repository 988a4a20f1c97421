// This file owns the state of the chat and its routing: which message goes to
// which method. What the methods do is in the files named for it.

package ui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/aimlchat/aimlchat/api"
	"github.com/aimlchat/aimlchat/session"
	"github.com/aimlchat/aimlchat/themes"
	"github.com/aimlchat/aimlchat/ui/clipboard"
	"github.com/aimlchat/aimlchat/ui/composer"
	"github.com/aimlchat/aimlchat/ui/dialog"
	"github.com/aimlchat/aimlchat/ui/transcript"
	"github.com/charmbracelet/colorprofile"
)

// focus says where keys go when no dialog is open.
type focus int

const (
	composing focus = iota // the composer
	reading                // the transcript
)

// Model is the chat as Bubble Tea runs it.
type Model struct {
	opts     Options
	ctx      context.Context //nolint:containedctx // of the program: ends every turn
	pumps    *sync.WaitGroup
	commands []Command

	theme   themes.Theme
	dark    bool // the terminal's background
	profile colorprofile.Profile
	chrome  chrome
	layout  layout
	now     time.Time
	focus   focus
	mouse   bool
	find    findLine
	wheels  wheeled
	beside  *transcript.Beside // nil: reasoning is in the answers
	copies  copies
	drag    mouseDrag
	picking int      // code blocks among which a key chooses; 0: none does
	picked  string   // of the number of one, where they are many
	writing *writing // nil: the path in the composer, if any, is for the last answer

	composer *composer.Composer
	dialog   modal                  // nil: none is open
	decide   func(yes bool) tea.Cmd // what follows the answer to the open question; nil: none is open
	asked    time.Time              // when that was put
	status   status

	chosen  func() tea.Cmd // what follows the choice of a model; nil: nothing does
	editing *edited        // the message that is being written anew; nil: a new one is

	conv *conversation         // on screen
	live map[int]*conversation // by the number of their turn; conv too, while its turn is live

	parked []*conversation // behind the screen, without a turn but with what would be lost

	finder  finder   // of sessions
	seeker  seeker   // of models
	tool    *toolRun // nil: no tool runs
	landing string   // the message to go to in the session that is being opened; "": none

	store    *session.Store
	keeping  keeping
	unsaved  chan error       // from the store's recorder: saving fails
	ready    bool             // store is open, or won't be
	choices  []dialog.Choice  // of all offers
	offers   map[string]offer // by provider
	nearby   []Nearby
	found    []dialog.Choice // of choices, what no list names
	recent   []answerer      // the last chosen first
	turns    int             // the number of the last turn
	failure  error           // why the program ended itself
	obstacle *api.Error      // what keeps the provider from being asked
	quitting time.Time       // of the first ctrl+c
	stopped  time.Time       // when esc last stopped a turn
	leaving  bool
	ticking  bool
	settling bool
	watching bool            // a followed session is looked at, or soon
	offered  map[string]bool // by session: the person was asked what of it to send
	spends   time.Time       // the day on which the person agreed to pass the cap, by its midnight
	paths    paths
	reading  int  // files that are being read
	sends    bool // what is in the composer, as soon as they are
}

// New returns the chat before its first frame. Turns that it starts are added
// to pumps and end with ctx.
func New(ctx context.Context, pumps *sync.WaitGroup, o Options) *Model {
	m := &Model{
		opts: o, ctx: ctx, pumps: pumps,
		theme: o.Dark, dark: true, mouse: o.Mouse, now: o.Now(),
		composer: composer.New(o.Dark),
		live:     map[int]*conversation{},
		offered:  map[string]bool{},
		unsaved:  make(chan error, 1),
	}
	if o.Clipboard == nil {
		m.opts.Clipboard = clipboard.New(clipboard.Options{})
	}
	m.commands = bind(table(), o.Keys)
	m.chrome = newChrome(o.Dark)
	m.chrome.links = o.Links
	m.composer.SetHistory(o.History)
	m.composer.SetFiles(o.Files)
	m.composer.Focus()
	m.conv = m.newConversation()
	m.tellNotices(m.conv)
	return m
}

func (m *Model) tellNotices(c *conversation) {
	for _, n := range m.opts.Notices {
		c.view.Append(&transcript.Notice{Text: n})
	}
}

func (m *Model) newConversation() *conversation {
	c := &conversation{provider: m.opts.Provider, model: m.opts.Model}
	if m.conv != nil {
		c.provider, c.model = m.conv.provider, m.conv.model
	}
	c.session = session.Session{Kind: session.KindChat, System: m.opts.System}
	c.sends.unfoldKey = m.keyOf("fold")
	c.view = transcript.New(m.theme, m.chrome.links)
	return c
}

// Init asks the terminal for its colours, and the database to open.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(tea.RequestBackgroundColor, m.openStore(), m.awaitUnsaved(), m.listModels(), m.check())
}

// Update routes.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.route(msg)
	m.arrange()
	return m, tea.Batch(cmd, m.keepUp(), m.tick(), m.watch(), m.settle())
}

func (m *Model) route(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case wheelMsg:
		return m.scrollWheeled()
	case tickMsg:
		m.ticked(time.Time(msg))
	case storeMsg:
		return m.storeOpened(msg)
	case modelsMsg:
		m.modelsListed(msg)
		return msg.next
	case obstacleMsg:
		m.obstacle = msg.err
		return m.lookAround()
	case nearbyMsg:
		m.offerNearby(msg)
	case unsavedMsg:
		return m.doubt(msg.err)
	case turnMsg:
		return m.arrived(msg)
	case branchMsg:
		m.branched(msg)
	case loadedMsg:
		return m.loaded(msg)
	case sessionsMsg:
		return m.sessionsListed(msg)
	case foundMsg:
		return m.sessionsFound(msg)
	case attachedMsg:
		return m.attached(msg)
	case pathsMsg:
		return m.pathsListed(msg)
	case spentMsg:
		return m.spent(msg)
	case toldMsg:
		return msg(m)
	case keptMsg:
		m.keptUp(msg)
	case pausedMsg:
		return m.keepDraft()
	case againMsg:
		return m.tryAgain()
	default:
		return m.fromTerminal(msg)
	}
	return nil
}

// fromTerminal routes what the terminal tells, and what a person does at it.
func (m *Model) fromTerminal(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.layout.width, m.layout.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		m.dark = msg.IsDark()
		m.setTheme(m.pickTheme())
	case tea.ColorProfileMsg:
		m.profile = msg.Profile
		m.setTheme(m.pickTheme())
	case tea.KeyboardEnhancementsMsg:
		m.chrome.shiftEnter = msg.SupportsKeyDisambiguation()
	case tea.KeyPressMsg:
		return m.press(msg)
	case tea.PasteMsg:
		return m.paste(msg.Content)
	case tea.ClipboardMsg: // the terminal's, which was asked
		return m.paste(msg.Content)
	case tea.MouseClickMsg, tea.MouseMotionMsg, tea.MouseReleaseMsg:
		return m.useMouse(msg)
	case tea.MouseWheelMsg:
		return m.wheel(msg)
	}
	return nil
}

// arrange gives everything on screen its place, after whatever Update did.
func (m *Model) arrange() {
	w, h := m.layout.width, m.layout.height
	m.forgetPaths()
	m.composer.SetCompact(compact(h))
	m.composer.SetPlaceholder(m.placeholder())
	m.composer.Resize(w, composerLimit(h))
	m.layout = arrange(w, h, m.composer.Height(), len(m.conv.queue))
	m.layout.width, m.layout.height = w, h
	m.conv.taken = m.conv.used()
	m.conv.addUp()
	m.arrangeReading()
	m.keepDrag()
	m.showQueue()
	if m.dialog != nil {
		m.dialog.Resize(w, h)
	}
}

// pickTheme is the theme for what is known of the terminal: its background,
// and how many colours it has.
func (m *Model) pickTheme() themes.Theme {
	light, dark := m.opts.Light, m.opts.Dark
	if m.profile == colorprofile.ANSI && light.Name != dark.Name {
		return themes.Sixteen(m.dark)
	}
	if m.dark {
		return dark
	}
	return light
}

// setTheme draws everything anew.
func (m *Model) setTheme(theme themes.Theme) {
	m.theme = theme
	links, shiftEnter := m.chrome.links, m.chrome.shiftEnter
	m.chrome = newChrome(theme)
	m.chrome.links, m.chrome.shiftEnter = links, shiftEnter
	m.composer.SetTheme(theme)
	m.conv.view.SetTheme(theme, links)
	if m.beside != nil {
		m.beside.SetTheme(theme, links)
	}
	if m.dialog != nil {
		m.dialog.SetTheme(theme)
	}
}

// tickMsg is the time.
type tickMsg time.Time

// ticked moves the clocks on screen.
func (m *Model) ticked(now time.Time) {
	m.ticking, m.now = false, now
	if t := m.conv.turn; t != nil {
		t.countDown(now)
	}
}

const tickEvery = 100 * time.Millisecond

// tick keeps the clocks on screen going, but only while there is one to see.
func (m *Model) tick() tea.Cmd {
	if m.ticking || !m.conv.turn.clocked() && !m.status.fading(m.now) {
		return nil
	}
	m.ticking = true
	now := m.opts.Now
	return tea.Tick(tickEvery, func(time.Time) tea.Msg { return tickMsg(now()) })
}

// paste goes to the dialog if one is open, else to the composer, wherever the
// focus is. A paste that is the path of a file attaches it.
func (m *Model) paste(text string) tea.Cmd {
	if m.dialog != nil {
		m.dialog.Paste(text)
		return tea.Batch(m.searchTyped(), m.seekModels())
	}
	if m.typingQuery() {
		m.query(m.find.query + text)
		return nil
	}
	m.setFocus(composing)
	if m.opts.Attach != nil && looksLikePath(text) {
		return m.attach(text, text)
	}
	m.composer.Paste(text)
	return nil
}

func (m *Model) setFocus(f focus) {
	m.focus = f
	if f == composing {
		m.leaveFind()
		m.composer.Focus()
		m.conv.view.Deselect()
		return
	}
	m.composer.Blur()
	if m.conv.view.Selected() == nil {
		m.conv.view.Select(-1)
	}
}

// savedID is the session to resume later; "" when nothing of it is saved.
func (m *Model) savedID() string {
	if !m.conv.saved {
		return ""
	}
	return m.conv.session.ID
}

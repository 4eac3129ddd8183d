package dialog

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Pick is the library: search, add, play at once, import a file.
type Pick struct {
	search, path textinput.Model
	importing    bool // the path field has the keyboard
	at           int
	running      *Progress
	said         panel.Note
	folder       folder
	hear         hearing
	bed          station.ItemID // music under a spoken item that is played now; empty: none
}

// NewPick makes the window.
func NewPick(s *panel.Scene) *Pick {
	p := &Pick{search: newInput("", 100), path: newInput(s.T.Dialog.Pick.PathHint, 4096)}
	p.importing = len(s.Snap.Items) == 0
	return p
}

// Started says that an import runs; its progress is read while drawing.
func (p *Pick) Started(pr *Progress) { p.running = pr }

// Done says how the import ended.
func (p *Pick) Done(s *panel.Scene, it station.Item, why string) {
	p.running = nil
	if why != "" {
		p.said = panel.Note{R: theme.Warn, S: fmt.Sprintf(s.T.Dialog.Pick.Failed, why)}
		return
	}
	p.said = panel.Note{R: theme.Good, S: fmt.Sprintf(s.T.Dialog.Pick.Imported, it.Title)}
	p.importing = false
	p.search.SetValue("")
	p.path.SetValue("")
	p.folder = folder{}
	for i, have := range p.found(s) {
		if have.ID == it.ID {
			p.at = i
		}
	}
}

// Fold brings a title and a search to one form: small letters, tone marks
// apart dropped, đ as d, so that "tiem" finds "Tiêm".
func Fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case r >= 0x300 && r <= 0x36f:
		case r == 'đ':
			b.WriteRune('d')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Plain folds, and takes hyphens and runs of spaces as one space: "Kon-Brung"
// and "kon brung" are one place.
func Plain(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(Fold(s), "-", " ")), " ")
}

// newestFirst is the library with what was recorded last on top.
func newestFirst(s *panel.Scene) []station.Item {
	i := slices.IndexFunc(s.Snap.Items, func(it station.Item) bool { return it.ID == s.Snap.Mic.Last })
	if i <= 0 {
		return s.Snap.Items
	}
	return slices.Concat(s.Snap.Items[i:i+1], s.Snap.Items[:i], s.Snap.Items[i+1:])
}

func (p *Pick) found(s *panel.Scene) []station.Item { return foundItems(s, p.search.Value()) }

// foundItems are the items whose title, or what the file says of itself, has
// what was typed in it.
func foundItems(s *panel.Scene, typed string) []station.Item {
	want := Fold(strings.TrimPrefix(typed, "/"))
	if want == "" {
		return newestFirst(s)
	}
	var out []station.Item
	for _, it := range s.Snap.Items {
		if strings.Contains(Fold(it.Title+" · "+it.Tags), want) {
			out = append(out, it)
		}
	}
	return out
}

// Update takes a key. A running import goes on when the window is left.
func (p *Pick) Update(s *panel.Scene, msg tea.Msg) Result {
	key := press(msg)
	switch {
	case key == "esc":
		return Result{Close: true}
	case key == "ctrl+d" && p.running != nil:
		p.running = nil
		p.said = panel.Note{R: theme.Warn, S: s.T.Dialog.Pick.Cancelled}
		return Result{Cancel: true}
	case key == "tab" && p.importing && p.path.Value() != "":
		p.folder.ask(p.path.Value())
		return Result{}
	case key == "tab" || key == "shift+tab" || key == "up" && p.importing:
		p.importing = !p.importing
		return Result{}
	}
	if p.importing {
		path := strings.TrimSpace(p.path.Value())
		switch {
		case key == "enter" && p.running == nil && strings.HasSuffix(path, "/") && !station.LooksRelay(path):
			p.folder.ask(path)
		case key == "enter" && p.running == nil && path != "":
			p.said = panel.Note{}
			return Result{Import: path}
		case key != "enter":
			editInput(&p.path, msg)
			p.folder.why = ""
		}
		return Result{}
	}
	return p.list(s, msg, key)
}

func (p *Pick) list(s *panel.Scene, msg tea.Msg, key string) Result {
	items := p.found(s)
	switch key {
	case "up":
		p.at = max(0, p.at-1)
	case "down":
		p.at = min(max(0, len(items)-1), p.at+1)
	case "pgup":
		p.at = max(0, p.at-10)
	case "pgdown":
		p.at = min(max(0, len(items)-1), p.at+10)
	case "enter", "ctrl+g":
		if p.at >= len(items) {
			return Result{Note: panel.Note{R: theme.Warn, S: s.T.Dialog.Pick.None}}
		}
		it := items[p.at]
		sent := fmt.Sprintf(s.T.Dialog.Pick.Added, it.Title)
		if key == "ctrl+g" {
			return Result{Intent: station.PlayNow{Items: []station.ItemID{it.ID}, Targets: s.Targets(), Bed: p.under(s, it)}, Close: true}
		}
		p.said = panel.Note{}
		return Result{Intent: station.QueueAdd{Item: it.ID, Targets: s.Targets(), At: -1}, Sent: sent, Undo: UndoAdd(s, it.ID)}
	case "ctrl+n":
		if p.at < len(items) && items[p.at].Spoken() {
			beds, _ := bedsOf(s, p.bed)
			p.bed = beds[(slices.Index(beds, p.bed)+1)%len(beds)]
		}
	case hearKey:
		if p.at >= len(items) {
			return Result{Note: panel.Note{R: theme.Warn, S: s.T.Dialog.Pick.None}}
		}
		return p.hear.press(s, items[p.at])
	case "ctrl+z":
		return Result{Pass: true}
	default:
		before := p.search.Value()
		editInput(&p.search, msg)
		if p.search.Value() != before {
			p.at = 0
		}
	}
	return Result{}
}

// under is the bed that an item is played with: none under music, nor where it
// has gone from the library.
func (p *Pick) under(s *panel.Scene, it station.Item) station.ItemID {
	if !it.Spoken() || !slices.ContainsFunc(s.Snap.Items, func(b station.Item) bool { return b.ID == p.bed }) {
		return ""
	}
	return p.bed
}

// View draws the window.
func (p *Pick) View(s *panel.Scene, a panel.Area) []string {
	w, inner := size(a, 84)
	h := min(a.H, 24)
	title := fmt.Sprintf(s.T.Dialog.Pick.Title, len(s.Snap.Items))
	return panel.Box(s.Th, true, title, "", p.lines(s, inner, h-2), panel.Area{W: w, H: h})
}

// lines are the window's inside.
func (p *Pick) lines(s *panel.Scene, inner, h int) []panel.Line {
	t := s.T.Dialog.Pick
	if p.importing {
		p.path.Focus()
		p.search.Blur()
	} else {
		p.search.Focus()
		p.path.Blur()
	}
	body := []panel.Line{inputLine(s, t.Search, &p.search, inner), inputLine(s, t.Path, &p.path, inner)}
	tail := p.tail(s, inner)
	body = append(body, p.rows(s, inner, max(1, h-len(body)-len(tail)))...)
	return append(body, tail...)
}

func (p *Pick) rows(s *panel.Scene, w, room int) []panel.Line {
	if p.importing {
		if l := p.folder.lines(s, w, room); l != nil {
			return l
		}
	}
	items := p.found(s)
	p.at = min(p.at, max(0, len(items)-1))
	var out []panel.Line
	switch {
	case len(s.Snap.Items) == 0:
		for _, l := range indent(s.T.Dialog.Pick.NoItems, w) {
			out = append(out, panel.L(theme.Dim, " "+l))
		}
	case len(items) == 0:
		out = append(out, panel.L(theme.Dim, " "+s.T.Dialog.Pick.None))
	case room > 3:
		out = append(out, itemHead(s, w))
	}
	free := room - len(out)
	from := max(0, min(p.at-free/2, len(items)-free))
	for i := from; i < len(items) && i < from+free; i++ {
		l := itemLine(s, items[i], w)
		if i == p.at && !p.importing {
			l = l.Over(theme.Selected)
		}
		out = append(out, l)
	}
	for len(out) < room {
		out = append(out, nil)
	}
	return out[:room]
}

func (p *Pick) tail(s *panel.Scene, w int) []panel.Line {
	t := s.T.Dialog.Pick
	tg := s.Targets()
	out := []panel.Line{nil}
	switch {
	case p.running != nil:
		out = p.running.lines(s, w)
	case p.said.S != "":
		out[0] = panel.L(p.said.R, " "+p.said.S)
	}
	if items := p.found(s); out[0] == nil && !p.importing && p.at < len(items) {
		out[0] = p.about(s, items[p.at], w)
	}
	keys := t.Keys
	if p.importing {
		keys = t.PathKeys
	}
	return append(out, panel.L(theme.Plain, " "+fmt.Sprintf(t.Will, s.Where(tg, s.Meant(tg), false))), panel.L(theme.Key, " "+keys))
}

// about says what the list has no room for: who added an item, and what would
// sound under it.
func (p *Pick) about(s *panel.Scene, it station.Item, w int) (l panel.Line) {
	words := s.T.Dialog.Day
	if beds, names := bedsOf(s, p.bed); it.Spoken() && len(beds) > 1 {
		at := max(slices.Index(beds, p.under(s, it)), 0)
		l = panel.Line{{R: theme.Key, S: " " + panel.Cut(fmt.Sprintf(words.Bed.Key, names[at]), w-2)}}
	}
	apart := " "
	if len(l) > 0 {
		apart = " · "
	}
	if left := w - l.Width() - 4; w < wideItems && left > 20 {
		l = append(l, panel.Seg{R: theme.Dim, S: apart + panel.Cut(fmt.Sprintf(words.Store.By, text.Name(it.AddedBy), it.At.Format("02/01/2006")), left)})
	}
	return l
}

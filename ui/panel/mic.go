package panel

import (
	"fmt"
	"time"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Mic is the microphone's panel for a wide screen.
func Mic(s *Scene, a Area) []string {
	t, m, w := s.T.Mic, s.Snap.Mic, a.W-2
	var body []Line
	mid := func(r theme.Role, words string) { body = append(body, centre(r, words, w)) }
	body = append(body, nil)
	live := s.live()
	switch {
	case !s.Link.Up:
		for _, l := range Wrap(s.T.Proof.NoLink, w-2) {
			mid(theme.Unsure, l)
		}
	case m.Open:
		mid(theme.Live, " "+t.Open+" · "+t.Speak+" ")
		body = append(append(body, nil), timer(s, w, a.H-2)...)
		if m.Limit > 0 {
			l := s.micEnds(t.Limit)
			mid(l.R, l.S)
		}
		body = append(body, nil, MicLevel(s, w))
		if left, ok := s.silenceLeft(); ok {
			mid(theme.Warn, fmt.Sprintf(t.Silent, text.Clock(left)))
		} else if m.Recording {
			mid(theme.Dim, t.Recording)
		} else {
			body = append(body, nil)
		}
		mid(theme.Key, t.Stop)
	case live != nil:
		mid(theme.Warn, s.T.Head.Preparing)
		body = append(body, nil)
		for _, l := range Wrap(s.before(live), w-2) {
			mid(theme.Plain, l)
		}
		if m.Meant > 0 {
			mid(theme.Dim, fmt.Sprintf(t.ReadyOf, m.Ready, m.Meant))
		}
		body = append(body, nil)
		mid(theme.Key, t.Stop)
	case m.Stage == station.MicRecord, m.Stage == station.MicTesting:
		mid(theme.Live, " "+s.micOffAir()+" ")
		body = append(body, nil)
		mid(theme.Title, text.Clock(s.Age(m.OpenedAt)))
		body = append(body, nil, MicLevel(s, w))
		mid(theme.Dim, t.NotOnAir)
	default:
		body = append(body, s.micRests(w)...)
	}
	return Box(s.Th, false, "F4 "+t.Title, "", body, a)
}

// timer is how long the microphone has been open, in large type where there is
// room.
func timer(s *Scene, w, rows int) []Line {
	words := text.Clock(s.Age(s.Snap.Mic.OpenedAt))
	if l := Large(s.Th, words, w); l != nil && rows >= 13 {
		return l
	}
	return []Line{centre(theme.Title, words, w)}
}

// micRests is a microphone that nobody uses.
func (s *Scene) micRests(w int) (body []Line) {
	t, m := s.T.Mic, s.Snap.Mic
	mid := func(r theme.Role, words string) { body = append(body, centre(r, words, w)) }
	mid(micRole(m.State), s.T.Books.MicState[orNone(m.State)])
	if m.Name != "" {
		mid(theme.Dim, s.T.Word(m.Name))
	}
	for i, l := range Wrap(Clean(s.T.Word(m.Why)), w-2) {
		if m.Why != "" && i < 4 {
			mid(theme.Warn, l)
		}
	}
	if usable(m.State) {
		body = append(body, nil)
		mid(theme.Key, t.Press)
	}
	return body
}

// MicLines is the microphone in two lines of a narrow screen.
func MicLines(s *Scene, w int) []Line {
	t, m := s.T.Mic, s.Snap.Mic
	live := s.live()
	switch {
	case !s.Link.Up:
		return []Line{{{theme.Title, " " + t.Title + " "}, {theme.Unsure, s.T.Proof.NoLink}}, append(L(theme.Plain, " "), OutLine(s, 8)...)}
	case m.Open:
		l := MicLevel(s, w)
		if left, ok := s.silenceLeft(); ok {
			l = append(trim(l), Seg{theme.Warn, " · " + fmt.Sprintf(t.Silent, text.Clock(left))})
		} else if m.Limit > 0 {
			ends := s.micEnds(t.LimitShort)
			l = append(trim(l), Seg{theme.Plain, " · "}, ends)
		}
		return []Line{{{theme.Live, " " + t.OpenLine + " · " + t.Speak + " "}, {theme.Title, " " + text.Clock(s.Age(m.OpenedAt))}}, l}
	case live != nil:
		first := L(theme.Warn, " "+s.T.Head.Preparing)
		if m.Meant > 0 {
			first = append(first, Seg{theme.Dim, " · " + fmt.Sprintf(t.ReadyOf, m.Ready, m.Meant)})
		}
		return []Line{first, L(theme.Plain, " "+s.before(live))}
	case m.Stage == station.MicRecord, m.Stage == station.MicTesting:
		return []Line{{{theme.Live, " " + s.micOffAir() + " "}, {theme.Title, " " + text.Clock(s.Age(m.OpenedAt))}}, MicLevel(s, w)}
	}
	first := Line{{theme.Title, " " + t.Title + " "}, {micRole(m.State), s.T.Books.MicState[orNone(m.State)]}}
	switch {
	case m.Why != "":
		first = append(first, Seg{theme.Warn, " · " + s.T.Word(m.Why)})
	case usable(m.State):
		first = append(first, Seg{theme.Key, " · " + t.Press})
	}
	return []Line{first, append(L(theme.Plain, " "), OutLine(s, 8)...)}
}

// MicState is the microphone in one line: its state, its name, what is wrong.
func MicState(s *Scene) Line {
	m := s.Snap.Mic
	l := Line{{theme.Title, " " + s.T.Mic.Title + " "}, {micRole(m.State), s.T.Books.MicState[orNone(m.State)]}}
	for _, more := range []Seg{{theme.Dim, Clean(s.T.Word(m.Name))}, {theme.Warn, Clean(s.T.Word(m.Why))}} {
		if more.S != "" {
			l = append(l, Seg{more.R, " · " + more.S})
		}
	}
	return l
}

func trim(l Line) Line {
	if n := len(l); n > 0 && len(l[n-1].S) > 0 && l[n-1].R == theme.Plain && l[n-1].S[0] == ' ' {
		return l[:n-1]
	}
	return l
}

func centre(r theme.Role, words string, w int) Line {
	words = Cut(words, w)
	l := L(r, words)
	return append(L(theme.Plain, fmt.Sprintf("%*s", max(0, (w-l.Width())/2), "")), l...)
}

func (s *Scene) live() *station.BroadcastView {
	for i := range s.Snap.Air {
		if b := &s.Snap.Air[i]; b.ID == s.Snap.Mic.Broadcast {
			return b
		}
	}
	return nil
}

// before says what comes before "speak now": the clusters are told, the chime
// sounds.
func (s *Scene) before(b *station.BroadcastView) string {
	switch m := s.Snap.Mic; {
	case m.Stage == station.MicPreparing:
		return s.T.Mic.Preparing
	case m.Stage == station.MicChime && m.SpeakAt != (station.Stamp{}):
		return fmt.Sprintf(s.T.Mic.Chime, text.Clock(max(0, m.SpeakAt.Mono-s.Mono)))
	}
	return fmt.Sprintf(s.T.Mic.Chime, s.chimeLeft(b))
}

// silenceLeft is how long until a silent microphone closes by itself; it is
// said once the silence is longer than a pause for breath.
func (s *Scene) silenceLeft() (time.Duration, bool) {
	m := s.Snap.Mic
	if m.SilentAt == (station.Stamp{}) || m.Silence <= 0 || s.Age(m.SilentAt) < 5*time.Second {
		return 0, false
	}
	return max(0, m.Silence-s.Age(m.SilentAt)), true
}

func (s *Scene) micOffAir() string {
	if s.Snap.Mic.Stage == station.MicRecord {
		return s.T.Mic.OffAir
	}
	return s.T.Mic.Test
}

func (s *Scene) chimeLeft(b *station.BroadcastView) string {
	if b.Length <= 0 || b.Phase != station.OnAir {
		return "…"
	}
	return text.Clock(max(0, b.Length-s.Age(b.PieceAt)))
}

// micLeft is how long until the microphone closes by itself.
func (s *Scene) micLeft() time.Duration {
	return max(0, s.Snap.Mic.Limit-s.Age(s.Snap.Mic.OpenedAt))
}

// micEnds says when the open microphone closes by itself.
func (s *Scene) micEnds(words string) Seg {
	role, left := theme.Plain, s.micLeft()
	if left <= station.LastCall {
		role, words = theme.Live, s.T.Mic.Soon
	}
	return Seg{role, fmt.Sprintf(words, text.Clock(left))}
}

// MicLevel is the microphone's level as a bar and in words.
func MicLevel(s *Scene, w int) Line {
	m := s.Snap.Mic
	word, role := s.T.Books.MicState[orNone(m.State)], theme.Good
	if m.State != station.MicGood && m.State != station.MicReady {
		role = theme.Warn
	}
	if m.State == station.MicReady {
		word = "…"
	}
	var level float32
	if s.Meters != nil {
		level = s.Meters.Mic.RMS
	}
	cells := max(4, min(24, w-len([]rune(word))-4))
	if w > 30 {
		cells = 11
	}
	l := append(Line{{theme.Plain, " "}}, Bar(s.Th, level, cells)...)
	l = append(l, Seg{role, " " + word})
	if s.Cursor.Technical && s.Meters != nil {
		l = append(l, Seg{theme.Dim, " " + s.T.Number(DB(s.Meters.Mic.Peak), 0)})
	}
	return l
}

func orNone(m station.MicState) station.MicState {
	if m == "" {
		return station.MicNone
	}
	return m
}

func usable(m station.MicState) bool {
	return m != "" && m != station.MicNone && m != station.MicBroken
}

func micRole(m station.MicState) theme.Role {
	if usable(m) {
		return theme.Good
	}
	return theme.Warn
}

// Booth is microphone and board in one panel of a narrow screen.
func Booth(s *Scene, a Area) []string {
	body := append(MicLines(s, a.W-2), BoardLines(s, a.W-2)...)
	if a.H-2 >= 6 {
		body = append(body[:2:2], append([]Line{nil}, body[2:]...)...)
	}
	return Box(s.Th, false, "F4 "+s.T.Mic.Title+" · F5 "+s.T.Board.Title, "", body, a)
}

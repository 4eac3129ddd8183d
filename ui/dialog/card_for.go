package dialog

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// cardFor is where a card is to be shown and until when.
type cardFor struct {
	all    bool                     // every board
	marks  map[station.BoardID]bool // several; none: the selected one
	until  time.Time                // zero: until another comes
	end    textinput.Model
	ending bool // the field of the end has the keyboard
	bad    bool // what stands in it is no time
}

// key takes the keys that choose boards and the end; false: it was none.
func (f *cardFor) key(s *panel.Scene, id station.BoardID, msg tea.Msg) bool {
	key := press(msg)
	if f.ending {
		switch key {
		case "esc":
			f.ending, f.bad = false, false
		case "enter", "ctrl+r":
			at, ok := endOf(s.Wall, f.end.Value())
			if f.bad = !ok; ok {
				f.until, f.ending = at, false
			}
		default:
			f.bad = false
			editInput(&f.end, msg)
		}
		return true
	}
	switch key {
	case "ctrl+a":
		f.all = !f.all
	case "ctrl+t":
		if f.marks == nil {
			f.marks = map[station.BoardID]bool{}
		}
		f.all = false
		if f.marks[id] = !f.marks[id]; !f.marks[id] {
			delete(f.marks, id)
		}
	case "ctrl+r":
		if f.end.CharLimit == 0 {
			f.end = newInput("", 20)
		}
		f.ending = true
	default:
		return false
	}
	return true
}

// meant tells whether a board is to show the card.
func (f *cardFor) meant(id, selected station.BoardID) bool {
	return f.all || f.marks[id] || len(f.marks) == 0 && id == selected
}

// publish is the intent.
func (f *cardFor) publish(s *panel.Scene, selected station.BoardID, text string) station.CardPublish {
	in := station.CardPublish{Text: text}
	if !f.until.IsZero() && text != "" {
		in.Until = f.until.Unix()
	}
	if f.all {
		return in
	}
	for i := range s.Snap.Boards {
		if id := s.Snap.Boards[i].ID; f.meant(id, selected) {
			in.Boards = append(in.Boards, id)
		}
	}
	if len(in.Boards) == 1 {
		in.Board, in.Boards = in.Boards[0], nil
	}
	return in
}

// line says until when, or takes it.
func (f *cardFor) line(s *panel.Scene, w int) panel.Line {
	t := s.T.Dialog.Day.Cards
	switch {
	case f.ending && f.bad:
		return append(inputLine(s, t.Until, &f.end, min(w, 30)), panel.Seg{R: theme.Warn, S: " " + t.Bad}).Fit(w)
	case f.ending:
		return append(inputLine(s, t.Until, &f.end, min(w, 30)), panel.Seg{R: theme.Dim, S: " " + t.UntilHint}).Fit(w)
	case f.until.IsZero():
		return panel.L(theme.Dim, " Ctrl+R: "+t.None)
	}
	return panel.L(theme.Plain, " Ctrl+R: "+fmt.Sprintf(t.Ends, endWords(f.until)))
}

func endWords(t time.Time) string { return t.Format("15:04 02/01/2006") }

// endOf reads when a card goes: a time of the day (the next one that comes), a
// day (its end), both, or a number of days; empty is no end.
func endOf(now time.Time, v string) (time.Time, bool) {
	words := strings.Fields(Fold(v))
	if len(words) == 0 {
		return time.Time{}, true
	}
	if n, err := strconv.Atoi(strings.TrimRight(words[0], "d")); err == nil && (len(words) == 2 && (words[1] == "ngay" || strings.HasPrefix(words[1], "day")) || strings.HasSuffix(words[0], "d")) {
		return now.AddDate(0, 0, n).Truncate(time.Minute), n >= 1 && n <= station.MaxCardDays
	}
	y, m, d := now.Date()
	minute, timed, dated := 24*60-1, false, false
	for _, w := range words {
		if at, ok := minuteOf(w); ok && strings.ContainsAny(w, ":hg") && !timed {
			minute, timed = at, true
			continue
		}
		if dated {
			return time.Time{}, false
		}
		day, err := time.Parse("2/1/2006", w)
		if err != nil {
			if day, err = time.Parse("2/1/2006", w+"/"+strconv.Itoa(y)); err != nil {
				return time.Time{}, false
			}
			if day.Before(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)) {
				day = day.AddDate(1, 0, 0)
			}
		}
		dated = true
		y, m, d = day.Date()
	}
	at := time.Date(y, m, d, minute/60, minute%60, 0, 0, now.Location())
	if !dated && !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at, at.After(now) && at.Before(now.AddDate(0, 0, station.MaxCardDays))
}

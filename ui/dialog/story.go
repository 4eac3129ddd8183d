package dialog

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// told is what the station's books say of one broadcast.
type told struct {
	page  station.LogPage
	asked bool
	read  bool
	over  bool          // nothing more comes
	saved uint64        // the journal's end when it was asked
	at    time.Duration // mono: when it was asked
	why   string
}

// wants tells whether the books are to be asked: once, and again while it goes
// on, no more than once a second.
func (r *receipts) wants(s *panel.Scene) bool {
	t := &r.told
	if r.write || t.over || t.asked && (s.Snap.Saved.Seq == t.saved || s.Mono-t.at < logAgain) {
		return false
	}
	t.asked, t.saved, t.at = true, s.Snap.Saved.Seq, s.Mono
	t.over = r.a.Ended != (station.Stamp{}) && len(r.a.Receipts) > 0
	return true
}

func (r *receipts) take(t Told) {
	if t.Query.Broadcast != r.a.ID || t.Query.Began != r.a.Seq {
		return
	}
	r.told.read, r.told.why = true, t.Err
	if t.Err == "" {
		r.told.page = t.Log
	}
}

// hear plays what is left of a broadcast at this machine only: the recording of
// the microphone before the items.
func (r *receipts) hear(s *panel.Scene) Result {
	for _, id := range slices.Concat([]station.ItemID{r.a.Record}, r.a.Items) {
		i := slices.IndexFunc(s.Snap.Items, func(it station.Item) bool { return it.ID == id && id != "" })
		if i >= 0 {
			return r.here.press(s, s.Snap.Items[i])
		}
	}
	return note(s.T.Story().NoSound)
}

func wrapped(role theme.Role, words string, w int) []panel.Line {
	return hung(role, " ", words, w)
}

// hung are wrapped words with a space before each line.
func hung(role theme.Role, space, words string, w int) (out []panel.Line) {
	for _, l := range panel.Wrap(words, max(1, w-1-len(space))) {
		out = append(out, panel.L(role, space+l))
	}
	return out
}

// page are the lines before those of the clusters.
func (r *receipts) page(s *panel.Scene, w int) []panel.Line {
	t, a := s.T.Story(), r.a
	out := append(r.times(s, w), wrapped(theme.Plain, fmt.Sprintf(t.Who, a.Who), w)...)
	out = append(out, wrapped(theme.Plain, fmt.Sprintf(t.Meant, a.Meant), w)...)
	if len(a.Items) > 0 {
		out = append(out, panel.L(theme.Dim, " "+t.Items))
		for _, id := range a.Items {
			out = append(out, hung(theme.Plain, "   ", itemTitle(s, id), w)...)
		}
	}
	if a.Record != "" {
		out = append(out, wrapped(theme.Key, s.T.Dialog.Log.Who.Recording, w)...)
	}
	out = append(out, r.words(s, w)...)
	return append(out, r.course(s, w)...)
}

// times are when it was to be, when it was, and how it ended.
func (r *receipts) times(s *panel.Scene, w int) (out []panel.Line) {
	t, a, log := s.T.Story(), r.a, s.T.Dialog.Log
	class := s.T.Books.Class[a.Class]
	role := theme.Plain
	switch {
	case a.Drill:
		class, role = log.Row.Drill+" · "+class, theme.Drill
	case a.Class.IsEmergency():
		role = theme.Emergency
	}
	out = append(out, panel.L(role, " "+class))
	if due := r.due(); due != 0 {
		at := time.Unix(due, 0).In(s.Wall.Location())
		words := fmt.Sprintf(t.Due, at.Format("02/01/2006 15:04:05"))
		if long := r.planned(s); long > 0 {
			words = fmt.Sprintf(t.DueTo, at.Format("02/01/2006 15:04:05"), at.Add(long).Format("15:04:05"))
		}
		if late := a.Began.Wall.Sub(at).Round(time.Second); late >= time.Second {
			words += fmt.Sprintf(t.Late, text.Clock(late))
		} else {
			words += t.OnTime
		}
		out = append(out, wrapped(theme.Plain, words, w)...)
	}
	end := log.Row.OnAir
	if a.Ended != (station.Stamp{}) {
		end = a.Ended.Wall.Format("15:04:05")
	}
	out = append(out, wrapped(theme.Plain, fmt.Sprintf(t.Began, a.Began.Wall.Format("02/01/2006 15:04:05"), end)+" · "+fmt.Sprintf(log.Who.Played, text.Clock(a.Duration)), w)...)
	if a.Ended != (station.Stamp{}) && a.Reason != "" {
		out = append(out, wrapped(theme.Plain, fmt.Sprintf(t.Why, s.T.Word(a.Reason)), w)...)
	}
	if a.Cuts > 0 {
		out = append(out, wrapped(theme.Warn, fmt.Sprintf(log.Row.Cuts, a.Cuts), w)...)
	}
	return out
}

// due is when the timetable wanted it; 0: it did not, or that is not read yet.
func (r *receipts) due() int64 {
	for _, row := range r.told.page.Rows {
		if row.Kind == station.EvStart {
			return row.Due
		}
	}
	return 0
}

// planned is how long its items are; 0: one of them left the library.
func (r *receipts) planned(s *panel.Scene) (long time.Duration) {
	for _, id := range r.a.Items {
		i := slices.IndexFunc(s.Snap.Items, func(it station.Item) bool { return it.ID == id })
		if i < 0 {
			return 0
		}
		long += s.Snap.Items[i].Length
	}
	return long
}

// words are the whole text that was read.
func (r *receipts) words(s *panel.Scene, w int) (out []panel.Line) {
	t, a := s.T.Story(), r.told.page.Alert
	switch {
	case r.told.why != "":
		return wrapped(theme.Warn, fmt.Sprintf(s.T.Dialog.Log.File.Failed, r.told.why), w)
	case !r.told.read:
		return []panel.Line{panel.L(theme.Dim, " "+t.Reading)}
	case a == nil || a.Text == "" && a.Second.Text == "":
		return wrapped(theme.Dim, t.NoWords, w)
	}
	if a.Level > 0 && a.Level < len(s.T.Books.Level) {
		out = append(out, panel.L(theme.Warn, " "+s.T.Books.Level[a.Level]))
	}
	out = append(out, panel.L(theme.Dim, " "+t.Words))
	out = append(out, textLines(a.Text, w)...)
	if a.Second.Text != "" {
		out = append(out, panel.L(theme.Dim, " "+fmt.Sprintf(t.Second, s.T.Word("second-language"))))
		out = append(out, textLines(a.Second.Text, w)...)
	}
	return out
}

// textLines are a text as it stands, with its own line breaks.
func textLines(words string, w int) (out []panel.Line) {
	for l := range strings.SplitSeq(words, "\n") {
		out = append(out, hung(theme.Plain, "   ", panel.Clean(l), w)...)
	}
	return out
}

// course is what became of it, row by row: cut, resumed, waived, corrected,
// ended.
func (r *receipts) course(s *panel.Scene, w int) []panel.Line {
	rows := r.told.page.Rows
	if len(rows) == 0 {
		return nil
	}
	out := []panel.Line{panel.L(theme.Dim, " "+s.T.Story().Course)}
	for _, row := range rows {
		role := theme.Plain
		if row.Kind == station.EvSuspend || row.Kind == station.EvBroken || row.Kind == station.EvHeld {
			role = theme.Warn
		}
		words := row.At.Wall.Format("15:04:05") + " " + s.Event(row.Event)
		if row.Actor != "" && row.Actor != "station" {
			words += " · " + text.Name(row.Actor)
		}
		out = append(out, hung(role, "   ", words, w)...)
	}
	if r.told.page.More {
		out = append(out, panel.L(theme.Dim, "  "+s.T.Story().More))
	}
	return out
}

// wholeRow is the selected row of the log in full, where the list cuts it.
func wholeRow(s *panel.Scene, row station.LogRow, w int) []panel.Line {
	words := row.At.Wall.Format("02/01/2006 15:04:05") + " " + s.Event(row.Event)
	if row.Actor != "" && row.Actor != "station" {
		words += " · " + text.Name(row.Actor)
	}
	if panel.L(theme.Plain, words).Width() < w-4 {
		return nil
	}
	out := append([]panel.Line{nil}, wrapped(theme.Plain, words, w)...)
	return out[:min(len(out), 5)]
}

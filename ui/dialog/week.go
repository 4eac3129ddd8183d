package dialog

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// The views of the timetable.
const (
	viewList = iota
	viewWeek
	viewDry
	views
)

// dry is what the timetable will do, as the station last reckoned it.
type dry struct {
	view int
	at   int // 0: the whole commune, else the place of a cluster in the roster, from 1
	week int // 0: the seven days from today, 1: the next
	rows list
	read reading
	run  station.DryRun
	got  string // what run is the answer to
}

func dryKey(a station.DryAsk) string {
	if a.Slot == nil {
		return "all " + string(a.Cluster)
	}
	return fmt.Sprintf("%+v %s", *a.Slot, a.Cluster)
}

// want asks the station when the timetable, or what is written into a form, is
// not what was reckoned last.
func (d *dry) want(s *panel.Scene, a station.DryAsk) *Ask {
	r, key := &d.read, dryKey(a)
	if r.waiting || key == r.key && (s.Snap.Saved.Seq == r.saved || s.Mono-r.at < logAgain) {
		return nil
	}
	r.seq++
	r.waiting, r.key, r.saved, r.at = true, key, s.Snap.Saved.Seq, s.Mono
	return &Ask{Kind: AskDry, Seq: r.seq, Asked: Asked{Dry: a}}
}

func (d *dry) told(t Told) {
	if t.Seq != d.read.seq {
		return
	}
	d.read.waiting, d.read.why, d.got = false, t.Err, d.read.key
	if t.Err == "" {
		d.run = t.Dry
	}
}

// knows tells whether the answer at hand is the one to a question.
func (d *dry) knows(a station.DryAsk) bool { return d.got == dryKey(a) }

// about are the findings that name a slot, the hardest first.
func (d *dry) about(id station.SlotID) (out []station.DryFinding) {
	for _, f := range d.run.Findings {
		if f.Slot == id || f.Why == station.DryOverlap && f.Other == id {
			out = append(out, f)
		}
	}
	return out
}

// ask is the question of the views that show the whole timetable.
func (d *dry) ask(s *panel.Scene) station.DryAsk {
	if d.at > len(s.Snap.Clusters) {
		d.at = 0
	}
	if d.view == viewList || d.at == 0 {
		return station.DryAsk{}
	}
	return station.DryAsk{Cluster: s.Snap.Clusters[d.at-1].ID}
}

// key takes a key of the week and of the dry run; false: it was none of theirs.
func (d *dry) key(s *panel.Scene, key string) bool {
	n := len(s.Snap.Clusters) + 1
	switch key {
	case "left":
		d.at = (d.at + n - 1) % n
	case "right":
		d.at = (d.at + 1) % n
	case "enter":
		if d.view != viewWeek {
			return false
		}
		d.week = 1 - d.week
	default:
		return d.rows.key(key, 1+max(len(d.run.Findings), len(d.run.Starts)), 10)
	}
	return true
}

// head says where it is heard, and how much of it.
func (d *dry) head(s *panel.Scene, w int) panel.Line {
	t := s.T.Dialog.Day.Week
	where := s.T.Head.Everywhere
	if d.at > 0 && d.at <= len(s.Snap.Clusters) {
		c := &s.Snap.Clusters[d.at-1]
		where = strconv.Itoa(c.Number) + " " + c.Name
	}
	var sounds time.Duration
	for _, h := range d.run.Heard {
		sounds = max(sounds, h.Sounds)
	}
	left := panel.Line{{R: theme.Dim, S: " " + t.Heard + " "}, {R: theme.Key, S: "‹ " + where + " ›"}}
	right := fmt.Sprintf(t.Sum, d.run.Count, d.run.Days, text.Clock(sounds))
	if d.at == 0 {
		right = fmt.Sprintf(t.SumAll, d.run.Count, d.run.Days)
	}
	return panel.Spread(left, panel.L(theme.Plain, " "+right+" "), w)
}

// state says that nothing is known yet, or why; nil when there is an answer.
func (d *dry) state(s *panel.Scene, w int) []panel.Line {
	switch {
	case d.read.why != "":
		return []panel.Line{panel.L(theme.Warn, " "+panel.Cut(fmt.Sprintf(s.T.Dialog.Log.File.Failed, d.read.why), w-2))}
	case d.run.Days == 0:
		return []panel.Line{panel.L(theme.Dim, " "+s.T.Dialog.Day.Dry.Reckoning)}
	}
	return nil
}

// weekRow is a line of the week: a slot and what happens to it on seven days.
type weekRow struct {
	start station.DryStart
	days  [7]station.DryStart
	has   [7]bool
}

func (d *dry) weekRows() (rows []weekRow, minutes [7]time.Duration, from time.Time) {
	from = d.run.From.AddDate(0, 0, 7*d.week)
	place := map[string]int{}
	for _, st := range d.run.Starts {
		day := int(st.At.Add(time.Minute).Sub(from).Hours() / 24)
		if st.At.Before(from) || day > 6 {
			continue
		}
		key := strconv.FormatUint(uint64(st.Slot), 10) + st.At.Format("15:04")
		i, ok := place[key]
		if !ok {
			i = len(rows)
			place[key] = i
			rows = append(rows, weekRow{start: st})
		}
		rows[i].days[day], rows[i].has[day] = st, true
		if !st.Skipped {
			minutes[day] += st.Length
		}
	}
	slices.SortStableFunc(rows, func(a, b weekRow) int { return strings.Compare(a.start.At.Format("15:04"), b.start.At.Format("15:04")) })
	return rows, minutes, from
}

// weekMark is what a day's cell shows: different by shape, not by colour alone.
func weekMark(s *panel.Scene, st station.DryStart) (string, theme.Role) {
	switch {
	case st.Skipped:
		return "–", theme.Dim
	case st.Over:
		return "!", theme.Warn
	case st.Behind:
		return "+", theme.Key
	case st.Quiet:
		return "*", theme.Unsure
	}
	return s.Th.G.State.Playing, theme.Good
}

// dayCell is how wide a day of the week is.
const dayCell = 6

func (d *dry) weekLines(s *panel.Scene, w, room int) []panel.Line {
	t, slot := s.T.Dialog.Day.Week, s.T.Dialog.Plan.Slot
	body := []panel.Line{d.head(s, w)}
	if l := d.state(s, w); l != nil {
		return append(body, l...)
	}
	rows, minutes, from := d.weekRows()
	head := panel.L(theme.Title, " "+panel.Pad(fmt.Sprintf(t.Days, from.Format("02/01"), from.AddDate(0, 0, 6).Format("02/01/2006")), max(0, w-7*dayCell-2))+" ")
	sums := panel.L(theme.Dim, " "+panel.Pad(t.Minutes, max(0, w-7*dayCell-2))+" ")
	for i := range 7 {
		day := from.AddDate(0, 0, i)
		r := theme.Dim
		if day.Format(station.DayForm) == s.Wall.Format(station.DayForm) {
			r = theme.Title
		}
		head = append(head, panel.Seg{R: r, S: panel.Pad(slot.Days[(int(day.Weekday())+6)%7]+day.Format(" 02"), dayCell)})
		sums = append(sums, panel.Seg{R: theme.Dim, S: panel.Pad(strconv.Itoa(int(math.Ceil(minutes[i].Minutes()))), dayCell)})
	}
	body = append(body, head)
	if len(rows) == 0 {
		return append(body, panel.L(theme.Dim, " "+t.Empty))
	}
	tail := []panel.Line{sums, panel.L(theme.Dim, " "+panel.Cut(fmt.Sprintf(t.Legend, s.Th.G.State.Playing), w-2))}
	d.rows.at = max(0, min(d.rows.at, len(rows)-1))
	body = append(body, d.rows.rows(len(rows), max(1, room-len(body)-len(tail)), func(i int) panel.Line {
		r := rows[i]
		l := panel.Line{{R: theme.Key, S: " " + slot.Mode[letters[r.start.Mode]] + " "}, {R: theme.Plain, S: r.start.At.Format("15:04") + " " + r.start.Title}}
		l = l.Fit(max(0, w-7*dayCell))
		for day := range 7 {
			m, role := " ", theme.Plain
			if r.has[day] {
				m, role = weekMark(s, r.days[day])
			}
			l = append(l, panel.Seg{R: role, S: panel.Pad(m, dayCell)})
		}
		return l
	})...)
	return append(body, tail...)
}

// dryLines tell what is wrong with the timetable of the coming days.
func (d *dry) dryLines(s *panel.Scene, w, room int) []panel.Line {
	t := s.T.Dialog.Day.Dry
	body := []panel.Line{d.head(s, w)}
	if l := d.state(s, w); l != nil {
		return append(body, l...)
	}
	last := d.run.From.AddDate(0, 0, d.run.Days-1)
	body = append(body, panel.L(theme.Dim, " "+panel.Cut(fmt.Sprintf(t.Span, d.run.From.Format("02/01"), last.Format("02/01/2006"), quietWords(s, d.run.Quiet)), w-2)))
	n := len(d.run.Findings)
	if n == 0 {
		return append(body, nil, panel.L(theme.Good, " "+s.Th.G.Tick+" "+t.Well))
	}
	d.rows.at = max(0, min(d.rows.at, n-1))
	each := max(1, (room-len(body))/3)
	from := max(0, min(d.rows.at-each/2, n-each))
	for i := from; i < min(n, from+each); i++ {
		f := d.run.Findings[n-1-i] // the most frequent first
		head, more := findingWords(s, f)
		l := panel.L(theme.Warn, " "+head).Fit(w)
		if i == d.rows.at {
			l = l.Over(theme.Selected)
		}
		body = append(body, l)
		for k, m := range indent(more, w-3) {
			if k < 2 {
				body = append(body, panel.L(theme.Dim, "   "+m))
			}
		}
	}
	return body
}

// quietWords says the quiet hours: "22:00–05:00".
func quietWords(s *panel.Scene, q station.Quiet) string {
	if q.From == q.Until {
		return s.T.Dialog.Day.Rules.NoQuiet
	}
	return clockOf(q.From) + "–" + clockOf(q.Until)
}

// findingWords say a finding in a line, and what that means in a second one.
func findingWords(s *panel.Scene, f station.DryFinding) (head, more string) {
	t := s.T.Dialog.Day.Dry
	when := s.T.Date(f.First, false)
	if f.Times > 1 {
		when += fmt.Sprintf(t.More, f.Times-1)
	}
	var where []string
	for _, n := range f.Clusters {
		where = append(where, strconv.Itoa(n))
	}
	at := fmt.Sprintf(t.Where, strings.Join(where, ", "))
	if len(where) == len(s.Snap.Clusters) {
		at = s.T.Head.Everywhere
	}
	clock := f.First.Format("15:04")
	switch f.Why {
	case station.DryOverlap:
		return fmt.Sprintf(t.Overlap, clock, f.Title, f.With, text.Clock(f.By)), when + " · " + t.Modes[letters[f.Mode]] + " · " + at
	case station.DrySession:
		return fmt.Sprintf(s.T.Dialog.Day.Ways.Session, clock, f.Title, text.Clock(f.By)), when + " · " + at
	case station.DryQuiet:
		return fmt.Sprintf(t.Quiet, clock, f.Title, text.Clock(f.By)), when + " · " + at
	case station.DryNoItem:
		return fmt.Sprintf(t.NoItem, clock, f.Title), when
	default:
		return fmt.Sprintf(t.Nowhere, clock, f.Title), when
	}
}

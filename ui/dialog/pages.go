package dialog

import (
	"fmt"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// pages is how far into the past a list was read.
type pages struct {
	next  uint64 // number of the row before which the next page begins
	more  bool   // there may be older ones
	older bool   // the page that is being read is an older one
}

// pageAhead is how near the end of a list the next page is asked for.
const pageAhead = 30

// maxRead bounds what a list holds of the past.
const maxRead = 20_000

// filters are what was typed, without the days in it, and the day that was
// chosen or typed.
func (d *Log) filters(s *panel.Scene) (words string, day time.Time) {
	day = d.day
	var rest []string
	for _, w := range strings.Fields(strings.TrimPrefix(strings.TrimSpace(d.filter.Value()), "/")) {
		if t, ok := dayOf(w, s.Wall); ok {
			day = t
			continue
		}
		rest = append(rest, w)
	}
	return strings.Join(rest, " "), day
}

// dayOf reads a day as people write it: 22/11, 22/11/2026, 22-11. Without a
// year it is the newest such day.
func dayOf(w string, now time.Time) (time.Time, bool) {
	w = strings.ReplaceAll(w, "-", "/")
	for _, form := range []string{"2/1/2006", "2/1/06", "2/1"} {
		t, err := time.ParseInLocation(form, w, now.Location())
		if err != nil {
			continue
		}
		if form == "2/1" {
			t = time.Date(now.Year(), t.Month(), t.Day(), 0, 0, 0, 0, now.Location())
			if t.After(now) {
				t = t.AddDate(-1, 0, 0)
			}
		}
		return t, true
	}
	return time.Time{}, false
}

// query names what the screen shows, and what an export writes.
func (d *Log) query(s *panel.Scene) station.LogQuery {
	words, day := d.filters(s)
	q := station.LogQuery{Limit: logRows, Text: words}
	if !day.IsZero() {
		q.From, q.Until = day, day.AddDate(0, 0, 1)
	}
	if d.tab == 1 {
		q.Kinds, q.Rows = kindsOf(d.kind), true
		return q
	}
	q.Only = []station.AiredKind{"", station.AiredEmergency, station.AiredLive, station.AiredList}[min(d.kind, 3)]
	return q
}

// Want implements Asker: an export, the newest page when the journal grew, or
// an older one when the end of the list comes near.
func (d *Log) Want(s *panel.Scene) *Ask {
	r := &d.read
	if r.waiting {
		return nil
	}
	q, kind := d.query(s), AskAired
	if d.tab == 1 {
		kind = AskLog
	}
	key := fmt.Sprint(d.tab, q.Kinds, q.Only, q.From, q.Text)
	pg := &d.pages[d.tab]
	switch {
	case d.detail != nil && d.detail.wants(s):
		kind, q = AskLog, station.LogQuery{Broadcast: d.detail.a.ID, Began: d.detail.a.Seq}
	case d.detail != nil && d.detail.write:
		d.detail.write = false
		kind, q = AskExport, station.LogQuery{CAP: true, Broadcast: d.detail.a.ID}
	case d.export:
		d.export = false
		kind, q.Limit = AskExport, 0
	case key != r.key:
		*pg = pages{}
		r.key, r.saved, r.at = key, s.Snap.Saved.Seq, s.Mono
	case pg.more && d.count()-d.place[d.tab].at < pageAhead && d.count() < maxRead:
		q.Before, pg.older = pg.next, true
	case s.Snap.Saved.Seq != r.saved && s.Mono-r.at >= logAgain:
		r.saved, r.at = s.Snap.Saved.Seq, s.Mono
	default:
		return nil
	}
	r.seq++
	r.waiting = true
	return &Ask{Kind: kind, Seq: r.seq, Query: q}
}

// Told implements Asker.
func (d *Log) Told(s *panel.Scene, t Told) {
	if t.Seq != d.read.seq {
		return
	}
	d.read.waiting = false
	if t.Query.Began != 0 {
		if d.detail != nil {
			d.detail.take(t)
		}
		return
	}
	d.read.why = t.Err
	words := s.T.Dialog.Log.File
	switch {
	case t.Query.CAP:
		d.read.why = ""
		if d.detail == nil || d.detail.a.ID != t.Query.Broadcast {
			return
		}
		d.detail.said = panel.Note{R: theme.Good, S: fmt.Sprintf(words.Saved, t.File)}
		if t.Err != "" {
			d.detail.said = panel.Note{R: theme.Warn, S: fmt.Sprintf(words.Failed, t.Err)}
		}
	case t.Kind == AskExport && t.Err != "":
		d.said, d.read.why = panel.Note{R: theme.Warn, S: fmt.Sprintf(words.Failed, t.Err)}, ""
	case t.Kind == AskExport:
		d.said = panel.Note{R: theme.Good, S: fmt.Sprintf(words.Saved, t.File)}
	case t.Err != "":
		d.pages[d.tab].older = false
	case t.Kind == AskAired:
		d.tookAired(t)
	case t.Kind == AskLog:
		d.tookRows(t)
	}
}

// tookAired puts a page of broadcasts to what is known.
func (d *Log) tookAired(t Told) {
	pg, n := &d.pages[0], len(t.Aired)
	older := pg.older
	pg.older = false
	var last uint64
	if n > 0 {
		last = t.Aired[n-1].Seq
	}
	switch {
	case older:
		d.aired = append(d.aired, t.Aired...)
		if pg.more = n > 0; n > 0 {
			pg.next = last
		}
	case pg.next == 0: // the first page of these
		d.aired = t.Aired
		pg.next, pg.more = last, n > 0 // fewer than asked for may come while there are more
	default: // newer ones came: what was read before stays below
		for i, a := range t.Aired {
			if at := &d.place[0].at; len(d.aired) > 0 && a.Seq == d.aired[0].Seq && *at > 0 {
				*at += i // the same line stays selected
			}
		}
		for _, a := range d.aired {
			if n > 0 && a.Seq < last {
				t.Aired = append(t.Aired, a)
			}
		}
		d.aired = t.Aired
	}
	if d.detail != nil {
		d.detail.refresh(d.aired)
	}
}

// tookRows is tookAired for rows of the log.
func (d *Log) tookRows(t Told) {
	pg, rows := &d.pages[1], t.Log.Rows
	older := pg.older
	pg.older = false
	switch {
	case older:
		d.rows = append(d.rows, rows...)
		pg.next, pg.more = t.Log.Next, t.Log.More
	case pg.next == 0:
		d.rows, pg.next, pg.more = rows, t.Log.Next, t.Log.More
	default:
		for i, r := range rows {
			if at := &d.place[1].at; len(d.rows) > 0 && r.Seq == d.rows[0].Seq && *at > 0 {
				*at += i
			}
		}
		for _, r := range d.rows {
			if len(rows) > 0 && r.Seq < rows[len(rows)-1].Seq {
				rows = append(rows, r)
			}
		}
		d.rows = rows
	}
}

// count is how many lines the list has.
func (d *Log) count() int {
	if d.tab == 1 {
		return len(d.rows)
	}
	return len(d.aired)
}

// kinds is how many filters a tab has: broadcasts are neither faults nor refusals.
func (d *Log) kinds(s *panel.Scene) int {
	if d.tab == 0 {
		return len(s.T.Dialog.Log.Kinds) - 2
	}
	return len(s.T.Dialog.Log.Kinds)
}

// dayKey goes to an earlier day, or to a later one and at last to all.
func (d *Log) dayKey(s *panel.Scene, key string) bool {
	y, m, day := s.Wall.Date()
	today := time.Date(y, m, day, 0, 0, 0, 0, s.Wall.Location())
	switch {
	case key == "left" && d.day.IsZero():
		d.day = today
	case key == "left":
		d.day = d.day.AddDate(0, 0, -1)
	case key == "right" && d.day.IsZero():
	case key == "right" && !d.day.Before(today):
		d.day = time.Time{}
	case key == "right":
		d.day = d.day.AddDate(0, 0, 1)
	default:
		return false
	}
	return true
}

func (d *Log) dayWords(s *panel.Scene) string {
	if _, day := d.filters(s); !day.IsZero() {
		return s.T.Date(day, false)
	}
	return s.T.Dialog.Day.Log.AllDays
}

// pageWords says that there is more, or that this is all; empty while a list is
// short.
func (d *Log) pageWords(s *panel.Scene) string {
	t, pg := s.T.Dialog.Day.Log, d.pages[d.tab]
	switch {
	case pg.more:
		return fmt.Sprintf(t.Older, d.count())
	case d.count() > logRows/2:
		return fmt.Sprintf(t.End, d.count())
	}
	return ""
}

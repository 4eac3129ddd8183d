package report

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
)

var morning = time.Date(2026, 11, 23, 5, 0, 0, 0, time.FixedZone("+07", 7*3600))

// book is a log that was written by hand, oldest first.
type book []station.LogRow

func (b *book) put(sec int, e station.Event) {
	e.At = station.Stamp{Mono: time.Duration(sec) * time.Second, Wall: morning.Add(time.Duration(sec) * time.Second), Quality: station.ClockGood}
	*b = append(*b, station.LogRow{Seq: uint64(3*len(*b) + 7), Event: e}) // other classes have numbers too
}

func (b *book) Back(before uint64, limit int) (out []station.LogRow, err error) {
	for _, r := range slices.Backward(*b) {
		if (before == 0 || r.Seq < before) && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, nil
}

func (b *book) Ahead(after uint64, limit int) (out []station.LogRow, err error) {
	for _, r := range *b {
		if r.Seq > after && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, nil
}

var roster = []station.Cluster{{ID: "a", Number: 1, Name: "Thôn 1"}, {ID: "b", Number: 2, Name: "Làng 7"}, {ID: "c", Number: 3, Name: "Thôn 3"}, {ID: "d", Number: 4, Name: "Thôn 4"}}

func receipt(id station.BroadcastID, c station.ClusterID, d time.Duration, why string) station.Event {
	return station.Event{Kind: station.EvReceipt, Broadcast: id, Cluster: c, Duration: d, Reason: why, Actor: "station"}
}

// day is a log with a queue that is cut by a live broadcast, a kill of the
// station in the middle of a third, and one that is on air now.
func day() *book {
	b := &book{}
	on := func(id station.BroadcastID, k station.EventKind) station.Event {
		return station.Event{Kind: k, Broadcast: id, Class: station.Operator, Title: "Bản tin", Actor: "hoa"}
	}
	b.put(0, station.Event{Kind: station.EvBoot})
	b.put(1, station.Event{Kind: station.EvStart, Broadcast: 1, Class: station.Operator, Title: "Bản tin", Actor: "hoa", Targets: 4})
	b.put(2, station.Event{Kind: station.EvItem, Broadcast: 1, Item: "x", Actor: "station"})
	b.put(12, on(1, station.EvSuspend))
	b.put(12, station.Event{Kind: station.EvStart, Broadcast: 2, Class: station.Live, Title: "Tiêm chủng", Actor: "tư", Targets: 2})
	b.put(13, station.Event{Kind: station.EvItem, Broadcast: 2})
	b.put(15, station.Event{Kind: station.EvMic, Broadcast: 2, Reason: "open"})
	b.put(23, station.Event{Kind: station.EvEnd, Broadcast: 2, Reason: "by-hand"})
	b.put(23, on(1, station.EvResume))
	b.put(24, station.Event{Kind: station.EvItem, Broadcast: 1, Item: "x"})
	b.put(28, receipt(2, "a", 10*time.Second, ""))
	b.put(28, receipt(2, "b", 0, ""))
	b.put(30, station.Event{Kind: station.EvRecorded, Broadcast: 2, Item: "said"})
	b.put(114, station.Event{Kind: station.EvEnd, Broadcast: 1, Reason: "done"})
	b.put(118, receipt(1, "a", 98*time.Second, ""))
	b.put(118, receipt(1, "b", 97*time.Second, ""))
	b.put(118, receipt(1, "c", 0, ""))
	b.put(118, receipt(1, "d", 0, NoReport))
	b.put(120, station.Event{Kind: station.EvStart, Broadcast: 3, Class: station.Live, Title: "Họp thôn", Actor: "tư", Targets: 1})
	b.put(121, station.Event{Kind: station.EvMic, Broadcast: 3, Reason: "open"})
	b.put(131, station.Event{Kind: station.EvFaultAck})
	b.put(5, station.Event{Kind: station.EvBoot}) // its time runs anew
	b.put(5, station.Event{Kind: station.EvEnd, Broadcast: 3, Reason: "restart"})
	b.put(9, receipt(3, "a", 0, ""))
	b.put(20, station.Event{Kind: station.EvStart, Broadcast: 4, Class: station.Emergency, Title: "Lũ", Actor: "hoa", Targets: 4, Drill: true})
	b.put(21, station.Event{Kind: station.EvItem, Broadcast: 4})
	return b
}

// TestShortBroadcastLacksNoWholeSecond: what is missed is told in whole seconds.
func TestShortBroadcastLacksNoWholeSecond(t *testing.T) {
	for lack, want := range map[time.Duration]station.HeardState{
		0: station.HeardAll, 499 * time.Millisecond: station.HeardAll, 500 * time.Millisecond: station.HeardPart, 10 * time.Second: station.HeardNone,
	} {
		p := part{Aired: station.Aired{Duration: 10 * time.Second, Receipts: []station.Receipt{{Played: 10*time.Second - lack}}}}
		if got := p.whole().Receipts[0].Heard; got != want {
			t.Errorf("10 s without %v: %s, want %s", lack, got, want)
		}
	}
}

func check(t *testing.T, got []station.Aired) {
	t.Helper()
	want := []struct {
		id       station.BroadcastID
		duration time.Duration
		heard    string
	}{
		{4, 9 * time.Second, ""},
		{3, 10 * time.Second, "1 unknown"}, // the station fell: nobody knows
		{2, 10 * time.Second, "2 none, 1 all"},
		{1, 100 * time.Second, "3 none, 2 part, 4 unknown, 1 all"},
	}
	if len(got) != len(want) {
		t.Fatalf("%d broadcasts: %+v", len(got), got)
	}
	for i, w := range want {
		var heard []string
		for _, r := range got[i].Receipts {
			heard = append(heard, string(rune('0'+r.Number))+" "+string(r.Heard))
		}
		if a := got[i]; a.ID != w.id || a.Duration != w.duration || strings.Join(heard, ", ") != w.heard {
			t.Errorf("broadcast %d, %v on air, heard %v; want %+v", a.ID, a.Duration, heard, w)
		}
	}
}

func TestBroadcastsWithWhoHeardThem(t *testing.T) {
	now := station.Stamp{Mono: 30 * time.Second, Wall: morning.Add(30 * time.Second)}
	got, err := Aired(context.Background(), day(), station.LogQuery{}, roster, now)
	if err != nil {
		t.Fatal(err)
	}
	check(t, got)
	first := got[3]
	if first.Who != "hoa" || first.Title != "Bản tin" || first.Cuts != 1 || first.Meant != 4 || first.Reason != "done" ||
		!slices.Equal(first.Items, []station.ItemID{"x"}) || first.Receipts[1].Name != "Làng 7" {
		t.Errorf("the first was %+v", first)
	}
	if got[2].Record != "said" || !got[0].Drill || got[0].Ended != (station.Stamp{}) || got[1].Reason != "restart" {
		t.Errorf("the others were %+v", got[:3])
	}
}

// TestPagesOfBroadcastsAreTheWhole: one by one they are what they are together,
// though the older one's end stands behind the younger's start.
func TestPagesOfBroadcastsAreTheWhole(t *testing.T) {
	now := station.Stamp{Mono: 30 * time.Second, Wall: morning.Add(30 * time.Second)}
	var all []station.Aired
	q := station.LogQuery{Limit: 1}
	for range 10 {
		got, err := Aired(context.Background(), day(), q, roster, now)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			break
		}
		all = append(all, got...)
		q.Before = got[0].Seq
	}
	check(t, all)
}

func TestTheLogIsPagedAndSearched(t *testing.T) {
	b := day()
	page, err := Log(context.Background(), b, station.LogQuery{Limit: 3})
	if err != nil || len(page.Rows) != 3 || !page.More || page.Rows[0].Broadcast != 4 || page.Next != page.Rows[2].Seq {
		t.Fatalf("page one: %+v, %v", page, err)
	}
	n := 3
	for page.More {
		if page, err = Log(context.Background(), b, station.LogQuery{Limit: 3, Before: page.Next}); err != nil {
			t.Fatal(err)
		}
		n += len(page.Rows)
	}
	if n != len(*b) {
		t.Errorf("all pages have %d rows, the log has %d", n, len(*b))
	}
	for _, c := range []struct {
		q    station.LogQuery
		want int
	}{
		{station.LogQuery{Kinds: []station.EventKind{station.EvBoot}}, 2},
		{station.LogQuery{Text: "tiêm"}, 1},
		{station.LogQuery{Text: "TƯ"}, 2},
		{station.LogQuery{Broadcast: 2, Kinds: []station.EventKind{station.EvReceipt}}, 2},
		{station.LogQuery{From: morning.Add(114 * time.Second), Until: morning.Add(119 * time.Second)}, 5},
	} {
		page, err := Log(context.Background(), b, c.q)
		if err != nil || len(page.Rows) != c.want || page.More {
			t.Errorf("%+v: %d rows, more %v, %v; want %d", c.q, len(page.Rows), page.More, err, c.want)
		}
	}
}

// TestASearchEndsAndGoesOn: what is rare costs no more than a bound each time.
func TestASearchEndsAndGoesOn(t *testing.T) {
	b := &book{}
	b.put(0, station.Event{Kind: station.EvBoot, Title: "needle"})
	for range 300 {
		b.put(1, station.Event{Kind: station.EvQueue})
	}
	long := &many{*b, scanRows + 10}
	page, err := Log(context.Background(), long, station.LogQuery{Text: "needle"})
	if err != nil || len(page.Rows) != 0 || !page.More || page.Next == 0 {
		t.Fatalf("the first part: %+v, %v", page, err)
	}
	page, err = Log(context.Background(), long, station.LogQuery{Text: "needle", Before: page.Next})
	if err != nil || len(page.Rows) != 1 || page.More {
		t.Fatalf("the second part: %+v, %v", page, err)
	}
}

// many is a log of n rows: one needle, then hay.
type many struct {
	book
	n uint64
}

func (m *many) Back(before uint64, limit int) (out []station.LogRow, err error) {
	if before == 0 {
		before = m.n + 1
	}
	for seq := before - 1; seq > 0 && len(out) < limit; seq-- {
		r := station.LogRow{Seq: seq, Event: station.Event{Kind: station.EvQueue}}
		if seq == 1 {
			r.Title = "needle"
		}
		out = append(out, r)
	}
	return out, nil
}

var testWords = Words{Comma: ';', Yes: "có", No: "không", Classes: map[station.Class]string{station.Operator: "thường"},
	Reasons: map[string]string{"done": "phát xong"}}

func TestTheFileOpensInASpreadsheet(t *testing.T) {
	var b bytes.Buffer
	w, err := NewCSV(&b, testWords)
	if err != nil {
		t.Fatal(err)
	}
	a := station.Aired{ID: 7, Class: station.Operator, Title: "=HYPERLINK(\"x\");\"a\"\nb", Who: "@hoa", Reason: "done", Duration: 3725 * time.Second, Meant: 2,
		Began:    station.Stamp{Wall: morning, Quality: station.ClockGood},
		Receipts: []station.Receipt{{Number: 2, Name: "Làng 7", Heard: station.HeardPart, Played: 90 * time.Second}, {Heard: station.HeardAll}}}
	if err := w.Write(a); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(b.String(), bom) || !strings.Contains(b.String(), "\r\n") {
		t.Errorf("no mark of UTF-8 or no CRLF: %q", b.String())
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), bom)))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := []string{"7", "23/11/2026", "05:00:00", "", "1:02:05", "thường", "'=HYPERLINK(\"x\");\"a\"\nb", "'@hoa", "không", "phát xong",
		"2", "1", "1", "0", "0", "2 Làng 7 (0:01:30)", "có"}
	if !slices.Equal(rows[1], want) {
		t.Errorf("row %q,\nwant %q", rows[1], want)
	}
}

func FuzzSafe(f *testing.F) {
	for _, s := range []string{"=1", " +1", "－1", "a", "", "\t=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Safe(s)
		if got != s && got != "'"+s || got != "" && strings.ContainsAny(got[:1], "=+-@\t\r") {
			t.Errorf("%q became %q", s, got)
		}
	})
}

// TestAnOrderlyRestartLosesNoReceipt: what was heard before it and after it is
// one account.
func TestAnOrderlyRestartLosesNoReceipt(t *testing.T) {
	b := &book{}
	b.put(1, station.Event{Kind: station.EvStart, Broadcast: 1, Targets: 2})
	b.put(1, station.Event{Kind: station.EvItem, Broadcast: 1})
	b.put(21, receipt(1, "a", 20*time.Second, ""))
	b.put(21, receipt(1, "b", 20*time.Second, ""))
	b.put(2, station.Event{Kind: station.EvBoot})
	b.put(3, station.Event{Kind: station.EvResume, Broadcast: 1})
	b.put(3, station.Event{Kind: station.EvItem, Broadcast: 1})
	b.put(13, station.Event{Kind: station.EvEnd, Broadcast: 1, Reason: "done"})
	b.put(17, receipt(1, "a", 10*time.Second, ""))
	b.put(17, receipt(1, "b", 0, ""))
	got, err := Aired(context.Background(), b, station.LogQuery{}, roster, station.Stamp{})
	if err != nil || len(got) != 1 || got[0].Duration != 30*time.Second {
		t.Fatalf("%+v, %v", got, err)
	}
	want := []station.Receipt{{Cluster: "b", Number: 2, Name: "Làng 7", Played: 20 * time.Second, Heard: station.HeardPart},
		{Cluster: "a", Number: 1, Name: "Thôn 1", Played: 30 * time.Second, Heard: station.HeardAll}}
	if !slices.Equal(got[0].Receipts, want) {
		t.Errorf("receipts %+v", got[0].Receipts)
	}
}

// TestAPageOfALargeCommuneFitsAnAnswer: a page ends where it has many receipts,
// and the next goes on.
func TestAPageOfALargeCommuneFitsAnAnswer(t *testing.T) {
	b := &book{}
	for id := station.BroadcastID(1); id <= 45; id++ {
		b.put(1, station.Event{Kind: station.EvStart, Broadcast: id, Targets: 1000})
		for c := range 1000 {
			b.put(2, receipt(id, station.ClusterID(strconv.Itoa(c)), 0, ""))
		}
	}
	var pages []int
	q := station.LogQuery{}
	for {
		got, err := Aired(context.Background(), paged{b}, q, nil, station.Stamp{})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			break
		}
		pages = append(pages, len(got))
		q.Before = got[len(got)-1].Seq
	}
	if !slices.Equal(pages, []int{20, 20, 5}) {
		t.Errorf("pages of %v broadcasts", pages)
	}
}

// paged is a long book that is read by number.
type paged struct{ *book }

func (p paged) Back(before uint64, limit int) (out []station.LogRow, err error) {
	i := len(*p.book)
	if before > 0 {
		i = int(before-7) / 3
	}
	for i--; i >= 0 && len(out) < limit; i-- {
		out = append(out, (*p.book)[i])
	}
	return out, nil
}

func (p paged) Ahead(after uint64, limit int) ([]station.LogRow, error) {
	i := 0
	if after >= 7 {
		i = int(after-7)/3 + 1
	}
	return (*p.book)[min(i, len(*p.book)):min(i+limit, len(*p.book))], nil
}

// TestWhatWasSentIsNotCalledHeard: of a loudspeaker that says nothing back the
// log knows what left the station; what did not leave was surely missed.
func TestWhatWasSentIsNotCalledHeard(t *testing.T) {
	at := func(sec int) station.Stamp { return station.Stamp{Mono: time.Duration(sec) * time.Second} }
	var rows []station.LogRow
	add := func(sec int, e station.Event) {
		e.At, e.Broadcast = at(sec), 1
		rows = append(rows, station.LogRow{Seq: uint64(len(rows) + 1), Event: e})
	}
	add(0, station.Event{Kind: station.EvStart, Title: "a", Targets: 3})
	add(0, station.Event{Kind: station.EvItem, Title: "a"})
	add(10, station.Event{Kind: station.EvEnd})
	for i, sent := range []time.Duration{10 * time.Second, 4 * time.Second, 0} {
		add(14, station.Event{Kind: station.EvReceipt, Cluster: station.ClusterID(station.SentOnlyPrefix + string(rune('a'+i))), Number: i + 1,
			Duration: sent, Reason: station.WhySentOnly})
	}
	f := NewFold(nil, at(20))
	for _, r := range slices.Backward(rows) {
		a, ok := f.Take(r)
		if !ok {
			continue
		}
		got := map[int]station.HeardState{}
		for _, r := range a.Receipts {
			got[r.Number] = r.Heard
		}
		if got[1] != station.HeardSent || got[2] != station.HeardPart || got[3] != station.HeardNone {
			t.Errorf("%v", got)
		}
		if all, _, _, unknown := Counts(a.Receipts); all != 0 || unknown != 1 {
			t.Errorf("%d heard all, of %d nobody knows", all, unknown)
		}
		return
	}
	t.Error("no broadcast")
}

package rundown

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
)

// Bounds of a timetable file.
const (
	maxFile   = 1 << 20 // bytes
	fileCells = 10
)

// FileColumns are the columns of a timetable file, in their order. A file may
// leave out the last ones.
var FileColumns = [fileCells]string{"time", "title", "items", "days", "where", "mode", "holidays", "from", "until", "bed"}

// FileError is a place in a timetable file that is wrong.
type FileError struct {
	Line   int
	Column string // of FileColumns; empty: the line
	Value  string
	Why    string
}

// Error says where and what.
func (e *FileError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Why)
	}
	return fmt.Sprintf("line %d, %s %q: %s", e.Line, e.Column, e.Value, e.Why)
}

// ReadFile makes slots of a timetable file: CSV with semicolons or commas, one
// slot a line, the columns of FileColumns; a first line of words is passed over.
// Items are titles of the library with "|" between them, days are written like
// "T2-T6, CN" or "1-5" (1 is Monday), modes by their letters Đ C N B or in
// English. All that is wrong is told at once, in an error joined of FileErrors;
// then there are no slots.
func ReadFile(b []byte, snap *station.Snapshot) ([]station.Slot, error) {
	if len(b) > maxFile || !utf8.Valid(b) {
		return nil, fmt.Errorf("timetable file: UTF-8 of at most %d kB is read", maxFile>>10)
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	r := csv.NewReader(bytes.NewReader(norm.NFC.Bytes(b)))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	if line, _, _ := bytes.Cut(b, []byte("\n")); bytes.Count(line, []byte(";")) > 0 {
		r.Comma = ';'
	}
	var out []station.Slot
	var wrong []error
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("timetable file: %w", err)
		}
		line, _ := r.FieldPos(0)
		one := fileLine{at: line, snap: snap}
		copy(one.cells[:], cells)
		switch sl := one.slot(); {
		case len(cells) > fileCells:
			wrong = append(wrong, &FileError{Line: line, Why: fmt.Sprintf("%d columns, at most %d are known", len(cells), fileCells)})
		case one.head():
		case len(one.wrong) > 0:
			wrong = append(wrong, one.wrong...)
		case len(out) == station.MaxSlots:
			return nil, fmt.Errorf("timetable file: more than %d slots", station.MaxSlots)
		default:
			out = append(out, sl)
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	if len(out) == 0 {
		return nil, errors.New("timetable file: no slot in it")
	}
	return out, nil
}

// fileLine is one line at work.
type fileLine struct {
	at    int
	cells [fileCells]string
	snap  *station.Snapshot
	wrong []error
}

// head tells a first line of words from a slot.
func (l *fileLine) head() bool {
	return l.at == 1 && !strings.ContainsAny(l.cells[0], "0123456789")
}

func (l *fileLine) cell(i int) string { return strings.TrimSpace(l.cells[i]) }

func (l *fileLine) bad(i int, why string) {
	l.wrong = append(l.wrong, &FileError{Line: l.at, Column: FileColumns[i], Value: l.cell(i), Why: why})
}

func (l *fileLine) slot() station.Slot {
	sl := station.Slot{Title: l.cell(1), Mode: station.StartWait, Days: station.EveryDay}
	var ok bool
	if sl.Minute, ok = fileMinute(l.cell(0)); !ok {
		l.bad(0, "a time of day like 05:30 is wanted")
	}
	l.items(&sl)
	if sl.Days, ok = fileDays(l.cell(3)); !ok {
		l.bad(3, "days like T2-T6, CN or 1-5 (1 is Monday) are wanted")
	}
	l.where(&sl)
	if sl.Mode, ok = fileWord(l.cell(5), fileModes); !ok {
		l.bad(5, "Đ, C, N, B or hard, wait, soft, skip is wanted")
	}
	if sl.Feast, ok = fileWord(l.cell(6), fileFeasts); !ok {
		l.bad(6, "nothing, not (nghỉ lễ) or only (chỉ lễ) is wanted")
	}
	if sl.From, ok = fileDay(l.cell(7)); !ok {
		l.bad(7, "a day like 22/11/2026 is wanted")
	}
	if sl.Until, ok = fileDay(l.cell(8)); !ok {
		l.bad(8, "a day like 22/11/2026 is wanted")
	}
	if name := l.cell(9); name != "" {
		if i := l.item(name); i < 0 {
			l.bad(9, "the library has no such item: import it first")
		} else {
			sl.Bed = l.snap.Items[i].ID
		}
	}
	return sl
}

// item is the place of an item in the library, by its id or title; -1: none.
func (l *fileLine) item(name string) int {
	return slices.IndexFunc(l.snap.Items, func(it station.Item) bool { return string(it.ID) == name || strings.EqualFold(it.Title, name) })
}

func (l *fileLine) items(sl *station.Slot) {
	for _, name := range strings.Split(l.cell(2), "|") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		i := l.item(name)
		if i < 0 {
			l.bad(2, fmt.Sprintf("the library has no item %q: import it first", name))
			continue
		}
		sl.Items = append(sl.Items, l.snap.Items[i].ID)
		if sl.Title == "" {
			sl.Title = l.snap.Items[i].Title
		}
	}
	if len(sl.Items) == 0 && len(l.wrong) == 0 {
		l.bad(2, "an item of the library is wanted")
	}
}

func (l *fileLine) where(sl *station.Slot) {
	v := strings.ToLower(l.cell(4))
	if v == "" || v == "all" || v == "*" || v == "cả xã" {
		sl.Targets = station.Everywhere()
		return
	}
next:
	for _, w := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == '|' }) {
		w = strings.TrimSpace(w)
		for _, z := range l.snap.Station.Zones {
			if strings.EqualFold(z.Name, w) || z.ID == w {
				sl.Targets.Zones = append(sl.Targets.Zones, z.ID)
				continue next
			}
		}
		for i := range l.snap.Clusters {
			if c := &l.snap.Clusters[i]; strconv.Itoa(c.Number) == w || strings.EqualFold(c.Name, w) {
				sl.Targets.Clusters = append(sl.Targets.Clusters, c.ID)
				continue next
			}
		}
		l.bad(4, fmt.Sprintf("no zone and no cluster is called %q", w))
		return
	}
	if len(sl.Targets.Zones)+len(sl.Targets.Clusters) == 0 {
		l.bad(4, "zones or clusters are wanted, or nothing for everywhere")
	}
}

var (
	fileModes = map[string]station.StartMode{"": station.StartWait, "đ": station.StartHard, "c": station.StartWait, "n": station.StartSoft, "b": station.StartSkip,
		"hard": station.StartHard, "wait": station.StartWait, "soft": station.StartSoft, "skip": station.StartSkip}
	fileFeasts = map[string]station.Feast{"": "", "not": station.FeastNot, "nghỉ lễ": station.FeastNot, "only": station.FeastOnly, "chỉ lễ": station.FeastOnly}
	fileWeek   = map[string]int{"t2": 0, "t3": 1, "t4": 2, "t5": 3, "t6": 4, "t7": 5, "cn": 6, "1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}
)

func fileWord[T any](v string, known map[string]T) (T, bool) {
	t, ok := known[strings.ToLower(v)]
	return t, ok
}

func fileMinute(v string) (int, bool) {
	hs, ms, found := strings.Cut(strings.NewReplacer("h", ":", "H", ":", ".", ":").Replace(v), ":")
	if found && ms == "" {
		ms = "0"
	}
	h, err1 := strconv.Atoi(hs)
	m, err2 := strconv.Atoi(ms)
	return h*60 + m, err1 == nil && err2 == nil && len(hs) <= 2 && len(ms) <= 2 && h >= 0 && h < 24 && m >= 0 && m < 60
}

func fileDays(v string) (days station.Days, ok bool) {
	v = strings.ToLower(v)
	if v == "" || v == "hằng ngày" || v == "daily" {
		return station.EveryDay, true
	}
	for _, w := range strings.FieldsFunc(v, func(r rune) bool { return r == ' ' || r == ',' || r == '|' }) {
		from, to, span := strings.Cut(w, "-")
		a, ok1 := fileWeek[from]
		b, ok2 := fileWeek[to]
		if !span {
			b, ok2 = a, ok1
		}
		if !ok1 || !ok2 || b < a {
			return 0, false
		}
		for i := a; i <= b; i++ {
			days |= 1 << i
		}
	}
	return days, days != 0
}

// fileDay writes a day as slots keep it.
func fileDay(v string) (string, bool) {
	if v == "" {
		return "", true
	}
	for _, form := range []string{"2/1/2006", station.DayForm} {
		if t, err := time.Parse(form, v); err == nil && t.Year() > 0 {
			return t.Format(station.DayForm), true
		}
	}
	return "", false
}

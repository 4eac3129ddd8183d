package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"loaxa/app/station"
)

// Words are the headings and codes of a file in one language.
type Words struct {
	Columns [17]string // in the order of CSV's columns
	Classes map[station.Class]string
	Reasons map[string]string // of an end; a code without a word stands as it is
	Yes, No string
	Comma   rune // between fields: ';' where numbers are written with a comma
}

// bom makes spreadsheets read the file as UTF-8.
const bom = "\ufeff"

// CSV writes broadcasts as RFC 4180 with the language's separator.
type CSV struct {
	w  *csv.Writer
	in Words
}

// NewCSV writes the first row.
func NewCSV(w io.Writer, in Words) (*CSV, error) {
	if _, err := io.WriteString(w, bom); err != nil {
		return nil, err
	}
	c := &CSV{csv.NewWriter(w), in}
	c.w.Comma, c.w.UseCRLF = in.Comma, true
	return c, c.w.Write(in.Columns[:])
}

// Write adds a broadcast.
func (c *CSV) Write(a station.Aired) error {
	all, part, none, unknown := Counts(a.Receipts)
	var missed []string
	for _, r := range a.Receipts {
		if r.Heard == station.HeardNone || r.Heard == station.HeardPart {
			missed = append(missed, fmt.Sprintf("%d %s (%s)", r.Number, r.Name, clock(r.Played)))
		}
	}
	drill := c.in.No
	if a.Drill {
		drill = c.in.Yes
	}
	ended := ""
	if !a.Ended.Wall.IsZero() {
		ended = a.Ended.Wall.Format("15:04:05")
	}
	clockSure := c.in.Yes
	if a.Began.Quality != station.ClockGood {
		clockSure = c.in.No
	}
	n := strconv.Itoa
	row := []string{strconv.FormatUint(uint64(a.ID), 10), a.Began.Wall.Format("02/01/2006"), a.Began.Wall.Format("15:04:05"), ended,
		clock(a.Duration), word(c.in.Classes, a.Class, fmt.Sprint(a.Class)), a.Title, a.Who, drill, word(c.in.Reasons, a.Reason, a.Reason),
		n(a.Meant), n(all), n(part), n(none), n(unknown), strings.Join(missed, ", "), clockSure}
	for i := range row {
		row[i] = Safe(row[i])
	}
	return c.w.Write(row)
}

// Close brings out what is buffered.
func (c *CSV) Close() error {
	c.w.Flush()
	return c.w.Error()
}

func word[K comparable](m map[K]string, k K, otherwise string) string {
	if w, ok := m[k]; ok {
		return w
	}
	return otherwise
}

// clock is a length as spreadsheets read one.
func clock(d time.Duration) string {
	s := int(d.Round(time.Second) / time.Second)
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Safe keeps a spreadsheet from taking a cell that came from outside for a
// formula: such a cell begins with an apostrophe.
func Safe(cell string) string {
	if strings.ContainsAny(firstRune(strings.TrimLeft(cell, " \u00a0\u3000")), "=+-@＝＋－＠\t\r\n|%") {
		return "'" + cell
	}
	return cell
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

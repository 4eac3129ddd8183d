package report

import (
	"context"
	"encoding/csv"
	"io"
	"strconv"

	"loaxa/app/station"
)

// RowWords are the headings and codes of a file of rows in one language.
type RowWords struct {
	Columns [10]string // in the order of RowsCSV's columns
	Kinds   map[string]string
	Reasons map[string]string // a code without a word stands as it is
	Yes, No string
	Comma   rune
}

// RowsCSV writes rows of the log as RFC 4180, as CSV does broadcasts.
type RowsCSV struct {
	w  *csv.Writer
	in RowWords
}

// NewRowsCSV writes the first row.
func NewRowsCSV(w io.Writer, in RowWords) (*RowsCSV, error) {
	if _, err := io.WriteString(w, bom); err != nil {
		return nil, err
	}
	c := &RowsCSV{csv.NewWriter(w), in}
	c.w.Comma, c.w.UseCRLF = in.Comma, true
	return c, c.w.Write(in.Columns[:])
}

// Write adds a row.
func (c *RowsCSV) Write(r station.LogRow) error {
	yes := map[bool]string{true: c.in.Yes, false: c.in.No}
	number := ""
	if r.Number != 0 {
		number = strconv.Itoa(r.Number)
	}
	row := []string{strconv.FormatUint(r.Seq, 10), r.At.Wall.Format("02/01/2006"), r.At.Wall.Format("15:04:05"), word(c.in.Kinds, string(r.Kind), string(r.Kind)),
		r.Title, word(c.in.Reasons, r.Reason, r.Reason), r.Actor, number, yes[r.Drill], yes[r.At.Quality == station.ClockGood]}
	for i := range row {
		row[i] = Safe(row[i])
	}
	return c.w.Write(row)
}

// Close brings out what is buffered.
func (c *RowsCSV) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// EachRow calls f for each row that the query names, newest first, until f is
// false.
func EachRow(ctx context.Context, rows Rows, q station.LogQuery, f func(r station.LogRow) bool) error {
	for before := q.Before; ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		got, err := rows.Back(before, pageRows)
		if err != nil || len(got) == 0 {
			return err
		}
		for _, r := range got {
			before = r.Seq
			if Match(q, r.Event) && !f(r) {
				return nil
			}
			if !q.From.IsZero() && r.At.Quality == station.ClockGood && r.At.Wall.Before(q.From) {
				return nil
			}
		}
	}
}

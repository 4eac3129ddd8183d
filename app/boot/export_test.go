package boot

import (
	"context"
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
)

// exported reads back what an export wrote.
func exported(t *testing.T, shelf *books, q station.LogQuery) (rows [][]string, path string) {
	t.Helper()
	path, err := shelf.Export(context.Background(), q, func(int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff")))
	r.Comma = ';'
	if rows, err = r.ReadAll(); err != nil {
		t.Fatal(err)
	}
	return rows[1:], path
}

// TestAnExportHonoursEveryFilter: what is in the file is what the screen showed
// and all that stood behind it.
func TestAnExportHonoursEveryFilter(t *testing.T) {
	shelf := longLog(t, 15*600) // 600 broadcasts, one a minute from 5:00
	minute := func(n int) time.Time { return time.Date(2026, 1, 1, 5, n, 0, 0, Saigon) }
	for name, c := range map[string]struct {
		q    station.LogQuery
		want int
	}{
		"all of it":      {station.LogQuery{}, 600},
		"a text":         {station.LogQuery{Text: "số 60"}, 2}, // 60 and 600
		"a span":         {station.LogQuery{From: minute(10), Until: minute(20)}, 10},
		"a page's bound": {station.LogQuery{Before: 100, Limit: 3}, 600},
		"of a kind":      {station.LogQuery{Only: station.AiredList}, 600},
		"of another":     {station.LogQuery{Only: station.AiredEmergency}, 0},
		"both":           {station.LogQuery{Only: station.AiredList, Text: "số 1", From: minute(0), Until: minute(60)}, 11},
		"rows":           {station.LogQuery{Rows: true, Kinds: []station.EventKind{station.EvStart, station.EvEnd}}, 1200},
		"rows of a span": {station.LogQuery{Rows: true, Kinds: []station.EventKind{station.EvStart}, From: minute(10), Until: minute(20)}, 10},
		"rows with text": {station.LogQuery{Rows: true, Kinds: []station.EventKind{station.EvItem}, Text: "số 600"}, 1},
	} {
		rows, path := exported(t, shelf, c.q)
		if len(rows) != c.want {
			t.Errorf("%s: %d rows in %s, want %d", name, len(rows), path, c.want)
		}
		if c.q.Rows != strings.Contains(path, "so-nhat-ky") {
			t.Errorf("%s: the file is %s", name, path)
		}
		for _, r := range rows {
			if c.q.Rows && !strings.Contains("Bắt đầu phát Kết thúc Phát bài", r[3]) {
				t.Fatalf("%s: %q", name, r)
			}
		}
	}
}

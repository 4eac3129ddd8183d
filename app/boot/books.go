package boot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"loaxa/app/report"
	"loaxa/app/rundown"
	"loaxa/app/station"
	"loaxa/app/words"
	"loaxa/store"
)

// books is attach.Books: the as-run log of the station's one file, and its map.
type books struct {
	dir    string
	db     rowsOf
	lang   words.Lang
	roster func() []station.Cluster
	now    func() station.Stamp
	chart  *chart
	view   func() station.StationView
}

// rowsOf is what of the store the log is read with.
type rowsOf interface {
	Back(class, before string, limit int) ([]store.Record, error)
	Ahead(class, after string, limit int) ([]store.Record, error)
	Get(class, key string) (store.Record, bool, error)
	Head() store.Cursor
}

func (s *stationRooms) books(dir string) *books {
	return &books{dir: dir, db: s.journal.db, lang: s.conf.Language, now: s.clock.Now, chart: s.chart, view: func() station.StationView { return s.desk.Snapshot().Station }, roster: func() (all []station.Cluster) {
		for _, c := range s.desk.Snapshot().Clusters {
			all = append(all, c.Cluster)
		}
		return all
	}}
}

// asRun is report.Rows on the store.
type asRun struct{ db rowsOf }

// Back reads rows, newest first.
func (a asRun) Back(before uint64, limit int) ([]station.LogRow, error) {
	key := ""
	if before > 0 {
		key = store.SeqKey(before)
	}
	return decodeRows(a.db.Back(station.ClassAsRun, key, limit))
}

// Ahead reads rows, oldest first.
func (a asRun) Ahead(after uint64, limit int) ([]station.LogRow, error) {
	return decodeRows(a.db.Ahead(station.ClassAsRun, store.SeqKey(after), limit))
}

func decodeRows(recs []store.Record, err error) ([]station.LogRow, error) {
	if err != nil {
		return nil, err
	}
	rows := make([]station.LogRow, len(recs))
	for i, r := range recs {
		if err := json.Unmarshal(r.Payload, &rows[i].Event); err != nil {
			return nil, fmt.Errorf("as-run row %d: %w", r.Seq, err)
		}
		rows[i].Seq = r.Seq
	}
	return rows, nil
}

// maxQueryKinds bounds the kinds that a query may name.
const maxQueryKinds = 64

// errQuery refuses a query that no screen makes.
var errQuery = errors.New("the query is out of bounds")

func queryOK(q station.LogQuery) error {
	if len(q.Kinds) > maxQueryKinds || utf8.RuneCountInString(q.Text) > station.MaxTitle {
		return errQuery
	}
	return nil
}

// Log reads the as-run log, newest first.
func (b *books) Log(ctx context.Context, q station.LogQuery) (station.LogPage, error) {
	if err := queryOK(q); err != nil {
		return station.LogPage{}, err
	}
	if q.Began == 0 {
		return report.Log(ctx, asRun{b.db}, q)
	}
	page, err := report.Story(ctx, asRun{b.db}, q)
	if a, err := b.alert(q.Broadcast); err == nil {
		page.Alert = &a
	}
	return page, err
}

// Aired reads broadcasts with their receipts, newest first.
func (b *books) Aired(ctx context.Context, q station.LogQuery) ([]station.Aired, error) {
	if err := queryOK(q); err != nil {
		return nil, err
	}
	return report.Aired(ctx, asRun{b.db}, q, b.roster(), b.now())
}

// exportsFolder holds what was exported, inside the data folder.
const exportsFolder = "exports"

// Export writes the broadcasts that the query names, or the rows; before and
// limit are not looked at.
func (b *books) Export(ctx context.Context, q station.LogQuery, progress func(done, total int64)) (path string, err error) {
	if err := queryOK(q); err != nil {
		return "", err
	}
	if q.CAP {
		a, err := b.alert(q.Broadcast)
		if err == nil && a.Type == station.AlertNotice {
			err = errNoAlert
		}
		if err != nil {
			return "", worded(err)
		}
	}
	q.Before, q.Limit = 0, 0
	dir := filepath.Join(b.dir, exportsFolder)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", worded(fmt.Errorf("export: %w", err))
	}
	f, err := os.CreateTemp(dir, ".export-*")
	if err != nil {
		return "", worded(fmt.Errorf("export: %w", err))
	}
	defer func() { _ = os.Remove(f.Name()) }() // renamed when it is whole
	err = b.export(ctx, f, q, progress)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", worded(fmt.Errorf("export: %w", err))
	}
	if err := os.Chmod(f.Name(), 0o640); err != nil {
		return "", worded(fmt.Errorf("export: %w", err))
	}
	return b.place(f.Name(), dir, q)
}

func (b *books) export(ctx context.Context, f *os.File, q station.LogQuery, progress func(done, total int64)) error {
	if q.CAP {
		return b.exportCAP(f, q.Broadcast)
	}
	total := int64(b.db.Head().Seq)
	var bad error
	if q.Rows {
		w, err := report.NewRowsCSV(f, rowWords(words.In(b.lang).Report))
		if err != nil {
			return err
		}
		err = report.EachRow(ctx, asRun{b.db}, q, func(r station.LogRow) bool {
			bad = w.Write(r)
			progress(total-int64(r.Seq), total)
			return bad == nil
		})
		progress(total, total)
		return errors.Join(err, bad, w.Close())
	}
	w, err := report.NewCSV(f, reportWords(words.In(b.lang).Report))
	if err != nil {
		return err
	}
	err = report.Each(ctx, asRun{b.db}, q, b.roster(), b.now(), func(a station.Aired, at uint64) bool {
		bad = w.Write(a)
		progress(total-int64(at), total)
		return bad == nil
	})
	progress(total, total)
	return errors.Join(err, bad, w.Close())
}

func rowWords(r words.Report) report.RowWords {
	return report.RowWords{Columns: r.Log.Columns, Kinds: r.Log.Kinds, Reasons: r.Reasons, Yes: r.Yes, No: r.No, Comma: r.Comma}
}

// place gives a file the name of its date and range; one that is there stays.
func (b *books) place(temp, dir string, q station.LogQuery) (string, error) {
	now := b.now().Wall
	name, ext := words.In(b.lang).Report.File, "csv"
	switch {
	case q.CAP:
		name, ext = fmt.Sprintf("%s-%d", words.In(b.lang).Report.CAP, q.Broadcast), "xml"
	case q.Rows:
		name = words.In(b.lang).Report.Log.File
	}
	for _, t := range []struct {
		mark string
		day  string
	}{{"_", dayOf(q, true)}, {"_", dayOf(q, false)}} {
		if t.day != "" {
			name += t.mark + t.day
		}
	}
	name += "_" + now.Format("2006-01-02-150405")
	for n := 1; n < 100; n++ {
		path := filepath.Join(dir, name+"."+ext)
		if n > 1 {
			path = filepath.Join(dir, fmt.Sprintf("%s-%d.%s", name, n, ext))
		}
		err := os.Link(temp, path)
		if err == nil {
			return path, nil
		}
		if !errors.Is(err, fs.ErrExist) { // a disk without links: FAT on a stick
			if _, err := os.Lstat(path); err == nil {
				continue
			}
			return path, os.Rename(temp, path)
		}
	}
	return "", fmt.Errorf("export: %w", fs.ErrExist)
}

func dayOf(q station.LogQuery, from bool) string {
	t := q.Until
	if from {
		t = q.From
	}
	if t.IsZero() {
		return ""
	}
	return t.In(Saigon).Format("2006-01-02")
}

// reportWords are the station's words as the report needs them.
func reportWords(r words.Report) report.Words {
	w := report.Words{Columns: r.Columns, Classes: map[station.Class]string{}, Reasons: r.Reasons, Yes: r.Yes, No: r.No, Comma: r.Comma}
	for _, st := range station.Precedence {
		w.Classes[st.Class] = cmp.Or(r.Classes[st.Name], st.Name)
	}
	return w
}

// dryRun says what the timetable will do, by the station's clock.
func (s *stationRooms) dryRun(ask station.DryAsk) station.DryRun {
	return rundown.DryRun(s.desk.Snapshot(), s.clock.Now().Wall, Saigon, ask)
}

// Map is what is drawn behind the clusters.
func (b *books) Map(context.Context) (station.Map, error) { return b.chart.get(), nil }

// ImportMap makes a file of this machine the station's map.
func (b *books) ImportMap(_ context.Context, path, actor string) (station.Map, error) {
	if !strings.HasPrefix(path, "/") && !filepath.IsAbs(path) {
		return station.Map{}, errQuery
	}
	m, err := b.chart.load(path, actor)
	return m, worded(err)
}

package agent

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"loaxa/devices/cluster"
)

const (
	diaryFile = "alone.log"
	diaryMost = 500 // rows; the oldest go first
	diaryLine = 4 << 10
	airedMost = 100 // starts that are remembered when the station has them: more than three hours hold
)

// The kinds of rows.
const (
	rowLost    = "lost"       // the station is gone
	rowBack    = "back"       // it is there again
	rowSlot    = "slot"       // a start of the timetable
	rowLast    = "last-words" // an emergency message
	rowRefused = "refused"    // what would have been aired and was not
)

// diary is what the pole did alone, kept until the station has it: a line of
// JSON each, appended and synced, so that a power cut costs the line that was
// being written and nothing else. What was aired is remembered beyond that: it
// is not aired again when the station is lost again.
type diary struct {
	path string

	mu   sync.Mutex
	rows []cluster.AloneRow
	told []cluster.AloneRow // starts that the station has, the oldest first; airedMost
	next uint64
}

// diaryRow is a line of the file.
type diaryRow struct {
	cluster.AloneRow
	Told bool `json:",omitempty"` // the station has it
}

// openDiary reads the rows. There is a diary in memory even where the disk
// fails, which the error tells.
func openDiary(data string) (*diary, error) {
	d := &diary{path: filepath.Join(data, diaryFile), next: 1}
	b, err := os.ReadFile(d.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return d, fmt.Errorf("diary: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(make([]byte, 0, diaryLine), diaryLine)
	for lines.Scan() {
		var r diaryRow
		if json.Unmarshal(lines.Bytes(), &r) != nil || r.Number < d.next {
			continue // torn by a power cut
		}
		d.next = r.Number + 1
		switch {
		case r.Told:
			d.remember(r.AloneRow)
		case r.Kind != "": // else it holds the number alone
			d.rows = append(d.rows, r.AloneRow)
		}
	}
	return d, d.rewrite() // without torn lines: what is appended to one would be torn with it
}

// remember keeps that something was aired, when the row itself is told.
func (d *diary) remember(r cluster.AloneRow) {
	if r.Kind != rowSlot && r.Kind != rowLast {
		return
	}
	d.told = append(d.told, cluster.AloneRow{Number: r.Number, At: r.At, Kind: r.Kind, Slot: r.Slot})
	d.told = d.told[max(len(d.told)-airedMost, 0):]
}

// rewrite keeps what was aired, the rows that wait, and the number.
func (d *diary) rewrite() error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	for _, r := range d.told {
		_ = e.Encode(diaryRow{r, true}) // into memory
	}
	last := uint64(0)
	for _, r := range d.rows {
		_ = e.Encode(r) // into memory
		last = r.Number
	}
	if last+1 < d.next {
		_ = e.Encode(cluster.AloneRow{Number: d.next - 1}) // into memory
	}
	return replace(d.path, b.Bytes())
}

// add writes a row.
func (d *diary) add(r cluster.AloneRow) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	r.Number = d.next
	d.next++
	d.rows = append(d.rows, r)
	if len(d.rows) > diaryMost {
		d.rows = slices.Delete(d.rows, 0, len(d.rows)-diaryMost)
		return d.rewrite()
	}
	b, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("diary: %w", err)
	}
	f, err := os.OpenFile(d.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o640)
	if err != nil {
		return fmt.Errorf("diary: %w", err)
	}
	_, err = f.Write(append(b, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// waiting are the oldest rows that the station has not.
func (d *diary) waiting() []cluster.AloneRow {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.rows[:min(len(d.rows), cluster.MaxAloneRows)])
}

// taken forgets rows that are on the station's disk.
func (d *diary) taken(number uint64) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.rows)
	d.rows = slices.DeleteFunc(d.rows, func(r cluster.AloneRow) bool {
		if r.Number <= number {
			d.remember(r)
		}
		return r.Number <= number
	})
	if len(d.rows) == n {
		return nil
	}
	return d.rewrite()
}

// lostSince is when the station was lost, where its return was not written.
func (d *diary) lostSince() (time.Time, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, r := range slices.Backward(d.rows) {
		switch r.Kind {
		case rowBack:
			return time.Time{}, false
		case rowLost:
			return time.Unix(r.At, 0), true
		}
	}
	return time.Time{}, false
}

// aired counts what was aired of a kind and a number since a moment.
func (d *diary) aired(kind string, id uint64, since int64) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, rows := range [][]cluster.AloneRow{d.told, d.rows} {
		for _, r := range rows {
			if r.Kind == kind && r.Slot == id && r.At >= since {
				n++
			}
		}
	}
	return n
}

func (a *Agent) forgetRows(number uint64) {
	if err := a.diary.taken(number); err != nil {
		a.opt.Log.Error("diary", "err", err)
	}
	a.tellAlone()
}

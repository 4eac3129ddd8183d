package boot

import (
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"time"

	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/mirror"
)

// lentFile keeps what was used of the day's share of recordings.
const lentFile = "lent.json"

// goingFresh is how long after its last question a recording counts as being
// fetched; a full share is asked about every half an hour.
const (
	goingFresh = 2 * time.Minute
	spentFresh = 40 * time.Minute
)

// going are the recordings that the tier above fetches. Nil: there is none.
type going struct {
	lend *mirror.Lend
	now  func() time.Time
}

// openGoing lets the tier above fetch recordings of what was aired.
func (s *stationRooms) openGoing(dir string) *mirror.Lend {
	wall := func() (time.Time, store.Quality) { t, q := s.clock.Wall(); return t, uint8(q) }
	s.orders.going = &going{now: func() time.Time { t, _ := wall(); return t },
		lend: mirror.NewLend(mirror.LendOptions{Wall: wall, Daily: int64(s.conf.Upstream.Recordings) << 20,
			Path: filepath.Join(dir, lentFile), Shelf: airedShelf{s.journal.db.Get, mirror.Folder(filepath.Join(dir, soundsFolder))}})}
	return s.orders.going.lend
}

// airedShelf hands out recordings of broadcasts, and no other sound of the
// library: what was only tried at the microphone stays here.
type airedShelf struct {
	get   func(class, key string) (store.Record, bool, error)
	files mirror.Folder
}

// Piece implements mirror.Shelf.
func (a airedShelf) Piece(ref mirror.Ref, offset int64, most int) (mirror.Piece, error) {
	id := hex.EncodeToString(ref[:])
	rec, ok, err := a.get(station.ClassItem, id)
	if err != nil {
		return mirror.Piece{}, err
	}
	var it station.Item
	if !ok || json.Unmarshal(rec.Payload, &it) != nil || it.Kind != station.KindRecording || it.Of == 0 {
		return mirror.Piece{}, fs.ErrNotExist
	}
	p, err := a.files.Piece(ref, offset, most)
	if p.Name = it.Title; p.Name == "" {
		p.Name = id[:12]
	}
	return p, err
}

// report is how far it is, for the screen.
func (g *going) report() (r station.SoundGoing) {
	if g == nil {
		return r
	}
	l := g.lend.State()
	age := g.now().Sub(l.At)
	switch {
	case l.At.IsZero():
	case l.Why == mirror.WhySpent && age < spentFresh:
		r.Spent = true
	case l.Size > 0 && age < goingFresh && l.Sent < l.Size:
		r = station.SoundGoing{Title: l.Name, Percent: int(l.Sent * 100 / l.Size), Size: l.Size}
	}
	return r
}

package district

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/mirror"
)

// Bounds of recordings that are fetched from stations.
const (
	maxRecording  = 256 << 20           // bytes of one
	recordingsFor = 14 * 24 * time.Hour // how long one that was asked for is waited for
	maxWishes     = 64                  // of one station, those that are here counted
)

// RecordingOptions say where fetched recordings lie.
type RecordingOptions struct {
	Dir  string
	Wall mirror.Clock
	Room int64 // bytes of all that are here or asked for
}

// Recordings are what people here asked stations for, to hear it: each is
// fetched by its SHA-256 when the station gives it, and goes again when the
// room is needed, longest here first, or when the station has deleted it. Safe
// for concurrent use.
type Recordings struct {
	opt RecordingOptions

	mu sync.Mutex
	of map[string]*wishes
}

// wishes are one station's. Guarded by Recordings.mu.
type wishes struct {
	dir   string
	fetch *mirror.Fetch
	list  []Wish
}

// Wish is a recording that somebody asked for. Title is foreign text.
type Wish struct {
	ID    string    `json:"id"` // SHA-256, hex
	Title string    `json:"title"`
	Bytes int64     `json:"bytes"`
	By    string    `json:"by"`
	At    time.Time `json:"at"`

	Epoch store.Epoch `json:"epoch"` // of the station's journal that has its record

	Here bool   `json:"here"`          // it can be heard
	Have int64  `json:"have"`          // bytes that are here while it comes
	Why  string `json:"why,omitempty"` // what holds it up
}

// ErrNoRoom: neither the room nor the number of wishes allows another.
var ErrNoRoom = errors.New("district: no room for another recording")

// NewRecordings makes Recordings; folders appear when they are needed.
func NewRecordings(opt RecordingOptions) *Recordings {
	return &Recordings{opt: opt, of: map[string]*wishes{}}
}

const wishFile = "wanted.json"

// station opens what one station was asked for; make: also when nothing was.
func (r *Recordings) station(node string, make bool) (*wishes, error) {
	if w := r.of[node]; w != nil {
		return w, nil
	}
	dir := fileOf(r.opt.Dir, node, "")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) && !make {
		return nil, nil
	}
	w := &wishes{dir: dir}
	var err error
	w.fetch, err = mirror.NewFetch(mirror.FetchOptions{Dir: filepath.Join(dir, "half"), Wall: r.opt.Wall,
		Take: func(_ context.Context, ref mirror.Ref, path, _ string) error { return r.take(w, ref, path) }})
	if err != nil {
		return nil, fmt.Errorf("district: %w", err)
	}
	b, err := os.ReadFile(filepath.Join(dir, wishFile))
	if err == nil && json.Unmarshal(b, &w.list) == nil { // a broken one: people ask again
		w.list = slices.DeleteFunc(w.list, func(o Wish) bool {
			_, err := refOf(o.ID)
			return err != nil || o.Bytes <= 0 || o.Bytes > maxRecording
		})
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		w.sweep()
	}
	for _, o := range w.list {
		w.want(o)
	}
	r.of[node] = w
	return w, nil
}

// fetch is what brings recordings of a station here.
func (r *Recordings) fetch(node string) *mirror.Fetch {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	w, err := r.station(node, true)
	if err != nil {
		return nil // the page says why when somebody asks for one
	}
	return w.fetch
}

func refOf(id string) (ref mirror.Ref, err error) {
	b, err := hex.DecodeString(id)
	if err != nil || len(b) != len(ref) || strings.ToLower(id) != id {
		return ref, errors.New("district: no SHA-256")
	}
	return mirror.Ref(b), nil
}

func (w *wishes) path(id string) string { return filepath.Join(w.dir, id) }

func (w *wishes) here(id string) bool {
	st, err := os.Stat(w.path(id))
	return err == nil && st.Mode().IsRegular()
}

// has tells whether somebody asked for it.
func (w *wishes) has(id string) bool {
	return slices.ContainsFunc(w.list, func(o Wish) bool { return o.ID == id })
}

// sweep deletes recordings that stand on no list: nothing else would, and no
// bound of room counts them.
func (w *wishes) sweep() {
	files, _ := os.ReadDir(w.dir) // swept at the next start
	for _, f := range files {
		if _, err := refOf(f.Name()); err == nil && !w.has(f.Name()) {
			_ = os.Remove(w.path(f.Name())) // likewise
		}
	}
}

func (w *wishes) want(o Wish) bool {
	ref, err := refOf(o.ID)
	return err == nil && (w.here(o.ID) || w.fetch.WantUpTo(ref, o.Bytes, o.At.Add(recordingsFor)))
}

func (w *wishes) save() error {
	b, err := json.Marshal(w.list)
	if err == nil {
		err = w.replace(b)
	}
	if err != nil {
		return fmt.Errorf("district: %w", err)
	}
	return nil
}

// replace writes the list whole, or leaves the one that is there: a list that
// a power cut emptied would have every recording swept.
func (w *wishes) replace(b []byte) error {
	path := filepath.Join(w.dir, wishFile)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// take keeps a whole recording whose hash was checked.
func (r *Recordings) take(w *wishes, ref mirror.Ref, path string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	id := hex.EncodeToString(ref[:])
	if !w.has(id) {
		return nil // nobody wants it any more
	}
	f, err := os.Open(path)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close(), os.Rename(path, w.path(id)))
	}
	if err != nil {
		return fmt.Errorf("district: %w", err)
	}
	return nil
}

// Ask has a recording of a station fetched, for the person by.
func (r *Recordings) Ask(node string, epoch store.Epoch, it station.Item, by string) error {
	if _, err := refOf(string(it.ID)); err != nil || it.Bytes <= 0 || it.Bytes > maxRecording {
		return fmt.Errorf("district: a recording of %d bytes, 1 to %d are fetched", it.Bytes, maxRecording)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	w, err := r.station(node, true)
	if err != nil {
		return err
	}
	now, _ := r.opt.Wall()
	w.expire(now)
	if w.has(string(it.ID)) {
		return nil
	}
	first := -1
	if len(w.list) >= maxWishes { // what is here was heard, or can be fetched again
		if first = slices.IndexFunc(w.list, func(o Wish) bool { return w.here(o.ID) }); first < 0 {
			return ErrNoRoom
		}
	}
	if !r.makeRoom(it.Bytes, now) {
		return ErrNoRoom
	}
	if len(w.list) >= maxWishes { // room in bytes needed none of this station's
		w.drop(w.list[first].ID)
	}
	o := Wish{ID: string(it.ID), Title: it.Title, Bytes: it.Bytes, By: by, At: now, Epoch: epoch}
	w.list = append(w.list, o)
	if err := w.save(); err != nil {
		w.list = w.list[:len(w.list)-1]
		return err
	}
	w.want(o)
	return nil
}

// makeRoom deletes what has been here longest until so many bytes fit beside
// what is here and what was asked for; nothing when not even that would do.
func (r *Recordings) makeRoom(bytes int64, now time.Time) bool {
	type kept struct {
		w     *wishes
		id    string
		bytes int64
		at    time.Time
	}
	var all []kept
	used, here := bytes, int64(0)
	dirs, err := os.ReadDir(r.opt.Dir)
	if err != nil {
		return false
	}
	for _, d := range dirs {
		node, ok := nodeOf(d.Name())
		if !ok || !d.IsDir() {
			continue
		}
		w, err := r.station(node, false)
		if err != nil || w == nil {
			continue
		}
		w.expire(now)
		for _, o := range w.list {
			used += o.Bytes
			if st, err := os.Stat(w.path(o.ID)); err == nil {
				here += o.Bytes
				all = append(all, kept{w, o.ID, o.Bytes, st.ModTime()})
			}
		}
	}
	if used-here > r.opt.Room {
		return false
	}
	slices.SortFunc(all, func(a, b kept) int { return a.at.Compare(b.at) })
	for _, k := range all {
		if used <= r.opt.Room {
			break
		}
		used -= k.bytes
		k.w.drop(k.id)
	}
	return true
}

// drop lets a recording go, here or on its way.
func (w *wishes) drop(id string) {
	w.list = slices.DeleteFunc(w.list, func(o Wish) bool { return o.ID == id })
	if ref, err := refOf(id); err == nil {
		w.fetch.Drop(ref)
	}
	_ = os.Remove(w.path(id)) // it may never have come
	_ = w.save()              // at worst it is fetched again
}

// expire forgets what never came.
func (w *wishes) expire(now time.Time) {
	for _, o := range slices.Clone(w.list) {
		if now.Sub(o.At) > recordingsFor && !w.here(o.ID) {
			w.drop(o.ID)
		}
	}
}

// Drop lets a recording of a station go. The id is anybody's text: only what
// was asked for is dropped.
func (r *Recordings) Drop(node, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if w, err := r.station(node, false); err == nil && w != nil && w.has(id) {
		w.drop(id)
	}
}

// Of tells what a station was asked for. What its books no longer have goes
// here too.
func (r *Recordings) Of(node string, book *store.Reader) []Wish {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	w, err := r.station(node, false)
	if err != nil || w == nil {
		return nil
	}
	now, _ := r.opt.Wall()
	w.expire(now)
	var out []Wish
	for _, o := range slices.Clone(w.list) {
		if _, ok, err := aired(book, o.ID); err == nil && !ok {
			// A station that was restored sends its journal anew: its record comes back.
			if book.Head().Epoch == o.Epoch || now.Sub(o.At) > recordingsFor {
				w.drop(o.ID)
			}
			continue
		} else if e := book.Head().Epoch; err == nil && e != o.Epoch {
			i := slices.IndexFunc(w.list, func(k Wish) bool { return k.ID == o.ID })
			w.list[i].Epoch = e
			_ = w.save() // at worst it is written with the next wish
		}
		if o.Here = w.here(o.ID); !o.Here {
			ref, _ := refOf(o.ID) // checked when it was taken in
			st, ok := w.fetch.Of(ref)
			if !ok {
				w.want(o) // too many at once when it was asked for
			}
			o.Have, o.Why = st.Have, st.Why
		}
		out = append(out, o)
	}
	return out
}

// Open opens a recording that is here.
func (r *Recordings) Open(node, id string) (*os.File, error) {
	if r == nil {
		return nil, fs.ErrNotExist
	}
	if _, err := refOf(id); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	w, err := r.station(node, false)
	if err != nil || w == nil {
		return nil, fs.ErrNotExist
	}
	return os.Open(w.path(id))
}

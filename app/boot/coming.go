package boot

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/mirror"
)

// soundComing is the word of a receipt whose sound is fetched from above: the
// document is taken when it is here.
const soundComing = "sound-coming"

// maxComing bounds the documents brought by hand that wait for their sounds.
const maxComing = 64

// coming are the sounds that signed documents of the tier above ask for and
// that the library has not got. Safe for concurrent use.
type coming struct {
	fetch *mirror.Fetch
	has   func(station.ItemID) bool
	// accept is asked again for a document when its sounds are here.
	accept func(ctx context.Context, doc []byte, via string, confirmed bool) mirror.Receipt

	mu   sync.Mutex
	hand []handed // brought by hand: nobody sends them again
}

type handed struct {
	doc []byte
	via string
}

// comingFolder is where sounds lie while they are half here.
const comingFolder = "coming"

// openComing makes the station ask the tier above for sounds.
func (s *stationRooms) openComing(dir string) (c *coming, err error) {
	c = &coming{has: s.hasItem, accept: s.orders.Accept}
	c.fetch, err = mirror.NewFetch(mirror.FetchOptions{Dir: filepath.Join(dir, comingFolder), Daily: int64(s.conf.Upstream.Daily) << 20,
		Wall: func() (time.Time, store.Quality) { t, q := s.clock.Wall(); return t, uint8(q) },
		Take: func(ctx context.Context, ref mirror.Ref, path, name string) error {
			it, err := s.lib.Import(ctx, path, nil)
			if err != nil {
				return worded(err)
			}
			item := itemOf(it, "upstream", false)
			item.Title = blobTitle(name, it.Tags.Title, string(it.ID))
			if err := s.addItem(ctx, item); err != nil {
				return err
			}
			c.arrived(ctx)
			return nil
		}})
	return c, err
}

// blobTitle is what a sound of the tier above is called on the screen: what it
// was called there, which is foreign text.
func blobTitle(name, tag, id string) string {
	for _, t := range []string{name, tag} {
		t = strings.TrimSpace(strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
				return -1
			}
			return r
		}, strings.ToValidUTF8(t, "")))
		if r := []rune(t); len(r) > station.MaxTitle {
			t = string(r[:station.MaxTitle])
		}
		if t != "" {
			return t
		}
	}
	return id[:12]
}

// lacks tells whether something needs sounds that are not here, and has them
// fetched until then, Unix ms.
func (c *coming) lacks(items []station.ItemID, until int64) bool {
	if c == nil {
		return false
	}
	missing := false
	for _, id := range items {
		if c.has(id) {
			continue
		}
		b, err := hex.DecodeString(string(id))
		if err != nil || len(b) != len(mirror.Ref{}) {
			return false // the desk says so in its own words
		}
		c.fetch.Want(mirror.Ref(b), time.UnixMilli(until))
		missing = true
	}
	return missing
}

// wait keeps a document that was brought by hand until its sounds are here.
func (c *coming) wait(doc []byte, via string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.hand) < maxComing && !slices.ContainsFunc(c.hand, func(o handed) bool { return bytes.Equal(o.doc, doc) }) {
		c.hand = append(c.hand, handed{doc, via})
	}
}

// arrived has what was brought by hand judged anew. Nobody vouches for its
// times any more.
func (c *coming) arrived(ctx context.Context) {
	c.mu.Lock()
	docs := c.hand
	c.hand = nil
	c.mu.Unlock()
	for _, d := range docs {
		if c.accept(ctx, d.doc, d.via, false).Code == soundComing {
			c.wait(d.doc, d.via)
		}
	}
}

// report is how far the sounds are, for the screen.
func (c *coming) report() station.SoundsComing {
	if c == nil {
		return station.SoundsComing{}
	}
	st := c.fetch.State()
	r := station.SoundsComing{Count: st.Count, Size: st.Size, Spent: st.Spent, Why: st.Why}
	if st.Size > 0 {
		r.Percent = int(st.Have * 100 / st.Size)
	}
	return r
}

// timetableItems are the sounds that a directive asks for.
func timetableItems(d *station.Directive) (items []station.ItemID) {
	if d.Kind != station.DirectTimetable {
		return nil
	}
	t, err := d.Timetable()
	if err != nil {
		return nil // it was bounded when it was read: the desk refuses it
	}
	for _, s := range t.Slots {
		items = append(items, s.Items...)
		if s.Bed != "" {
			items = append(items, s.Bed)
		}
	}
	slices.Sort(items)
	return slices.Compact(items)
}

// DistrictSoundOptions are the flags of `loaxa district sound`.
type DistrictSoundOptions struct {
	Data  string   `help:"The district's folder; the running demonstration's without it." type:"path"`
	Files []string `arg:"" help:"Sounds that signed orders and timetables name." type:"path"`
}

// blobsFolder is where a district keeps what stations may fetch.
const blobsFolder = "blobs"

// Run lays sounds into the district's folder and prints the id of each, which
// an order or a timetable names.
func (o *DistrictSoundOptions) Run(_ context.Context, p Program) error {
	dir, err := districtDir(o.Data)
	if err != nil {
		return err
	}
	var errs []error
	for _, path := range o.Files {
		base := filepath.Base(path)
		ref, err := mirror.Folder(filepath.Join(dir, blobsFolder)).Put(path, strings.TrimSuffix(base, filepath.Ext(base)))
		if err == nil {
			_, err = p.Out.Write([]byte(hex.EncodeToString(ref[:]) + "  " + base + "\n"))
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

package district

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"time"

	"loaxa/app/station"
	"loaxa/store"
)

// Bounds of the page's recordings.
const (
	spokenRows  = 50
	hearingTime = 15 * time.Minute // for one to be read over a slow line
)

// SpokenRow is one recording of a broadcast, as the page shows it.
type SpokenRow struct {
	station.Item
	Wish *Wish // nil: nobody asked for it
}

// Percent of it that is here while it comes.
func (r SpokenRow) Percent() int64 {
	if r.Wish == nil || r.Bytes <= 0 {
		return 0
	}
	return min(100, r.Wish.Have*100/r.Bytes)
}

// isAired tells whether an item is a recording of what was broadcast; nothing
// else of a station's sounds is asked for.
func isAired(it *station.Item) bool { return it.Kind == station.KindRecording && it.Of != 0 }

// aired reads a recording of a broadcast from a station's books.
func aired(book *store.Reader, id string) (it station.Item, ok bool, err error) {
	rec, ok, err := book.Get(station.ClassItem, id)
	if err != nil || !ok {
		return it, false, err
	}
	if json.Unmarshal(rec.Payload, &it) != nil {
		return it, false, nil // of a newer station
	}
	return it, isAired(&it) && string(it.ID) == id, nil
}

// spoken are the newest recordings of broadcasts, and what was asked for.
func spoken(book *store.Reader, wishes []Wish) (out []SpokenRow, err error) {
	err = each(book, station.ClassItem, func(it station.Item) bool {
		if isAired(&it) {
			out = append(out, SpokenRow{Item: it})
		}
		return true
	})
	for i := range out {
		if k := slices.IndexFunc(wishes, func(w Wish) bool { return w.ID == string(out[i].ID) }); k >= 0 {
			out[i].Wish = &wishes[k]
		}
	}
	slices.SortStableFunc(out, func(a, b SpokenRow) int { return b.At.Compare(a.At) })
	kept := 0
	return slices.DeleteFunc(out, func(r SpokenRow) bool {
		kept++
		return kept > spokenRows && r.Wish == nil
	}), err
}

// askRecording has a recording fetched, or lets it go.
func (s *Server) askRecording(w http.ResponseWriter, r *http.Request) {
	node, id := r.FormValue("station"), r.FormValue("id")
	book, err := s.opt.Ledger.Reader(node)
	if err != nil || s.opt.Heard == nil {
		http.NotFound(w, r)
		return
	}
	note := ""
	if r.FormValue("act") == "drop" {
		s.opt.Heard.Drop(node, id)
	} else {
		it, ok, err := aired(book, id)
		if err != nil || !ok {
			http.NotFound(w, r)
			return
		}
		switch err := s.opt.Heard.Ask(node, book.Head().Epoch, it, sessionOf(r).name); {
		case errors.Is(err, ErrNoRoom):
			note = "full"
		case err != nil:
			note = "failed"
		}
	}
	q := url.Values{"id": {node}}
	if note != "" {
		q.Set("note", note)
	}
	http.Redirect(w, r, "/station?"+q.Encode()+"#recordings", http.StatusSeeOther)
}

// recording lets a person hear one that is here.
func (s *Server) recording(w http.ResponseWriter, r *http.Request) {
	node, id := r.URL.Query().Get("station"), r.URL.Query().Get("id")
	book, err := s.opt.Ledger.Reader(node)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if _, ok, err := aired(book, id); err != nil || !ok { // deleted at the station: it is not heard here either
		http.NotFound(w, r)
		return
	}
	f, err := s.opt.Heard.Open(node, id)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	defer func() { _ = f.Close() }() // read only
	kind := soundKind(f)
	if kind == "" {
		kind = "application/octet-stream"
		w.Header().Set("Content-Disposition", "attachment")
	}
	w.Header().Set("Content-Type", kind)
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(hearingTime)) // without it the server's own deadline holds
	http.ServeContent(w, r, "", time.Time{}, f)
}

// soundKind tells a sound by how it begins; empty: it is none that is known.
func soundKind(f *os.File) string {
	head := make([]byte, 12)
	n, err := io.ReadFull(f, head)
	if err != nil {
		return ""
	}
	switch head = head[:n]; {
	case string(head[:4]) == "fLaC":
		return "audio/flac"
	case string(head[:4]) == "OggS":
		return "audio/ogg"
	case string(head[:4]) == "RIFF" && string(head[8:]) == "WAVE":
		return "audio/wav"
	case string(head[:3]) == "ID3" || head[0] == 0xFF && head[1]&0xE0 == 0xE0:
		return "audio/mpeg"
	}
	return ""
}

// Held says why a recording does not come.
func (d *pageData) Held(why string) string {
	if w, ok := d.W["held "+why]; ok {
		return w
	}
	return d.W["held"]
}

// Length is a length of sound, minutes and seconds.
func (d *pageData) Length(l time.Duration) string {
	return fmt.Sprintf("%d:%02d", int(l/time.Minute), int(l/time.Second)%60)
}

// Size is a size in kilobytes.
func (d *pageData) Size(bytes int64) string {
	return fmt.Sprintf("%d kB", (bytes+1023)/1024)
}

// Coming is how many recordings are asked for and not here.
func (s *StationStatus) Coming() (n int) {
	for i := range s.Heard {
		if !s.Heard[i].Here {
			n++
		}
	}
	return n
}

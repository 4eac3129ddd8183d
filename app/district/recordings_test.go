package district_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/district"
	"loaxa/app/station"
	"loaxa/store"
)

// shelfOf is what was asked of one station that is not connected.
type shelfOf struct {
	*district.Recordings
	t    *testing.T
	root string
	now  time.Time
}

const shelfNode = "0123abcd"

func newShelf(t *testing.T, root string, room int64) *shelfOf {
	s := &shelfOf{t: t, root: root, now: time.Now()}
	s.Recordings = district.NewRecordings(district.RecordingOptions{Dir: root, Room: room,
		Wall: func() (time.Time, store.Quality) { return s.now, 0 }})
	return s
}

func (s *shelfOf) item(title string, n int) (station.Item, []byte) {
	sound := bytes.Repeat([]byte(title), n/len(title)+1)[:n]
	id := fmt.Sprintf("%x", sha256.Sum256(sound))
	return station.Item{ID: station.ItemID(id), Title: title, Bytes: int64(n), Kind: station.KindRecording, Of: 1}, sound
}

// bring asks for a recording and lays it down as if it had come.
func (s *shelfOf) bring(title string, n int) string {
	s.t.Helper()
	it, sound := s.item(title, n)
	if err := s.Ask(shelfNode, store.Epoch{}, it, "hoa"); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(s.path(string(it.ID)), sound, 0o640); err != nil {
		s.t.Fatal(err)
	}
	return string(it.ID)
}

func (s *shelfOf) path(id string) string { return filepath.Join(s.root, shelfNode, id) }

func (s *shelfOf) heard(id string) bool {
	f, err := s.Open(shelfNode, id)
	if err != nil {
		return false
	}
	f.Close()
	return true
}

func TestARecordingThatFindsNoRoomTakesNobodysPlace(t *testing.T) {
	s := newShelf(t, t.TempDir(), 1000)
	here := s.bring("đã nghe", 400)
	coming, _ := s.item("đang lấy", 500)
	if err := s.Ask(shelfNode, store.Epoch{}, coming, "hoa"); err != nil {
		t.Fatal(err)
	}
	large, _ := s.item("quá lớn", 501)
	if err := s.Ask(shelfNode, store.Epoch{}, large, "hoa"); err != district.ErrNoRoom || !s.heard(here) {
		t.Errorf("%v; what was here can be heard: %v", err, s.heard(here))
	}
	fits, _ := s.item("vừa", 500)
	if err := s.Ask(shelfNode, store.Epoch{}, fits, "hoa"); err != nil || s.heard(here) {
		t.Errorf("%v; what has been here longest still has its place: %v", err, s.heard(here))
	}
	s.now = s.now.Add(15 * 24 * time.Hour) // what never came holds no room
	if err := s.Ask("another", store.Epoch{}, large, "hoa"); err != nil {
		t.Error(err)
	}
}

// TestDroppingDeletesNothingElse: the id of a form is anybody's text.
func TestDroppingDeletesNothingElse(t *testing.T) {
	root := t.TempDir()
	s := newShelf(t, root, 1000)
	here := s.bring("đã nghe", 400)
	outside := filepath.Join(root, "district.key")
	if err := os.WriteFile(outside, []byte("key"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"../district.key", "wanted.json", "half", "", ".", "../" + shelfNode + "/" + here, strings.ToUpper(here), here + "\x00"} {
		s.Drop(shelfNode, id)
	}
	for _, path := range []string{outside, s.path("wanted.json"), s.path("half"), s.path(here)} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
	if s.Drop(shelfNode, here); s.heard(here) {
		t.Error("what was asked for stays")
	}
}

// TestAListThatIsBrokenLeavesNothingBehind: what stands on no list would be
// counted by no bound and deleted by nobody.
func TestAListThatIsBrokenLeavesNothingBehind(t *testing.T) {
	root := t.TempDir()
	s := newShelf(t, root, 1000)
	here := s.bring("đã nghe", 900)
	if s = newShelf(t, root, 1000); !s.heard(here) {
		t.Error("a restart lost it")
	}
	if err := os.WriteFile(s.path("wanted.json"), nil, 0o640); err != nil {
		t.Fatal(err)
	}
	s = newShelf(t, root, 1000)
	again := s.bring("lại", 900)
	if _, err := os.Stat(s.path(here)); err == nil || !s.heard(again) {
		t.Errorf("a file of no list still lies there: %v", err)
	}
}

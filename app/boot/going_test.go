package boot

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/mirror"
)

// TestOnlyWhatWasAiredGoesUp: those above can have recordings of broadcasts and
// no other sound of the library.
func TestOnlyWhatWasAiredGoesUp(t *testing.T) {
	dir, items := t.TempDir(), map[string]station.Item{}
	put := func(sound string, it station.Item) mirror.Ref {
		ref := mirror.Ref(sha256.Sum256([]byte(sound)))
		id := fmt.Sprintf("%x", ref[:])
		it.ID = station.ItemID(id)
		items[id] = it
		if err := os.WriteFile(filepath.Join(dir, id), []byte(sound), 0o600); err != nil {
			t.Fatal(err)
		}
		return ref
	}
	shelf := airedShelf{files: mirror.Folder(dir), get: func(class, key string) (store.Record, bool, error) {
		it, ok := items[key]
		b, err := json.Marshal(it)
		return store.Record{Payload: b}, ok && class == station.ClassItem, err
	}}
	said := put("said to all", station.Item{Title: "Lời trưởng thôn", Kind: station.KindRecording, Of: 3})
	for name, ref := range map[string]mirror.Ref{
		"tried at the microphone":  put("one two", station.Item{Title: "thử", Kind: station.KindRecording}),
		"a bulletin":               put("news", station.Item{Title: "Bản tin", Kind: station.KindBulletin, Of: 3}),
		"a file without a record":  mirror.Ref(sha256.Sum256([]byte("said to all "))),
		"a hash that nobody knows": {1},
	} {
		if p, err := shelf.Piece(ref, 0, 1<<10); !errors.Is(err, fs.ErrNotExist) || len(p.Data) > 0 {
			t.Errorf("%s: %q %v", name, p.Data, err)
		}
	}
	if p, err := shelf.Piece(said, 5, 1<<10); err != nil || string(p.Data) != "to all" || p.Name != "Lời trưởng thôn" {
		t.Errorf("%q of %q: %v", p.Data, p.Name, err)
	}
}

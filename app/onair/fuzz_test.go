package onair

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loaxa/app/station"
)

// FuzzDecide: whatever a console sends, the desk decides or refuses; what it
// decides can be saved and found again.
func FuzzDecide(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for line := range strings.Lines(string(b)) {
			w := strings.SplitN(strings.TrimSpace(line), " ", 3)
			if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "#") || len(w) < 3 {
				continue
			}
			f.Add([]byte(`{"kind":"` + w[1] + `","body":` + w[2] + `}`))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := station.DecodeIntent(b)
		if err != nil {
			return
		}
		s, d := village(), disk{}
		for range 2 { // the second time meets what the first did
			var o Outcome
			s, o = Decide(s, Input{Intent: in, Actor: "x"}, stamp(0))
			d.save(t, o.Events)
			if err := sound(s, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := Recover(d, s.Settings); err != nil {
			t.Fatal(err)
		}
	})
}

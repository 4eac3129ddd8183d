package uitest_test

import (
	"bytes"
	"image/gif"
	"testing"
	"time"

	"loaxa/ui/uitest"
)

// TestFilm reads the film back: as many pictures as there were different
// frames, each as long as its frame stood, and only what changed in the second.
func TestFilm(t *testing.T) {
	f := uitest.NewFilm(10, 2)
	f.Add("Đak Pơ", 0)
	f.Add("Đak Pơ", 100*time.Millisecond)
	f.Add("Đak Pơ\n\x1b[38;2;255;0;0m●\x1b[0m", 300*time.Millisecond)
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, f.GIF(2*time.Second)); err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(&b)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Image) != 2 || g.Delay[0] != 30 || g.Delay[1] != 200 {
		t.Fatalf("%d pictures, %v hundredths", len(g.Image), g.Delay)
	}
	if r := g.Image[1].Rect; r.Max.X > 7 || r.Min.Y < 16 {
		t.Errorf("the second picture holds %v of %dx%d", r, g.Config.Width, g.Config.Height)
	}
	if c := g.Image[1].At(3, 24); c != g.Image[1].At(4, 24) {
		t.Errorf("the disc is not there: %v", c)
	}
}

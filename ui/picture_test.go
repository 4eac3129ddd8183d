package ui_test

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"loaxa/ui"
	"loaxa/ui/uitest"
)

// TestPicture holds the README's picture against the program: it is the
// program's own frame of the sample commune.
func TestPicture(t *testing.T) {
	path := filepath.Join("..", "docs", "screen-120x36.png")
	drive(t, uitest.Live(), 120, 36, func(o *ui.Options) { o.Demo = false }, func(_ *uitest.Desk, d *uitest.Driver) {
		var got bytes.Buffer
		if err := png.Encode(&got, uitest.PNG(d.Colour(), 120, 36)); err != nil {
			t.Fatal(err)
		}
		if uitest.Updating() {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			return
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v (write it with -update)", err)
		}
		a, err := png.Decode(bytes.NewReader(want))
		if err != nil {
			t.Fatal(err)
		}
		b := uitest.PNG(d.Colour(), 120, 36)
		if a.Bounds() != b.Bounds() {
			t.Fatalf("the picture is %v, the screen %v", a.Bounds(), b.Bounds())
		}
		differ := 0
		for y := range b.Bounds().Dy() {
			for x := range b.Bounds().Dx() {
				ar, ag, ab, _ := a.At(x, y).RGBA()
				br, bg, bb, _ := b.At(x, y).RGBA()
				if ar != br || ag != bg || ab != bb {
					differ++
				}
			}
		}
		if differ > 0 {
			t.Errorf("%d pixels of %s are not what the program shows: go test ./ui -run TestPicture -update", differ, path)
		}
	})
}

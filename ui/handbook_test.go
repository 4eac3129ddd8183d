package ui_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"loaxa/app/station"
	"loaxa/ui"
	"loaxa/ui/uitest"
)

// same holds a picture of the documents against the program's own frame; with
// -update it writes the picture.
func same(t *testing.T, path string, img image.Image) {
	t.Helper()
	var got bytes.Buffer
	if err := png.Encode(&got, img); err != nil {
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
	if a.Bounds() != img.Bounds() {
		t.Fatalf("the picture %s is %v, the screen %v", path, a.Bounds(), img.Bounds())
	}
	differ := 0
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			ar, ag, ab, _ := a.At(x, y).RGBA()
			br, bg, bb, _ := img.At(x, y).RGBA()
			if ar != br || ag != bg || ab != bb {
				differ++
			}
		}
	}
	if differ > 0 {
		t.Errorf("%d pixels of %s are not what the program shows: go test ./ui -run %s -update", differ, path, t.Name())
	}
}

// TestPicture holds the README's picture against the program: it is the
// program's own frame of the sample commune.
func TestPicture(t *testing.T) {
	drive(t, uitest.Live(), 120, 36, func(o *ui.Options) { o.Demo = false }, func(_ *uitest.Desk, d *uitest.Driver) {
		same(t, filepath.Join("..", "docs", "screen-120x36.png"), uitest.PNG(d.Colour(), 120, 36))
	})
}

// TestPictureHandbook holds the handbook's pictures against the program.
func TestPictureHandbook(t *testing.T) {
	for _, p := range []struct {
		name string
		snap func() *station.Snapshot
		keys []string
	}{
		{"main", uitest.Live, nil}, {"list", uitest.Playing, []string{"f3"}}, {"plan", uitest.Playing, []string{"f3", "f3"}}, {"week", uitest.Playing, []string{"f3", "f3", "tab"}},
		{"mic", uitest.Playing, []string{"f4"}}, {"emergency", uitest.Playing, []string{"f12", "1"}},
		{"board", uitest.Playing, []string{"f5"}}, {"faults", uitest.Live, []string{"f9"}}, {"log", uitest.Playing, []string{"f8", "down"}},
		{"settings", uitest.Playing, []string{"f10"}},
	} {
		drive(t, p.snap(), 80, 24, nil, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press(p.keys...)
			same(t, filepath.Join("..", "docs", "pictures", p.name+".png"), uitest.PNG(d.Colour(), 80, 24))
		})
	}
}

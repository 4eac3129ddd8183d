//go:build unix

package main

import (
	"fmt"
	"image/gif"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hinshun/vt10x"

	"loaxa/ui/uitest"
)

// frame is the screen with its colours, as a terminal would be sent it.
func (c *terminal) frame() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var b strings.Builder
	cols, rows := c.vt.Size()
	for y := range rows {
		if y > 0 {
			b.WriteByte('\n')
		}
		var last string
		for x := range cols {
			g := c.vt.Cell(x, y)
			if s := pen(g); s != last {
				b.WriteString(s)
				last = s
			}
			if g.Char == 0 {
				g.Char = ' '
			}
			b.WriteRune(g.Char)
		}
		b.WriteString("\x1b[0m")
	}
	return b.String()
}

// pen is the sequence that sets a cell's colours. The emulator has exchanged
// those of reversed cells already.
func pen(g vt10x.Glyph) string {
	const boldBit = 1 << 2
	s := "\x1b[0"
	if g.Mode&boldBit != 0 {
		s += ";1"
	}
	rgb := func(kind int, c vt10x.Color) string {
		if c >= vt10x.DefaultFG {
			return ""
		}
		return fmt.Sprintf(";%d;2;%d;%d;%d", kind, c>>16&0xff, c>>8&0xff, c&0xff)
	}
	return s + rgb(38, g.FG) + rgb(48, g.BG) + "m"
}

// film records the screen until stop, which writes it to a file.
func (c *terminal) film(t *testing.T, cols, rows int) (stop func(path string)) {
	f, began, end := uitest.NewFilm(cols, rows), time.Now(), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			f.Add(c.frame(), time.Since(began))
			select {
			case <-end:
				return
			case <-time.After(400 * time.Millisecond):
			}
		}
	})
	return func(path string) {
		close(end)
		wg.Wait()
		w, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := gif.EncodeAll(w, f.GIF(3*time.Second)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d frames in %s", f.Frames(), path)
	}
}

// TestRecordSession makes the README's moving picture of the real commune on a
// real terminal. It is run by make session.
func TestRecordSession(t *testing.T) {
	path := os.Getenv("LOAXA_SESSION")
	if path == "" {
		t.Skip("skipped: makes a picture, run by make session (LOAXA_SESSION=FILE)")
	}
	dir := t.TempDir()
	env := []string{"XDG_RUNTIME_DIR=" + filepath.Join(dir, "run"), "XDG_STATE_HOME=" + dir, "COLORTERM=truecolor"}
	if err := os.MkdirAll(filepath.Join(dir, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := onTerminal(t, 120, 36, env, "demo", "--data", filepath.Join(dir, "d"))
	c.shows("DEMO")
	stop := c.film(t, 120, 36)
	c.shows("12 đang phát")
	look := func(d time.Duration) { time.Sleep(d) } // what a person reads
	look(2 * time.Second)
	c.press(keyEnter) // the seven steps
	look(2 * time.Second)
	c.press("\x0f") // Ctrl+O
	look(time.Second)
	c.press("\x07") // Ctrl+G
	look(2 * time.Second)
	c.press(keyF4)
	look(time.Second)
	c.press(keyEnter)
	c.shows("MỜI ĐỌC")
	look(4 * time.Second)
	c.press(keyF4)
	look(2 * time.Second)
	c.press("\x17") // Ctrl+W
	c.press("3")
	look(time.Second)
	c.press(keyEsc)
	look(2 * time.Second)
	c.press("\x17", "3", keyEsc)
	look(2 * time.Second)
	c.press(keyF12)
	look(time.Second)
	c.press("3")
	look(time.Second)
	c.press(ctrlK)
	look(4 * time.Second)
	c.press(keyF12)
	look(time.Second)
	c.press("\x1b[19~") // F8: the correction
	look(4 * time.Second)
	c.press("\x1b[19~") // F8: the log
	look(3 * time.Second)
	c.press(keyEsc)
	stop(path)
	c.press(keyEsc, ctrlQ)
	c.shows("Enter: thoát")
	c.press(keyEnter)
	<-c.end
}

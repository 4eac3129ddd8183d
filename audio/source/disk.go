package source

import (
	"context"
	"io"
	"os"
	"sync/atomic"
)

// file is what decoders need of an *os.File.
type file interface {
	io.ReadSeekCloser
	Stat() (os.FileInfo, error)
}

// disk opens one file and tells whoever waits for its decoder whether that one
// waits for the disk.
type disk struct {
	open  func(path string) (file, error) // nil: os.Open
	waits atomic.Bool                     // a call to open or read is under way
	calls atomic.Int64                    // to read, that came back
}

func (d *disk) get(path string) (file, error) {
	d.waits.Store(true)
	defer d.waits.Store(false)
	if d.open != nil {
		return d.open(path)
	}
	return os.Open(path)
}

// back counts first: who sees that nobody waits any more sees the call too, and
// does not take a slow disk for a decoder that hangs.
func (d *disk) back() {
	d.calls.Add(1)
	d.waits.Store(false)
}

// guard ends a decoder that loops over its file when nobody wants it any more.
type guard struct {
	file
	ctx  context.Context
	disk *disk
}

// Read reads until the context ends.
func (g *guard) Read(p []byte) (int, error) {
	if err := g.ctx.Err(); err != nil {
		return 0, err
	}
	g.disk.waits.Store(true)
	defer g.disk.back()
	return g.file.Read(p)
}

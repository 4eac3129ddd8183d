package soundcard

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"loaxa/audio/wavfile"
)

// makeFIFO makes the FIFO where there is nothing, and refuses what is not one.
func makeFIFO(path string) error {
	st, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		if err := unix.Mkfifo(path, 0o660); err != nil {
			return fmt.Errorf("make fifo %s: %w", path, err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	if st.Mode()&os.ModeNamedPipe == 0 {
		return fmt.Errorf("%s: %w", path, ErrNotFIFO)
	}
	return nil
}

// fifoWriter writes whole blocks or none: a block of 960 bytes is below
// PIPE_BUF, so the kernel never takes a part of one.
type fifoWriter struct {
	path string
	fd   int // -1: nobody reads
	buf  []byte
}

func openFIFOWriter(path string) (drain, error) {
	if err := makeFIFO(path); err != nil {
		return nil, err
	}
	return &fifoWriter{path: path, fd: -1}, nil
}

func (w *fifoWriter) put(s []float32) int {
	if w.fd < 0 {
		fd, err := unix.Open(w.path, unix.O_WRONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
		if err != nil { // ENXIO: no reader yet
			return 0
		}
		w.fd = fd
	}
	w.buf = wavfile.AppendS16(w.buf[:0], s)
	n, err := unix.Write(w.fd, w.buf)
	if err != nil && !errors.Is(err, unix.EAGAIN) && !errors.Is(err, unix.EINTR) {
		_ = unix.Close(w.fd) // the reader went away: wait for the next
		w.fd = -1
	}
	return max(n, 0) / 2
}

// Close lets the FIFO go; the file stays.
func (w *fifoWriter) Close() error {
	if w.fd < 0 {
		return nil
	}
	fd := w.fd
	w.fd = -1
	return unix.Close(fd)
}

// openFIFOReader opens for reading and writing, so that it never sees an end
// when a writer leaves, and non-blocking, so that Close ends a read.
func openFIFOReader(path string) (*os.File, error) {
	if err := makeFIFO(path); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|unix.O_NONBLOCK, 0)
}

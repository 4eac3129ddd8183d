package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// ErrChanged is a file whose content is not the one its name says.
var ErrChanged = errors.New("the file has changed since it was taken in")

// Verify is the check of one item before it is due: the original is read and
// hashed, and what will be played is decoded to its end. It returns what it
// measured; an item that cannot be aired gives an error that wraps ErrUnknown
// (it is gone), ErrChanged, ErrDamaged, ErrTruncated or ErrStuck.
func (l *Library) Verify(ctx context.Context, id ID, progress Progress) (Item, error) {
	return l.verify(ctx, id, progress, nil)
}

func (l *Library) verify(ctx context.Context, id ID, progress Progress, also tee) (Item, error) {
	if progress == nil {
		progress = func(float64) {}
	}
	if !l.Has(id) {
		return Item{}, fmt.Errorf("check %.12q: %w", id, ErrUnknown)
	}
	sum, size, err := hashFile(ctx, l.Path(id), func(share float64) { progress(share * 0.2) })
	if err == nil && sum != id {
		err = ErrChanged
	}
	var m measure
	if err == nil {
		m, err = measureFile(ctx, l.airPath(id), func(share float64) { progress(0.2 + share*0.8) }, also)
	}
	if err != nil {
		return Item{}, fmt.Errorf("check %.12s: %w", id, err)
	}
	progress(1)
	return Item{ID: id, Samples: m.samples, LUFS: m.lufs, PeakDB: m.peak, Head: m.head, Tail: m.tail, Bytes: size, Known: true}, nil
}

func hashFile(ctx context.Context, path string, progress Progress) (ID, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close() // read only
	st, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	n, err := copyBounded(ctx, h, io.Reader(f), max(st.Size(), 1), progress)
	return ID(hex.EncodeToString(h.Sum(nil))), n, err
}

package store

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"os"
)

// The form of bbolt's pages beyond what a salvage needs.
const (
	branchFlag   = 1
	freelistFlag = 16
	bucketFlag   = 1  // of a leaf element
	bucketHead   = 16 // root page (8) ‖ sequence (8)
	metaFreelist = 32
	metaHigh     = 40
)

// walkPages reads every page in use from the file itself and checks that
// nothing in it points out of its page, out of the file, or twice to one
// place. bbolt's own check follows such a pointer on a goroutine of its own,
// where neither a fault nor endless recursion can be caught: it runs only on
// what passed here.
func walkPages(f *os.File) error {
	w := walker{f: f}
	root, freelist, err := w.meta()
	if err != nil {
		return err
	}
	p, err := w.page(freelist)
	if err != nil {
		return err
	}
	if flags := binary.NativeEndian.Uint16(p[8:]); flags != freelistFlag {
		return fmt.Errorf("%w: the list of free pages is of kind %d", ErrCorrupt, flags)
	}
	for next := []uint64{root}; len(next) > 0; {
		id := next[len(next)-1]
		next = next[:len(next)-1]
		p, err := w.page(id)
		if err != nil {
			return err
		}
		more, err := children(p, false)
		if err != nil {
			return fmt.Errorf("%w: page %d: %w", ErrCorrupt, id, err)
		}
		next = append(next, more...)
	}
	return nil
}

type walker struct {
	f    *os.File
	size int64
	seen []bool
}

// meta reads the head that bbolt goes by.
func (w *walker) meta() (root, freelist uint64, err error) {
	st, err := w.f.Stat()
	if err != nil {
		return 0, 0, err
	}
	var high, txid uint64
	for _, off := range []int64{0, int64(os.Getpagesize())} {
		b := make([]byte, pageHead+metaLen)
		if _, err := w.f.ReadAt(b, off); err != nil {
			continue
		}
		m := b[pageHead:]
		h := fnv.New64a()
		h.Write(m[:metaSum])
		if binary.NativeEndian.Uint32(m) != metaMagic || binary.NativeEndian.Uint64(m[metaSum:]) != h.Sum64() {
			continue
		}
		if t := binary.NativeEndian.Uint64(m[metaTxid:]); high == 0 || t > txid {
			txid, w.size = t, int64(binary.NativeEndian.Uint32(m[metaPageLen:]))
			root, freelist, high = binary.NativeEndian.Uint64(m[16:]), binary.NativeEndian.Uint64(m[metaFreelist:]), binary.NativeEndian.Uint64(m[metaHigh:])
		}
	}
	if w.size < minPage || high < 2 || high > uint64(st.Size()/w.size) {
		return 0, 0, fmt.Errorf("%w: %d pages of %d bytes in a file of %d", ErrCorrupt, high, w.size, st.Size())
	}
	w.seen = make([]bool, high)
	w.seen[0], w.seen[1] = true, true
	return root, freelist, nil
}

// page reads a page with what follows it, once.
func (w *walker) page(id uint64) ([]byte, error) {
	head := make([]byte, pageHead)
	if id >= uint64(len(w.seen)) {
		return nil, fmt.Errorf("%w: a pointer to page %d of %d", ErrCorrupt, id, len(w.seen))
	}
	if _, err := w.f.ReadAt(head, int64(id)*w.size); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	over := uint64(binary.NativeEndian.Uint32(head[12:]))
	if binary.NativeEndian.Uint64(head) != id || id+over >= uint64(len(w.seen)) {
		return nil, fmt.Errorf("%w: page %d calls itself %d and has %d more", ErrCorrupt, id, binary.NativeEndian.Uint64(head), over)
	}
	for i := id; i <= id+over; i++ {
		if w.seen[i] {
			return nil, fmt.Errorf("%w: page %d is used twice", ErrCorrupt, i)
		}
		w.seen[i] = true
	}
	p := make([]byte, int64(1+over)*w.size)
	if _, err := w.f.ReadAt(p, int64(id)*w.size); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	return p, nil
}

// children checks the elements of a page, or of a bucket kept inside a value,
// and lists the pages they point to.
func children(p []byte, inline bool) (out []uint64, err error) {
	if len(p) < pageHead {
		return nil, errShort
	}
	flags, count := binary.NativeEndian.Uint16(p[8:]), int(binary.NativeEndian.Uint16(p[10:]))
	if pageHead+count*leafElement > len(p) || flags != leafFlag && (flags != branchFlag || count == 0 || inline) {
		return nil, fmt.Errorf("of kind %d with %d elements", flags, count)
	}
	for i := range count {
		at := pageHead + i*leafElement
		el := p[at : at+leafElement]
		if flags == branchFlag {
			if pos, ks := int(binary.NativeEndian.Uint32(el)), int(binary.NativeEndian.Uint32(el[4:])); at+pos+ks > len(p) {
				return nil, fmt.Errorf("element %d points out of it", i)
			}
			out = append(out, binary.NativeEndian.Uint64(el[8:]))
			continue
		}
		pos, ks, vs := int(binary.NativeEndian.Uint32(el[4:])), int(binary.NativeEndian.Uint32(el[8:])), int(binary.NativeEndian.Uint32(el[12:]))
		if at+pos+ks+vs > len(p) {
			return nil, fmt.Errorf("element %d points out of it", i)
		}
		if binary.NativeEndian.Uint32(el)&bucketFlag == 0 {
			continue
		}
		v := p[at+pos+ks : at+pos+ks+vs]
		if inline || len(v) < bucketHead {
			return nil, fmt.Errorf("element %d is no bucket", i)
		}
		if root := binary.NativeEndian.Uint64(v); root != 0 {
			out = append(out, root)
		} else if _, err := children(v[bucketHead:], true); err != nil {
			return nil, fmt.Errorf("bucket %d in it: %w", i, err)
		}
	}
	return out, nil
}

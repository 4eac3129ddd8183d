package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// sideReader reads what a side file still holds. Damage costs the frames it
// touched: the next mark whose sum fits goes on.
type sideReader struct {
	buf  []byte
	at   Cursor // what the next entry must follow; zero epoch: not known
	torn bool   // something was passed over
}

// next gives the next entry and the epoch it belongs to; ok is false at the
// end. linked tells that it follows the entry given before it.
func (s *sideReader) next() (e Entry, epoch Epoch, linked, ok bool) {
	for len(s.buf) > 0 {
		body, n := parseFrame(s.buf)
		if body == nil {
			s.torn = true
			if i := bytes.Index(s.buf[1:], []byte(sideMark)); i >= 0 {
				s.buf = s.buf[1+i:]
				continue
			}
			s.buf = nil
			break
		}
		s.buf = s.buf[n:]
		if c, err := parseStart(body); err == nil {
			s.at = c
			continue
		}
		e, err := parseSideEntry(body)
		if err != nil || s.at.Epoch.IsZero() {
			s.torn = true
			continue
		}
		linked = e.Seq == s.at.Seq+1 && Chain(s.at.H, &e) == e.H
		if !linked && e.Seq == s.at.Seq+1 {
			s.torn = true // a frame that is whole and yet not ours
			continue
		}
		s.at.Seq, s.at.H = e.Seq, e.H
		return e, s.at.Epoch, linked, true
	}
	return Entry{}, Epoch{}, false, false
}

// parseFrame gives the body of the frame at the front of b and the frame's
// length; nil when there is none that is whole.
func parseFrame(b []byte) (body []byte, n int) {
	if len(b) < sideHead || string(b[:len(sideMark)]) != sideMark {
		return nil, 0
	}
	b = b[len(sideMark):]
	size := binary.BigEndian.Uint32(b)
	if size == 0 || size > uint32(maxSideBody) || uint32(len(b)-8) < size {
		return nil, 0
	}
	body = b[8 : 8+size]
	if crc32.Update(crc32.Update(0, castagnoli, b[:4]), castagnoli, body) != binary.BigEndian.Uint32(b[4:]) {
		return nil, 0
	}
	return body, sideHead + int(size)
}

var errFrame = errors.New("store: another kind of frame")

func parseStart(body []byte) (c Cursor, err error) {
	const size = 1 + len(sideMagic) + len(c.Epoch) + 8 + len(c.H) + 8
	if len(body) != size || body[0] != sideStart || string(body[1:1+len(sideMagic)]) != sideMagic {
		return c, errFrame
	}
	b := body[1+len(sideMagic):]
	copy(c.Epoch[:], b)
	c.Seq = binary.BigEndian.Uint64(b[len(c.Epoch):])
	copy(c.H[:], b[len(c.Epoch)+8:])
	if c.Epoch.IsZero() || c.Seq == 1<<64-1 {
		return Cursor{}, errFrame
	}
	return c, nil
}

func parseSideEntry(body []byte) (e Entry, err error) {
	if len(body) < 1+len(e.H) || body[0] != sideEntry {
		return e, errFrame
	}
	e, rest, err := ParseWire(body[1+len(e.H):])
	if err != nil || len(rest) != 0 {
		return e, errors.Join(errFrame, err)
	}
	copy(e.H[:], body[1:])
	return e, nil
}

// headOf is how far the side log goes in a life and epoch: the end of the last
// unbroken run.
func headOf(disk sideDisk, epoch Epoch) (c Cursor, err error) {
	names, err := disk.List()
	if err != nil {
		return c, err
	}
	// The last files decide: a file that could not be written leaves one or
	// two behind it that begin anew.
	for i := len(names) - 1; i >= 0; i-- {
		_, e, _, _ := parseSideName(names[i])
		if e != epoch {
			continue
		}
		b, err := disk.Read(names[i])
		if err != nil {
			return c, err
		}
		r := sideReader{buf: b}
		for {
			e, ep, _, ok := r.next()
			if !ok {
				break
			}
			if ep == epoch && e.Seq > c.Seq {
				c = Cursor{epoch, e.Seq, e.H}
			}
		}
		if c.Seq > 0 {
			return c, nil
		}
	}
	return c, nil
}

// blankSide rewrites the files of a side log that still hold what was blanked.
// The file being written is never touched.
func (s *sideLog) blankSide(epoch Epoch, blanked map[uint64]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	names, err := s.disk.List()
	if err != nil || len(blanked) == 0 {
		return err
	}
	for i, name := range names {
		if i == len(names)-1 && s.file != nil {
			break
		}
		b, err := s.disk.Read(name)
		if err != nil {
			return err
		}
		if out, changed := blankFrames(b, epoch, blanked); changed {
			if err := s.disk.Replace(name, out); err != nil {
				return err
			}
		}
	}
	return nil
}

// blankFrames copies whole frames and takes payloads out of those named.
func blankFrames(b []byte, epoch Epoch, blanked map[uint64]bool) (out []byte, changed bool) {
	var at Epoch
	for len(b) > 0 {
		body, n := parseFrame(b)
		if body == nil {
			i := bytes.Index(b[1:], []byte(sideMark))
			if i < 0 {
				break
			}
			b = b[1+i:]
			continue
		}
		if c, err := parseStart(body); err == nil {
			at = c.Epoch
		}
		e, err := parseSideEntry(body)
		if err == nil && at == epoch && blanked[e.Seq] && !e.Blanked {
			e.Blanked, e.Payload, changed = true, nil, true
			out = appendEntry(out, &e)
		} else {
			out = append(out, b[:n]...)
		}
		b = b[n:]
	}
	return out, changed
}

// SideCheck is what a side log holds of a journal.
type SideCheck struct {
	Entries uint64 // of the current epoch that were compared and are equal
	Last    uint64 // the highest of them
	Torn    bool   // something in it could not be read
}

// CheckSide compares every entry in the side log at dir with the journal. An
// entry that differs is ErrCorrupt.
func (r *Reader) CheckSide(dir string) (c SideCheck, err error) {
	disk := sideFolder{dir: dir}
	names, err := disk.List()
	if err != nil {
		return c, err
	}
	epoch := r.Head().Epoch
	for _, name := range names {
		if _, e, _, _ := parseSideName(name); e != epoch {
			continue
		}
		b, err := disk.Read(name)
		if err != nil {
			return c, err
		}
		s := sideReader{buf: b}
		for {
			e, ep, _, ok := s.next()
			if !ok {
				break
			}
			if ep != epoch || e.Seq < r.Floor() {
				continue
			}
			if m, err := r.At(e.Seq); err != nil || m.H != e.H {
				return c, errors.Join(fmt.Errorf("%w: entry %d of the side log is not the journal's", ErrCorrupt, e.Seq), err)
			}
			c.Entries++
			c.Last = max(c.Last, e.Seq)
		}
		c.Torn = c.Torn || s.torn
	}
	return c, nil
}

package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// A find is one entry or record that could be read somewhere: where, and what
// proves it. Payloads are read again when they are written.
type find struct {
	src  int // file of the pool
	off  int64
	size int
	kind findKind
	h    Hash // of an entry, as stored beside it
}

type findKind uint8

const (
	findSide   findKind = iota + 1 // a frame of the side log: its sum proves it
	findStored                     // a journal value of a damaged file: only the chain proves it
	findRecord                     // a record of a damaged file: its leaf proves it
)

// hint is what is known of an entry that cannot be used.
type hint struct {
	class string
	wall  int64
	h     Hash
}

// pool is all that several damaged or partial files hold of one epoch above a
// number. It holds places, not payloads.
type pool struct {
	epoch   Epoch
	above   uint64
	entries map[uint64]find
	records map[string]find // record key → the newest that verifies
	seqs    map[string]uint64
	hints   map[uint64]hint
	files   []*os.File
	top     uint64 // highest number known to have been written
	floor   uint64 // highest number known to have been dropped on purpose
	side    uint64 // highest number in the side log, also below the base
	known   bool   // the damaged file still says how far it went
	damaged bool   // something unreadable was passed over
}

func newPool(epoch Epoch, above uint64) *pool {
	return &pool{epoch: epoch, above: above, top: above, entries: map[uint64]find{}, records: map[string]find{},
		seqs: map[string]uint64{}, hints: map[uint64]hint{}}
}

func (p *pool) close() {
	for _, f := range p.files {
		_ = f.Close() // only read
	}
}

func (p *pool) add(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	p.files = append(p.files, f)
	return len(p.files) - 1, nil
}

// addSide takes in one file of a side log.
func (p *pool) addSide(path string, b []byte) error {
	src, err := p.add(path)
	if err != nil {
		return err
	}
	r := sideReader{buf: b}
	for {
		e, epoch, _, ok := r.next()
		if !ok {
			break
		}
		if epoch != p.epoch {
			continue
		}
		if p.side = max(p.side, e.Seq); e.Seq <= p.above {
			continue
		}
		size := len(appendEntry(nil, &e))
		end := len(b) - len(r.buf)
		p.entries[e.Seq] = find{src, int64(end - size), size, findSide, e.H}
		p.top = max(p.top, e.Seq)
	}
	p.damaged = p.damaged || r.torn
	return nil
}

// The form of bbolt's leaf pages, as far as a scan needs it.
const (
	pageHead     = 16
	leafFlag     = 2
	leafElement  = 16
	maxLeafElems = 1 << 14
	maxOverflow  = 64 // pages: more than the largest value needs
)

// addDamaged scans every page of a database that may not open any more, for
// entries and records that prove themselves. It reads whatever lies there,
// pages in use or waiting for reuse: entries never change, and of a record the
// highest number wins.
func (p *pool) addDamaged(path string) error {
	src, err := p.add(path)
	if err != nil {
		return err
	}
	var head, floor uint64
	p.damaged = true
	err = scanLeaves(p.files[src], func(off int64, k, v []byte) {
		where := find{src: src, off: off, size: len(v)}
		switch {
		case len(k) == 8:
			p.journalValue(binary.BigEndian.Uint64(k), v, where)
		case bytes.Equal(k, keyHead) && len(v) == markLen:
			head = max(head, binary.BigEndian.Uint64(v))
		case bytes.Equal(k, keyFloor) && len(v) == markLen:
			floor = max(floor, binary.BigEndian.Uint64(v))
		case bytes.IndexByte(k, 0) > 0:
			p.recordValue(k, v, where)
		}
	})
	if head > 0 && head <= p.highest()+MaxWrites { // a head that a flipped bit made huge is none
		p.top, p.known = max(p.top, head), true
	}
	if floor <= p.top {
		p.floor = max(p.floor, floor)
	}
	return err
}

// scanLeaves visits every element of every page that looks like a leaf, with
// the place of its value.
func scanLeaves(f *os.File, visit func(off int64, k, v []byte)) error {
	st, err := f.Stat()
	if err != nil {
		return err
	}
	scanPage := int64(os.Getpagesize()) // what bbolt makes its pages of
	head := make([]byte, pageHead)
	for off := int64(0); off < st.Size(); off += scanPage {
		if _, err := f.ReadAt(head, off); err != nil {
			continue // an unreadable sector: go on behind it
		}
		flags, count := binary.NativeEndian.Uint16(head[8:]), int(binary.NativeEndian.Uint16(head[10:]))
		over := int64(binary.NativeEndian.Uint32(head[12:]))
		if flags != leafFlag || count == 0 || count > maxLeafElems || over > maxOverflow {
			continue
		}
		page := make([]byte, scanPage*(1+over))
		n, err := f.ReadAt(page, off)
		if err != nil && !errors.Is(err, io.EOF) {
			continue
		}
		leafElements(page[:n], count, func(at int, k, v []byte) { visit(off+int64(at), k, v) })
	}
	return nil
}

func leafElements(page []byte, count int, visit func(at int, k, v []byte)) {
	for i := range count {
		at := pageHead + i*leafElement
		if at+leafElement > len(page) {
			return
		}
		el := page[at:]
		pos, ks, vs := int(binary.NativeEndian.Uint32(el[4:])), int(binary.NativeEndian.Uint32(el[8:])), int(binary.NativeEndian.Uint32(el[12:]))
		if ks <= 0 || ks > MaxKey+MaxClass+1 || vs > 2*MaxPayload || at+pos+ks+vs > len(page) {
			continue
		}
		at += pos
		visit(at+ks, page[at:at+ks], page[at+ks:at+ks+vs])
	}
}

func (p *pool) highest() (n uint64) {
	n = p.above
	for seq := range p.entries {
		n = max(n, seq)
	}
	for seq := range p.hints {
		if p.entries[seq].kind == 0 && seq <= n+MaxWrites {
			n = max(n, seq)
		}
	}
	return n
}

func (p *pool) journalValue(seq uint64, v []byte, where find) {
	if seq <= p.above {
		return
	}
	e, err := parseStored(v)
	if e.Class == "" || e.Seq != seq {
		return
	}
	if err != nil {
		p.hints[seq] = hint{e.Class, e.Wall, e.H}
		return
	}
	if p.entries[seq].kind == findSide {
		return
	}
	where.kind, where.h = findStored, e.H
	p.entries[seq] = where
}

// parseStored reads a journal value. Header and hashes may be had with an
// error: the payload then is not what was hashed.
func parseStored(v []byte) (Entry, error) {
	e, rest, err := parseHeader(v)
	if err != nil {
		return Entry{}, err
	}
	if len(rest) < entryTail || len(rest) > entryTail+MaxPayload {
		return Entry{}, errShort
	}
	copy(e.PayloadHash[:], rest)
	copy(e.H[:], rest[sha256.Size:])
	e.Payload = bytes.Clone(rest[entryTail:])
	if !e.payloadFits() {
		return e, ErrCorrupt
	}
	return e, nil
}

func (p *pool) recordValue(k, v []byte, where find) {
	c, key, _ := bytes.Cut(k, []byte{0})
	if checkClass(string(c)) != nil || checkKey(string(key)) != nil {
		return
	}
	r, _, err := decodeRecord(string(c), string(key), v)
	if err != nil || r.Seq <= p.seqs[string(k)] {
		return
	}
	where.kind = findRecord
	p.records[string(k)], p.seqs[string(k)] = where, r.Seq
}

// load reads an entry again.
func (p *pool) load(f find) (Entry, error) {
	b := make([]byte, f.size)
	if _, err := p.files[f.src].ReadAt(b, f.off); err != nil {
		return Entry{}, err
	}
	if f.kind == findStored {
		return parseStored(b)
	}
	body, _ := parseFrame(b)
	if body == nil {
		return Entry{}, ErrCorrupt
	}
	return parseSideEntry(body)
}

// entry gives entry seq if something proves it: the side log's sum, or the
// chain from what lies before it. prev is the zero Hash when that is not known.
func (p *pool) entry(seq uint64, prev Hash) (e Entry, ok bool) {
	f, found := p.entries[seq]
	if !found {
		return e, false
	}
	e, err := p.load(f)
	if err != nil || e.Seq != seq {
		return e, false
	}
	if f.kind == findSide {
		return e, true
	}
	if (prev == Hash{}) {
		if prev = p.hints[seq-1].h; prev == (Hash{}) {
			prev = p.entries[seq-1].h // not proved itself, but what e hangs on
		}
	}
	return e, Chain(prev, &e) == e.H
}

// record reads a record again.
func (p *pool) record(k string) (class string, r Record, err error) {
	f := p.records[k]
	b := make([]byte, f.size)
	if _, err := p.files[f.src].ReadAt(b, f.off); err != nil {
		return "", r, err
	}
	class, key, _ := bytesCut(k)
	r, _, err = decodeRecord(class, key, b)
	return class, r, err
}

func bytesCut(k string) (class, key string, ok bool) {
	c, v, ok := bytes.Cut([]byte(k), []byte{0})
	return string(c), string(v), ok
}

// epochOf finds the epoch a damaged file names, if its first hash agrees; zero
// if none does.
func epochOf(path string) (e Epoch) {
	f, err := os.Open(path)
	if err != nil {
		return e
	}
	defer f.Close()
	var first Hash
	_ = scanLeaves(f, func(_ int64, k, v []byte) { // what cannot be read names nothing
		if bytes.Equal(k, keyGenesis) && len(v) == len(first) {
			copy(first[:], v)
		}
		if len(k) == len(bookPrefix)+len(e) && string(k[:len(bookPrefix)]) == bookPrefix {
			copy(e[:], k[len(bookPrefix):])
		}
	})
	if Genesis(e) != first {
		return Epoch{} // a bit of one of them was turned: files beside it know better
	}
	return e
}

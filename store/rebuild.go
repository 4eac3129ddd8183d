package store

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"
)

// keyLife counts the epochs of a node, from 1: names of files beside the
// journal sort by it.
var keyLife = []byte("life")

// plan is the state a new epoch begins with: a base, and what other files
// bring back above it.
type plan struct {
	base   *Reader // nil: none
	pool   *pool
	over   map[string]winner // record key → what the pool makes of it
	report Recovery
	good   Quality // of the report's time
	boot   uint32
	life   uint32
}

// winner is the newest word on one record: an entry of the pool, a record of
// it, or that it is gone.
type winner struct {
	seq    uint64
	gone   bool
	record bool
}

// item is one record on its way into the new epoch.
type item struct {
	key  string
	seq  uint64
	base bool
	rec  bool
}

// gather walks the pool upward from the base and decides every record. What no
// source holds is a Loss.
func (p *plan) gather(found time.Time) {
	var loss *Loss
	prev, last := p.report.Old.H, found
	if p.base != nil && p.base.Head().Epoch == p.pool.epoch {
		if es, err := p.base.Entries(p.base.Head().Seq, 1, 1); err == nil && len(es) == 1 {
			last = time.UnixMilli(es[0].Wall)
		}
	} else {
		prev = Genesis(p.pool.epoch)
	}
	kept := p.recordSeqs()
	for seq := p.pool.above + 1; seq <= p.pool.top; seq++ {
		e, ok := p.pool.entry(seq, prev)
		prev = Hash{}
		if ok {
			prev = e.H
			p.boot = max(p.boot, e.Boot)
			p.take(&e)
			last = time.UnixMilli(e.Wall)
		} else if k, has := kept[seq]; has { // the entry is gone, what it wrote is not
			ok = true
			p.over[k] = winner{seq: seq, record: true}
		}
		switch {
		case ok && loss != nil:
			loss.Until = last
			p.report.Lost, loss = append(p.report.Lost, *loss), nil
		case !ok && loss == nil:
			loss = &Loss{Span: Span{seq, seq}, Since: last}
		}
		if !ok && seq <= p.pool.floor {
			loss = nil // dropped on purpose
			continue
		}
		if !ok {
			loss.To = seq
			if h, known := p.pool.hints[seq]; known && !slices.Contains(loss.Classes, h.class) {
				loss.Classes = append(loss.Classes, h.class)
			}
			continue
		}
		if p.report.Recovered.From == 0 {
			p.report.Recovered.From = seq
		}
		p.report.Recovered.To = seq
	}
	if loss != nil {
		loss.Until = found
		p.report.Lost = append(p.report.Lost, *loss)
	}
}

// recordSeqs is which lost entry a salvaged record stands for.
func (p *plan) recordSeqs() map[uint64]string {
	out := make(map[uint64]string, len(p.pool.seqs))
	for k, seq := range p.pool.seqs {
		if seq > p.pool.above {
			out[seq] = k
			p.pool.top = max(p.pool.top, seq)
		}
	}
	return out
}

// take is what entry e does to the state.
func (p *plan) take(e *Entry) {
	k := string(recordKey(e.Class, e.Key))
	p.over[k] = winner{seq: e.Seq, gone: e.Op == Delete || e.Blanked}
	if e.Class != ClassBlank || e.Op != Put {
		return
	}
	target, class, key, ok := parseBlank(e)
	if !ok {
		return
	}
	k = string(recordKey(class, key))
	if w, has := p.over[k]; has {
		if w.seq == target {
			p.over[k] = winner{seq: e.Seq, gone: true}
		}
	} else if p.base != nil {
		if r, ok, err := p.base.Get(class, key); err == nil && ok && r.Seq == target {
			p.over[k] = winner{seq: e.Seq, gone: true}
		}
	}
}

// items lists what goes into the new epoch, in the order of numbers.
func (p *plan) items() (out []item, err error) {
	carried, err := p.carried()
	if err != nil {
		return nil, err
	}
	if p.base != nil {
		classes, err := p.base.Roots()
		if err != nil {
			return nil, err
		}
		for class := range classes {
			if class == ClassBlank { // it speaks of numbers of the old epoch, and was obeyed
				continue
			}
			err := p.base.Each(class, func(r Record) error {
				k := string(recordKey(class, r.Key))
				if _, has := p.over[k]; !has && !(r.Key == SeqKey(r.Seq) && carried[sha256.Sum256(append([]byte(class+"\x00"), r.Payload...))]) {
					out = append(out, item{key: k, seq: r.Seq, base: true})
				}
				return nil
			})
			if err != nil {
				return nil, err
			}
		}
	}
	for k, w := range p.over {
		if class, _, _ := bytesCut(k); !w.gone && class != ClassBlank {
			out = append(out, item{key: k, seq: w.seq, rec: w.record})
		}
	}
	// Numbers of the base's epoch and of the pool's may be of two lives: what
	// is older comes first.
	slices.SortStableFunc(out, func(a, b item) int {
		if p.base != nil && p.base.Head().Epoch != p.pool.epoch && a.base != b.base {
			if a.base {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.key, b.key))
	})
	return out, nil
}

// carried is what facts the pool holds when it is of a later life than the
// base: facts of the base among them were carried over under new numbers.
func (p *plan) carried() (map[Hash]bool, error) {
	if p.base == nil || p.base.Head().Epoch == p.pool.epoch {
		return nil, nil
	}
	out := map[Hash]bool{}
	for k, w := range p.over {
		class, key, _ := bytesCut(k)
		if w.gone || w.record || key != SeqKey(w.seq) {
			continue
		}
		e, err := p.pool.load(p.pool.entries[w.seq])
		if err != nil {
			return nil, err
		}
		out[sha256.Sum256(append([]byte(class+"\x00"), e.Payload...))] = true
	}
	return out, nil
}

// entry makes the new entry of an item: what it says and when it was said stay
// as they were. A fact takes its new number as its key. from is the base; nil
// without one.
func (p *plan) entry(it item, from *book) (Entry, error) {
	class, key, _ := bytesCut(it.key)
	e := Entry{Class: class, Key: key, Op: Put}
	switch {
	case it.base:
		v := from.record.Get([]byte(it.key))
		if v == nil {
			return e, fmt.Errorf("%w: record %s/%s is gone", ErrCorrupt, class, key)
		}
		r, _, err := from.decode(class, key, v)
		if err != nil {
			return e, err
		}
		e.Version, e.Payload = r.Version, r.Payload
		if old, _, err := from.raw(it.seq); err == nil {
			e.Boot, e.Mono, e.Wall, e.ClockQuality = old.Boot, old.Mono, old.Wall, old.ClockQuality
		} else {
			e.Wall = from.wallOf(it.seq)
		}
	case it.rec:
		_, r, err := p.pool.record(it.key)
		if err != nil {
			return e, err
		}
		h := p.pool.hints[it.seq]
		e.Version, e.Payload, e.Wall = r.Version, r.Payload, h.wall
	default:
		old, err := p.pool.load(p.pool.entries[it.seq])
		if err != nil {
			return e, err
		}
		e = old
	}
	if key == SeqKey(it.seq) {
		e.Key = ""
	}
	return e, nil
}

// build writes the new epoch to a file of its own at path: flushed, verified,
// not yet in its place.
func (p *plan) build(path string) (err error) {
	var epoch Epoch
	if _, err := rand.Read(epoch[:]); err != nil {
		return err
	}
	items, err := p.items()
	if err != nil {
		return err
	}
	p.report.Records = len(items)
	db, _, err := openBolt(path, Options{NoSync: true}) // one flush at its end: nobody reads it before
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error {
		if err := initFile(tx, kindStation, "", epoch); err != nil {
			return err
		}
		f := tx.Bucket(bucketFile)
		boot := binary.BigEndian.AppendUint32(nil, p.boot)
		if err := errors.Join(f.Put(keyBoot, boot), f.Put(keyBootSum, sumOfNote(keyBoot, boot))); err != nil {
			return err
		}
		return f.Put(keyLife, sealNote(keyLife, binary.BigEndian.AppendUint32(nil, p.life)))
	})
	for at := 0; err == nil && at <= len(items); {
		at, err = p.batch(db, items, at)
	}
	if err == nil {
		err = db.Sync()
	}
	if cerr := db.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if _, err := ProveFile(path); err != nil {
		return fmt.Errorf("what was rebuilt: %w", err)
	}
	return nil
}

// batch writes items from at on in one transaction and returns the next. The
// recovery itself is the first entry.
func (p *plan) batch(db *bolt.DB, items []item, at int) (next int, err error) {
	if p.base == nil {
		return p.batchFrom(db, items, at, nil)
	}
	err = p.base.book(func(b *book) (err error) {
		next, err = p.batchFrom(db, items, at, b)
		return err
	})
	return next, err
}

func (p *plan) batchFrom(db *bolt.DB, items []item, at int, from *book) (next int, err error) {
	next = at
	err = db.Update(func(tx *bolt.Tx) error {
		b, err := currentBook(tx)
		if err != nil {
			return err
		}
		if b.head.seq == 0 {
			if err := p.first(b); err != nil {
				return err
			}
		}
		for size := 0; next < len(items) && next-at < dropBatch && size < MaxWriteBytes; next++ {
			e, err := p.entry(items[next], from)
			if err != nil {
				return err
			}
			e.Seq = b.head.seq + 1
			if e.Key == "" {
				e.Key = SeqKey(e.Seq)
			}
			if err := b.add(&e); err != nil {
				return err
			}
			size += len(e.Payload)
		}
		return b.flush()
	})
	if next == len(items) {
		next++ // done
	}
	return next, err
}

func (p *plan) first(b *book) error {
	v, err := json.Marshal(p.report)
	for err == nil && len(v) > MaxPayload { // thousands of holes: the last ones are counted in one
		n := len(p.report.Lost) / 2
		p.report.Lost[n].To, p.report.Lost[n].Open = p.report.Lost[len(p.report.Lost)-1].To, true
		p.report.Lost = p.report.Lost[:n+1]
		v, err = json.Marshal(p.report)
	}
	if err != nil {
		return err
	}
	return b.add(&Entry{Seq: 1, Class: ClassRecovery, Key: SeqKey(1), Op: Put, Version: 1, Boot: p.boot,
		Wall: p.report.At.UnixMilli(), ClockQuality: p.good, Payload: v})
}

// lifeOf reads the life of a file, 1 in one that never counted.
func (r *Reader) lifeOf() uint32 {
	life := uint32(1)
	_ = r.view(func(tx *bolt.Tx) error { // a file that does not read is judged elsewhere
		if v := openNote(keyLife, tx.Bucket(bucketFile).Get(keyLife), 4); v != nil {
			life = binary.BigEndian.Uint32(v)
		}
		return nil
	})
	return life
}

// asideKept is how many old files are kept as evidence.
const asideKept = 3

// asideName is the name under which the old file stays.
func asideName(path string, now time.Time) string {
	return path + ".aside-" + now.UTC().Format("20060102T150405.000")
}

// place gives the file at tmp the name path in one step; what was there stays
// as aside, and only the last three of those.
func place(tmp, path, aside string) error {
	if _, err := os.Lstat(path); err == nil {
		if err := os.Link(path, aside); err != nil && !errors.Is(err, os.ErrExist) {
			if err := copyFile(path, aside); err != nil { // a file system without hard links
				return err
			}
		}
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	forget(path, ".aside-*", asideKept)
	return syncDir(filepath.Dir(path))
}

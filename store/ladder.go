package store

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// ladder finds the best state there is when the file at path cannot be used as
// it is. It reads copies only; the file itself is copied or scanned, never
// opened for writing.
type ladder struct {
	path   string
	opt    SafeOptions
	now    time.Time
	good   Quality
	report Recovery
	from   Backup // that a person chose; none climbs the ladder
	scan   bool   // the file exists and does not verify: look for more in it
	plan   *plan
	open   []*Reader
	temps  []string
}

// life is one epoch of the node, as file names tell it.
type life struct {
	n     uint32
	epoch Epoch
}

// lives lists the lives that files beside the journal name, oldest first.
func (l *ladder) lives() []life {
	var out []life
	add := func(n uint32, e Epoch) {
		if i := slices.IndexFunc(out, func(x life) bool { return x.epoch == e }); i < 0 {
			out = append(out, life{n, e})
		}
	}
	names, _ := l.opt.side().List() // a folder that does not read names nothing
	for _, name := range names {
		n, e, _, _ := parseSideName(name)
		add(n, e)
	}
	for _, c := range listCopies(l.opt.Copies) {
		add(c.life, c.epoch)
	}
	slices.SortStableFunc(out, func(a, b life) int { return int(a.n) - int(b.n) })
	for len(out) > 0 && l.empty(out[len(out)-1].epoch) {
		out = out[:len(out)-1] // begun and not a single entry written: it does not count
	}
	return out
}

// empty tells that files beside the journal name a life and hold nothing of it.
func (l *ladder) empty(e Epoch) bool {
	for _, c := range listCopies(l.opt.Copies) {
		if c.epoch == e {
			return false
		}
	}
	at, err := headOf(l.opt.side(), e)
	return err == nil && at.Seq == 0
}

// newest is the life to bring back: the file's, unless files beside it know
// a later one.
func (l *ladder) newest(lives []life) life {
	file := epochOf(l.path)
	var last life
	if len(lives) > 0 {
		last = lives[len(lives)-1]
	}
	if file.IsZero() {
		return last
	}
	if i := slices.IndexFunc(lives, func(x life) bool { return x.epoch == file }); i >= 0 {
		return last
	}
	return life{last.n + 1, file} // nothing beside it is of its life
}

// climb chooses a base, takes what lies above it from everywhere, and leaves
// the plan.
func (l *ladder) climb() error {
	lives := l.lives()
	want := l.newest(lives)
	for _, try := range l.bases(want) {
		ok, err := l.tryBase(try, want)
		if err != nil {
			return err
		}
		if ok {
			break
		}
	}
	if l.plan == nil {
		if err := l.without(want); err != nil {
			return err
		}
	}
	l.plan.report.At, l.plan.good = l.now, l.good
	if p := l.plan.pool; l.from.File == "" && !p.known && (p.side == 0 || p.side < p.above) && l.report.Cause != CauseSetBack {
		l.openEnd() // nothing says how far the journal went
	}
	if b := l.plan.base; b != nil {
		l.plan.life = b.lifeOf()
		if l.plan.boot = max(l.plan.boot, b.bootOf()); l.plan.report.Old.Epoch.IsZero() {
			l.plan.report.Old = b.Head()
		}
	}
	l.plan.life = max(l.plan.life, want.n, 1) + 1
	return nil
}

// candidate is a file that may serve as base.
type candidate struct {
	origin Origin
	path   string
	name   string
}

// bases lists what to try, best first.
func (l *ladder) bases(want life) (out []candidate) {
	if l.from.File != "" {
		return []candidate{{FromCopy, l.from.File, cmp.Or(l.from.Name, filepath.Base(l.from.File))}}
	}
	if l.report.Cause == CauseSetBack && epochOf(l.path) == want.epoch {
		out = append(out, candidate{FromFile, l.path, ""})
	}
	if l.report.Cause == CauseDamaged {
		if tmp, err := l.earlier(); err == nil {
			out = append(out, candidate{FromEarlier, tmp, ""})
		}
	}
	copies := listCopies(l.opt.Copies)
	slices.Reverse(copies)
	for _, c := range copies {
		if c.epoch == want.epoch {
			out = append(out, candidate{FromCopy, c.path, filepath.Base(c.path)})
		}
	}
	return out
}

// earlier makes a copy of the file that stands one transaction back: the newer
// of bbolt's two heads is made unreadable in it.
func (l *ladder) earlier() (string, error) {
	tmp := l.path + ".new-earlier"
	l.temps = append(l.temps, tmp)
	if err := copyFile(l.path, tmp); err != nil {
		return "", err
	}
	return tmp, stepBack(tmp)
}

// Form of bbolt's meta page, as far as stepBack needs it.
const (
	metaMagic   = 0xED0CDAED
	metaLen     = 64
	metaTxid    = 48
	metaSum     = 56
	metaPageLen = 8
)

// stepBack spoils the newer of two good meta pages.
func stepBack(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	meta := func(off int64) (txid uint64, size int64, ok bool) {
		b := make([]byte, pageHead+metaLen)
		if _, err := f.ReadAt(b, off); err != nil {
			return 0, 0, false
		}
		m := b[pageHead:]
		h := fnv.New64a()
		h.Write(m[:metaSum])
		ok = binary.NativeEndian.Uint32(m) == metaMagic && binary.NativeEndian.Uint64(m[metaSum:]) == h.Sum64()
		return binary.NativeEndian.Uint64(m[metaTxid:]), int64(binary.NativeEndian.Uint32(m[metaPageLen:])), ok
	}
	t0, size, ok0 := meta(0)
	if !ok0 {
		return fmt.Errorf("%w: it stands on its older head already", ErrCorrupt)
	}
	t1, _, ok1 := meta(size)
	if !ok1 {
		return fmt.Errorf("%w: it stands on its only head", ErrCorrupt)
	}
	newer := int64(0)
	if t1 > t0 {
		newer = size
	}
	if _, err := f.WriteAt(make([]byte, pageHead+metaLen), newer); err != nil {
		return err
	}
	return f.Sync()
}

// tryBase verifies a candidate and takes what lies above it. ok is false when
// it does not serve.
func (l *ladder) tryBase(c candidate, want life) (ok bool, err error) {
	r, err := OpenAny(c.path)
	if err == nil {
		l.open = append(l.open, r)
		err = r.Verify(true)
	}
	if err != nil {
		if l.from.File != "" {
			return false, err
		}
		return false, nil
	}
	p, err := l.fill(want.epoch, r)
	if err != nil {
		return false, err
	}
	if first, has := p.entry(p.above+1, r.Head().H); has && r.Head().Epoch == p.epoch && Chain(r.Head().H, &first) != first.H {
		p.close()
		if l.from.File == "" {
			return false, nil // of another history
		}
		p = newPool(r.Head().Epoch, r.Head().Seq)
	}
	l.plan = &plan{base: r, pool: p, over: map[string]winner{}, report: l.report}
	l.plan.report.From, l.plan.report.Source, l.plan.report.Old = c.origin, c.name, r.Head()
	l.plan.gather(l.now)
	return true, nil
}

// fill makes the pool of what lies above a base, nil for none.
func (l *ladder) fill(epoch Epoch, base *Reader) (*pool, error) {
	above := uint64(0)
	if base != nil && (base.Head().Epoch == epoch || l.from.File != "") {
		epoch, above = base.Head().Epoch, base.Head().Seq
	}
	p := newPool(epoch, above)
	if l.from.Only {
		return p, nil
	}
	disk := l.opt.side()
	names, err := disk.List()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		names = nil // a disk that is gone holds nothing now; the loss is named
	}
	for _, name := range names {
		if _, e, _, ok := parseSideName(name); !ok || e != epoch {
			continue
		}
		b, err := disk.Read(name)
		if err != nil {
			p.damaged = true
			continue
		}
		if err := p.addSide(filepath.Join(l.opt.Side, name), b); err != nil {
			return nil, err
		}
	}
	if of := epochOf(l.path); l.scan && (of == epoch || of.IsZero()) {
		if err := p.addDamaged(l.path); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// without makes the plan from side log and salvage, or from nothing.
func (l *ladder) without(want life) error {
	p, err := l.fill(want.epoch, nil)
	if err != nil {
		return err
	}
	l.plan = &plan{pool: p, over: map[string]winner{}, report: l.report}
	l.plan.report.Old = Cursor{Epoch: want.epoch}
	l.plan.gather(l.now)
	switch {
	case len(l.plan.over) == 0:
		l.plan.report.From = FromNothing
		l.openEnd()
	case l.scan && len(p.records) > 0:
		l.plan.report.From = FromSalvage
	default:
		l.plan.report.From = FromSide
	}
	if len(p.entries) == 0 || p.entries[1].kind == 0 && p.floor == 0 && len(p.records) == 0 {
		l.older(want)
	}
	return nil
}

// older puts a copy of an earlier life under a plan that does not reach down to
// the beginning of its own.
func (l *ladder) older(want life) {
	copies := listCopies(l.opt.Copies)
	slices.Reverse(copies)
	for _, c := range copies {
		if c.epoch == want.epoch {
			continue
		}
		r, err := OpenAny(c.path)
		if err != nil {
			continue
		}
		l.open = append(l.open, r)
		if r.Verify(true) == nil {
			l.plan.base, l.plan.report.Old = r, r.Head()
			l.plan.report.From, l.plan.report.Source = FromCopy, filepath.Base(c.path)
			l.openEnd()
			return
		}
	}
}

// openEnd says that nobody knows where the loss ends.
func (l *ladder) openEnd() {
	r := &l.plan.report
	if n := len(r.Lost); n > 0 && (r.Lost[n-1].Open || r.Lost[n-1].To == l.plan.pool.top) {
		r.Lost[n-1].Open = true
		return
	}
	r.Lost = append(r.Lost, Loss{Span: Span{l.plan.pool.top + 1, l.plan.pool.top + 1}, Until: l.now, Open: true})
}

func (l *ladder) close() {
	if l.plan != nil {
		l.plan.pool.close()
	}
	for _, r := range l.open {
		_ = r.Close() // only read
	}
	for _, t := range l.temps {
		_ = os.Remove(t)
	}
}

// copyFile copies and flushes.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

// forget removes all but the newest keep files of a pattern, by name.
func forget(path, suffix string, keep int) {
	old, _ := filepath.Glob(globQuote(path) + suffix)
	slices.Sort(old)
	for i := 0; i < len(old)-keep; i++ {
		_ = os.Remove(old[i])
	}
}

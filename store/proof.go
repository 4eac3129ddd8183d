package store

import (
	"errors"
	"fmt"
	"sort"
	"strings"
)

// Proof is what two files are compared by: where the journal stands and the
// root of every class's digest. Equal proofs mean equal histories and equal
// records. Its JSON form may be served to a peer.
type Proof struct {
	Epoch Epoch           `json:"epoch"`
	Seq   uint64          `json:"seq"`
	H     Hash            `json:"h"`
	Roots map[string]Hash `json:"roots"` // class → root; classes without records are left out
}

// Root gives the digest root of one class; the zero Hash if it has no records.
func (r *Reader) Root(class string) (Hash, error) {
	roots, err := r.Roots()
	return roots[class], err
}

// Roots gives the digest roots of all classes that hold records.
func (r *Reader) Roots() (map[string]Hash, error) {
	p, err := r.Proof()
	return p.Roots, err
}

// Proof reads head and digest roots in one transaction. They are the stored
// digests: Verify tells whether the records still match them.
func (r *Reader) Proof() (Proof, error) {
	p := Proof{Roots: map[string]Hash{}}
	err := r.book(func(b *book) error {
		p.Epoch, p.Seq, p.H = b.epoch, b.head.seq, b.head.h
		all, err := b.tallies()
		for class, t := range all {
			if t.count > 0 {
				p.Roots[class] = t.root(class)
			}
		}
		return err
	})
	if errors.Is(err, errNoBook) {
		err = nil
	}
	if err != nil {
		return Proof{}, fmt.Errorf("store: %s: %w", r.path, err)
	}
	return p, nil
}

// ProveFile verifies a stopped file of either kind from its first entry on and
// returns its proof. Errors: ErrLocked while its owner runs, ErrCorrupt.
func ProveFile(path string) (Proof, error) {
	r, err := OpenAny(path)
	if err != nil {
		return Proof{}, err
	}
	defer r.Close()
	if err := r.Verify(true); err != nil {
		return Proof{}, err
	}
	return r.Proof()
}

// Compare tells in words where two proofs differ; nil means equal.
func Compare(a, b Proof) error {
	switch {
	case a.Epoch != b.Epoch:
		return fmt.Errorf("different epochs: %s and %s; these are two lives of the journal", a.Epoch, b.Epoch)
	case a.Seq != b.Seq:
		return fmt.Errorf("different lengths: %d and %d entries; the shorter one is %d behind",
			a.Seq, b.Seq, max(a.Seq, b.Seq)-min(a.Seq, b.Seq))
	case a.H != b.H:
		return fmt.Errorf("both end with entry %d, but their chains differ: %s and %s; one of the histories was changed", a.Seq, a.H, b.H)
	}
	var bad []string
	for class, h := range a.Roots {
		if other, ok := b.Roots[class]; !ok {
			bad = append(bad, class+" (only in the first)")
		} else if other != h {
			bad = append(bad, class)
		}
	}
	for class := range b.Roots {
		if _, ok := a.Roots[class]; !ok {
			bad = append(bad, class+" (only in the second)")
		}
	}
	if len(bad) > 0 {
		sort.Strings(bad)
		return fmt.Errorf("equal histories up to entry %d, but the records differ in: %s", a.Seq, strings.Join(bad, ", "))
	}
	return nil
}

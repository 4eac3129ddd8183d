package station

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// orderMagic opens an order's document, keySetMagic a key set's.
const (
	orderMagic  = "LXORDER1"
	keySetMagic = "LXKEYS01"
)

// wire builds canonical bytes.
type wire []byte

func (w *wire) u16(v int)    { *w = binary.BigEndian.AppendUint16(*w, uint16(v)) }
func (w *wire) u64(v uint64) { *w = binary.BigEndian.AppendUint64(*w, v) }

func (w *wire) str(s string) {
	w.u16(len(s))
	*w = append(*w, s...)
}

func (w *wire) strs(l []string) {
	w.u16(len(l))
	for _, s := range l {
		w.str(s)
	}
}

func (w *wire) targets(t Targets) {
	all := byte(0)
	if t.All {
		all = 1
	}
	*w = append(*w, all)
	w.strs(t.Zones)
	w.u16(len(t.Numbers))
	for _, n := range t.Numbers {
		w.u16(n)
	}
	w.u16(len(t.Clusters))
	for _, c := range t.Clusters {
		w.str(string(c))
	}
}

// unwire reads canonical bytes; after the first fault everything is empty.
type unwire struct {
	b   []byte
	err error
}

var errShort = errors.New("it ends in the middle")

func (r *unwire) take(n int) []byte {
	if r.err == nil && len(r.b) < n {
		r.err = errShort
	}
	if r.err != nil {
		return make([]byte, n&0xFFFF)
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *unwire) u8() byte    { return r.take(1)[0] }
func (r *unwire) u16() int    { return int(binary.BigEndian.Uint16(r.take(2))) }
func (r *unwire) u64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }

func (r *unwire) str(limit int) string {
	n := r.count(limit)
	if n == 0 || r.err != nil {
		return ""
	}
	return string(r.take(n))
}

// count reads a length of at most limit.
func (r *unwire) count(limit int) int {
	n := r.u16()
	if r.err == nil && n > limit {
		r.err = fmt.Errorf("a length of %d, limit %d", n, limit)
	}
	if r.err != nil {
		return 0
	}
	return n
}

func (r *unwire) strs(limit int) (l []string) {
	for range r.count(limit) {
		l = append(l, r.str(MaxOrderName))
	}
	return l
}

func (r *unwire) targets() (t Targets) {
	switch r.u8() {
	case 0:
	case 1:
		t.All = true
	default:
		r.fail("a flag that is neither 0 nor 1")
	}
	t.Zones = r.strs(MaxZones)
	for range r.count(MaxOrderNumbers) {
		t.Numbers = append(t.Numbers, r.u16())
	}
	for range r.count(MaxOrderNumbers) {
		t.Clusters = append(t.Clusters, ClusterID(r.str(MaxOrderName)))
	}
	return t
}

func (r *unwire) fail(why string) {
	if r.err == nil {
		r.err = errors.New(why)
	}
}

// blob reads a 32-bit length of at most limit and what follows.
func (r *unwire) blob(limit int) []byte {
	n := int(binary.BigEndian.Uint32(r.take(4)))
	if r.err == nil && n > limit {
		r.err = fmt.Errorf("a length of %d, limit %d", n, limit)
	}
	if r.err != nil || n == 0 {
		return nil
	}
	return bytes.Clone(r.take(n))
}

func (w *wire) blob(b []byte) {
	*w = binary.BigEndian.AppendUint32(*w, uint32(len(b)))
	*w = append(*w, b...)
}

// Encode is the order as it travels, by socket or by file: the same bytes.
func (s *SignedOrder) Encode() []byte {
	w := wire(orderMagic)
	w.blob(s.core())
	w.blob(s.Content.bytes())
	w = append(w, s.Signature...)
	w = append(w, byte(len(s.Approvals)))
	for _, a := range s.Approvals {
		w.str(a.KeyID)
		w = append(w, a.Signature...)
	}
	w.blob(s.Cancel)
	return w
}

// IsOrder and IsKeySet tell what a file from outside claims to be.
func IsOrder(b []byte) bool { return bytes.HasPrefix(b, []byte(orderMagic)) }

// IsKeySet tells a key set's document.
func IsKeySet(b []byte) bool { return bytes.HasPrefix(b, []byte(keySetMagic)) }

// DecodeOrder reads an order's document strictly: there is one form of each
// order, and every field is within its bounds. It proves no signature.
func DecodeOrder(b []byte) (SignedOrder, error) {
	s, err := decodeOrder(b)
	if err != nil {
		return SignedOrder{}, fmt.Errorf("not an order: %w", err)
	}
	return s, nil
}

func decodeOrder(b []byte) (s SignedOrder, err error) {
	if len(b) > MaxOrderBytes {
		return s, fmt.Errorf("%d bytes, limit %d", len(b), MaxOrderBytes)
	}
	if !IsOrder(b) {
		return s, errors.New("it does not begin like one")
	}
	r := unwire{b: b[len(orderMagic):]}
	core := r.blob(MaxOrderBytes)
	content := unwire{b: r.blob(MaxOrderBytes)}
	s.Content = OrderContent{Text: content.str(maxOrderText), Siren: content.str(MaxOrderName),
		Item: ItemID(content.str(64)), Level: int(content.u8())}
	s.Signature = bytes.Clone(r.take(64))
	n := int(r.u8())
	if n > MaxApprovals {
		r.fail("too many approvals")
		n = 0
	}
	for range n {
		s.Approvals = append(s.Approvals, OrderApproval{r.str(MaxOrderName), bytes.Clone(r.take(64))})
	}
	s.Cancel = r.blob(MaxOrderBytes / 2)
	hash := s.decodeCore(core, &r)
	if err := errors.Join(r.err, content.err); err != nil {
		return s, err
	}
	if hash != s.Content.Hash() {
		return s, errors.New("its content is not the one that was signed")
	}
	if !bytes.Equal(s.Encode(), b) {
		return s, errors.New("it is not in the one form that it has")
	}
	return s, s.bounds()
}

// decodeCore reads the signed fields and returns the content's hash.
func (s *SignedOrder) decodeCore(core []byte, outer *unwire) (hash [32]byte) {
	r := unwire{b: core}
	copy(s.ID[:], r.take(16))
	s.Issuer, s.KeyID, s.Counter = r.str(MaxOrderName), r.str(MaxOrderName), r.u64()
	s.Kind, s.Class = OrderKind(r.u8()), Class(r.u8())
	s.Audience = Audience{Stations: r.strs(MaxOrderStations), Areas: r.strs(MaxOrderAreas), Targets: r.targets()}
	s.IssuedAt, s.NotBefore, s.Expires = int64(r.u64()), int64(r.u64()), int64(r.u64())
	copy(hash[:], r.take(32))
	copy(s.Supersedes[:], r.take(16))
	copy(s.CancelHash[:], r.take(32))
	if r.err != nil {
		outer.fail(r.err.Error())
	}
	return hash
}

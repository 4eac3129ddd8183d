package catalog_test

import (
	"errors"
	"slices"
	"testing"

	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/catalog"
)

// keeper is a driver, and a fleet, that keeps what it is given.
type keeper struct {
	needs frame.Codec

	got    []frame.Packet
	opened map[uint16]bool // emergency, by stream
	cuts   map[uint16]int64
	closed []uint16
	ids    []string
	told   map[uint16]uint64
	full   bool
}

func newKeeper(c frame.Codec) *keeper {
	return &keeper{needs: c, opened: map[uint16]bool{}, cuts: map[uint16]int64{}, told: map[uint16]uint64{}}
}

func (k *keeper) Needs() frame.Codec { return k.needs }
func (k *keeper) OpenStream(n uint16, emergency bool) error {
	if k.full {
		return errors.New("too many streams")
	}
	k.opened[n] = emergency
	return nil
}
func (k *keeper) Send(p frame.Packet)         { k.got = append(k.got, p); k.told[p.Stream]++ }
func (k *keeper) Cancel(n uint16, from int64) { k.cuts[n] = from }
func (k *keeper) CloseStream(n uint16)        { k.closed = append(k.closed, n) }
func (k *keeper) Sent() (map[uint16]uint64, error) {
	out := k.told
	k.told = map[uint16]uint64{}
	return out, nil
}

// seqs are the numbers of the packets that came.
func (k *keeper) seqs() (out []uint32) {
	for _, p := range k.got {
		out = append(out, p.Seq)
	}
	return out
}

type fleet struct {
	*keeper
	refuse error
}

func (f fleet) Open(devices.StreamOpen) error { return f.refuse }
func (f fleet) Assign(_ uint16, ids []string, _ int64) error {
	f.ids = ids
	return nil
}
func (f fleet) Cancel(n uint16, from int64) error { f.cuts[n] = from; return nil }

// rig is a fan over a fleet and two outputs, at a time that the test sets.
type rig struct {
	*catalog.Fan
	fleet  fleet
	wire   *keeper // of L16
	other  *keeper // of µ-law
	now    int64
	frames uint32
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{fleet: fleet{newKeeper(frame.Opus), nil}, wire: newKeeper(frame.L16), other: newKeeper(frame.PCMU)}
	r.Fan = catalog.NewFan(r.fleet, func() int64 { return r.now }, "wire", "other")
	r.Put("wire", r.wire)
	r.Put("other", r.other)
	return r
}

func (r *rig) open(t *testing.T, n uint16, emergency bool, ids ...string) {
	t.Helper()
	if err := r.Open(devices.StreamOpen{Stream: n, Broadcast: uint64(n) * 10, Codec: frame.Opus, Emergency: emergency}); err != nil {
		t.Fatal(err)
	}
	if err := r.Assign(n, ids, 0); err != nil {
		t.Fatal(err)
	}
}

// send gives a stream its next frame in three codecs, 20 ms behind the last.
func (r *rig) send(n uint16) {
	for _, c := range []frame.Codec{frame.Opus, frame.L16, frame.PCMU} {
		r.Send(frame.Packet{Stream: n, Seq: r.frames, PlayAt: 1_000_000 + int64(r.frames)*20_000, Codec: c, Data: []byte{byte(c)}})
	}
	r.frames++
}

// TestEachHearsItsOwn codec of the streams that it is meant to hear, and the
// clusters theirs and no outputs' ids.
func TestEachHearsItsOwn(t *testing.T) {
	r := newRig(t)
	r.open(t, 1, false, "c1", "wire")
	for range 3 {
		r.send(1)
	}
	for name, k := range map[string]*keeper{"wire": r.wire, "clusters": r.fleet.keeper} {
		if len(k.got) != 3 || slices.ContainsFunc(k.got, func(p frame.Packet) bool { return p.Codec != k.needs }) {
			t.Errorf("%s: %+v", name, k.got)
		}
	}
	if len(r.other.got) != 0 || !slices.Equal(r.fleet.ids, []string{"c1"}) {
		t.Errorf("others were sent %d frames; the clusters are %q", len(r.other.got), r.fleet.ids)
	}
	if err := r.Cancel(1, 1_040_000); err != nil {
		t.Fatal(err)
	}
	r.send(1)
	if len(r.wire.got) != 3 || len(r.wire.cuts) != 1 {
		t.Errorf("beyond the cut: %d frames, cuts %v", len(r.wire.got), r.wire.cuts)
	}
	r.CloseStream(1)
	if len(r.wire.closed) != 1 || len(r.fleet.closed) != 1 {
		t.Errorf("closed %v and %v", r.wire.closed, r.fleet.closed)
	}
}

// TestWhoComesLateHearsWhatLiesAhead, and who leaves and comes back at once
// does so under another number.
func TestWhoComesLateHearsWhatLiesAhead(t *testing.T) {
	r := newRig(t)
	r.open(t, 1, false, "c1")
	for range 5 {
		r.send(1)
	}
	r.now = 1_020_000 // the second frame begins
	if err := r.Assign(1, []string{"c1", "wire"}, 0); err != nil {
		t.Fatal(err)
	}
	if got := r.wire.seqs(); !slices.Equal(got, []uint32{2, 3, 4}) {
		t.Errorf("it was sent %v", got)
	}
	first := r.wire.got[0].Stream
	for _, ids := range [][]string{{"c1"}, {"wire"}} {
		if err := r.Assign(1, ids, 1_060_000); err != nil {
			t.Fatal(err)
		}
	}
	r.send(1)
	last := r.wire.got[len(r.wire.got)-1]
	if r.wire.cuts[first] != 1_060_000 || last.Stream == first || last.Seq != 5 || len(r.wire.opened) != 2 {
		t.Errorf("cut %v, then %+v of %v", r.wire.cuts, last, r.wire.opened)
	}
}

// TestAMutedOutputIsSilentButInDanger; unmuted it goes on with what is on air.
func TestAMutedOutputIsSilentButInDanger(t *testing.T) {
	r := newRig(t)
	r.open(t, 1, false, "wire")
	r.send(1)
	r.now = 1_005_000
	if !r.Mute("wire", true) || r.Mute("c1", true) {
		t.Fatal("it mutes what is no output of its own")
	}
	r.send(1)
	r.open(t, 2, true, "wire")
	r.send(2)
	if len(r.wire.got) != 2 || len(r.wire.cuts) != 1 || !r.wire.opened[r.wire.got[1].Stream] {
		t.Errorf("%+v, cuts %v", r.wire.got, r.wire.cuts)
	}
	r.Mute("wire", false)
	r.send(1)
	if last := r.wire.got[len(r.wire.got)-1]; last.Seq != 3 {
		t.Errorf("after the mute: %v", r.wire.seqs())
	}
}

// TestADriverComesBack: what is on the air is heard there at once, what it sent
// before is counted, and while it is away nothing is.
func TestADriverComesBack(t *testing.T) {
	r := newRig(t)
	r.open(t, 1, false, "wire")
	r.send(1)
	r.Put("wire", nil)
	r.send(1)
	st := r.Outputs()[1]
	if st.ID != "wire" || st.Works || st.Frames[10] != 1 || st.Broadcast != 0 {
		t.Errorf("away: %+v", st)
	}
	again := newKeeper(frame.L16)
	r.Put("wire", again)
	if got := again.seqs(); !slices.Equal(got, []uint32{0}) { // the second was made while nobody needed L16
		t.Errorf("what lay ahead: %v", got)
	}
	r.send(1)
	if st := r.Outputs()[1]; !st.Works || st.Frames[10] != 2 || st.Broadcast != 10 {
		t.Errorf("back: %+v", st)
	}
	full := newKeeper(frame.L16)
	full.full = true
	r.Put("wire", full)
	r.send(1)
	if len(full.got) != 0 {
		t.Error("frames of a stream that was refused")
	}
}

// TestTenThousandLegs: numbers are used again, never one that is in use.
func TestTenThousandLegs(t *testing.T) {
	r := newRig(t)
	r.open(t, 1, false, "wire")
	for range 70_000 {
		_ = r.Assign(1, nil, 0)
		_ = r.Assign(1, []string{"wire"}, 0)
		r.wire.closed = r.wire.closed[:0]
	}
	if _, zero := r.wire.opened[0]; zero || len(r.wire.opened) != 65535 {
		t.Errorf("%d numbers, 0 among them: %v", len(r.wire.opened), zero)
	}
}

// TestAStreamThatTheClustersRefuse is none anywhere.
func TestAStreamThatTheClustersRefuse(t *testing.T) {
	r := newRig(t)
	r.Fan = catalog.NewFan(fleet{newKeeper(frame.Opus), errors.New("no")}, func() int64 { return 0 }, "wire")
	r.Put("wire", r.wire)
	if err := r.Open(devices.StreamOpen{Stream: 1}); err == nil {
		t.Fatal("taken")
	}
	_ = r.Assign(1, []string{"wire"}, 0)
	r.send(1)
	if len(r.wire.opened) != 0 || len(r.wire.got) != 0 {
		t.Error("it sounds")
	}
}

package multicast

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/rtp"

	"loaxa/audio/frame"
)

// wire is a socket that keeps what is written.
type wire struct {
	net.Conn
	mu   sync.Mutex
	got  [][]byte
	fail error
}

func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		return 0, w.fail
	}
	w.got = append(w.got, bytes.Clone(b))
	return len(b), nil
}

func (w *wire) Close() error { return nil }

func (w *wire) packets(t *testing.T) []rtp.Packet {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]rtp.Packet, len(w.got))
	for i, b := range w.got {
		if err := out[i].Unmarshal(b); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func options(c Coding) Options {
	start := time.Now()
	return Options{Name: "Thôn 2", Coding: c, TTL: 4, Origin: netip.MustParseAddr("127.0.0.1"), Dial: Dial,
		Usual:     Channel{To: netip.MustParseAddrPort("239.255.42.1:5004"), DSCP: UsualDSCP},
		Emergency: Channel{To: netip.MustParseAddrPort("239.255.42.1:5006"), DSCP: EmergencyDSCP},
		Now:       func() int64 { return time.Since(start).Microseconds() + 1 }}
}

// faked opens a driver on two wires that keep everything; use it in a bubble.
func faked(t *testing.T, o Options) (d *Driver, usual, emergency *wire) {
	t.Helper()
	usual, emergency = &wire{}, &wire{}
	o.Dial = func(c Channel, _ int, _ string) (net.Conn, error) {
		if c == o.Emergency {
			return emergency, nil
		}
		return usual, nil
	}
	d, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	return d, usual, emergency
}

// sample is what the test's sound has at a place: every value once in 65536.
func sample(i int) int16 { return int16(i * 37) }

// packet is the n-th frame of the test's sound.
func packet(c Coding, number uint16, n int, at int64) frame.Packet {
	p := frame.Packet{Stream: number, Seq: uint32(n), PlayAt: at, Codec: c.Needs()}
	switch c {
	case L16:
		for i := range frame.Samples {
			p.Data = binary.BigEndian.AppendUint16(p.Data, uint16(sample(n*frame.Samples+i)))
		}
	case PCMU, PCMA:
		for i := range frame.Samples / 6 {
			p.Data = append(p.Data, byte(n*31+i))
		}
	case Opus:
		p.Data = []byte{0x78, byte(n), 1, 2, 3}
	}
	return p
}

func open(t *testing.T, d *Driver, number uint16, emergency bool) {
	t.Helper()
	if err := d.OpenStream(number, emergency); err != nil {
		t.Fatal(err)
	}
}

// TestEachCodingOnTheWire: every sample is there once, in its place, in packets
// that an Ethernet carries whole, and no frame leaves before its time.
func TestEachCodingOnTheWire(t *testing.T) {
	for _, c := range []Coding{Opus, L16, PCMU, PCMA} {
		t.Run(string(c), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d, usual, emergency := faked(t, options(c))
				open(t, d, 3, false)
				at := d.opt.Now() + 100_000
				for n := range 10 {
					d.Send(packet(c, 3, n, at+int64(n)*20_000))
				}
				synctest.Wait()
				if n := len(usual.packets(t)); n != 0 {
					t.Fatalf("%d packets left before their time", n)
				}
				time.Sleep(time.Second)
				got := usual.packets(t)
				checkRun(t, c, got, 10)
				if len(emergency.packets(t)) != 0 {
					t.Error("the emergencies' channel carried a programme")
				}
				if a := d.Account(); a.Sent != 10 || a.Late+a.Cut+a.Unfit+a.Failed != 0 || a.LastSent == 0 {
					t.Errorf("account %+v", a)
				}
			})
		})
	}
}

func checkRun(t *testing.T, c Coding, got []rtp.Packet, frames int) {
	t.Helper()
	parts := c.parts()
	if len(got) != frames*parts {
		t.Fatalf("%d packets for %d frames", len(got), frames)
	}
	var sound []byte
	for i, p := range got {
		if p.PayloadType != c.payload() || p.SSRC != got[0].SSRC || p.SequenceNumber != got[0].SequenceNumber+uint16(i) ||
			p.Timestamp != got[0].Timestamp+uint32(i*c.rate()/50/parts) || p.Marker != (i == 0) || p.MarshalSize() > 1472 {
			t.Fatalf("packet %d: %+v", i, p.Header)
		}
		sound = append(sound, p.Payload...)
	}
	for n := range frames {
		want := packet(c, 3, n, 0).Data
		have := sound[n*len(want) : (n+1)*len(want)]
		for i := range want {
			if c == PCMA {
				u, a := linear(want[i]), fromALaw(have[i])
				if e := max(u-a, a-u); e > max(u, -u)/32+16 { // both laws' half steps
					t.Fatalf("frame %d, sample %d: %d became %d", n, i, u, a)
				}
			} else if want[i] != have[i] {
				t.Fatalf("frame %d, byte %d: %d became %d", n, i, want[i], have[i])
			}
		}
	}
}

// fromALaw decodes after ITU-T G.711, table 1a, written apart from the coder.
func fromALaw(b byte) int {
	b ^= 0x55
	seg, step := int(b>>4&7), int(b&0x0f)
	x := step<<4 + 8
	if seg > 0 {
		x = (x + 0x100) << (seg - 1)
	}
	if b&0x80 == 0 {
		return -x
	}
	return x
}

// TestALawKeepsToItsSteps: every value is decoded to the middle of the step that
// it lies in.
func TestALawKeepsToItsSteps(t *testing.T) {
	for x := -32768; x <= 32767; x++ {
		b := aLaw(x)
		half := 8 << max(int((b^0x55)>>4&7)-1, 0)
		if e := fromALaw(b) - x; e > half || e < -half {
			t.Fatalf("%d is coded %#x, off by %d of %d", x, b, e, half)
		}
	}
	if aLaw(0) != 0xd5 || aLaw(-1) != 0x55 || aLaw(32767) != 0xaa || aLaw(-32768) != 0x2a {
		t.Error("not the bytes of the recommendation")
	}
}

// TestAnEmergencyHasItsOwnChannel: it is sent at once on its own port while a
// programme's lead waits, and the programme's cut takes back the rest.
func TestAnEmergencyHasItsOwnChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, usual, emergency := faked(t, options(PCMU))
		open(t, d, 1, false)
		open(t, d, 2, true)
		at := d.opt.Now() + 20_000
		for n := range 100 {
			d.Send(packet(PCMU, 1, n, at+int64(n)*20_000))
		}
		time.Sleep(500 * time.Millisecond)
		cut := d.opt.Now()
		d.Cancel(1, cut)
		for n := range 5 {
			d.Send(packet(PCMU, 2, n, cut+int64(n)*20_000))
		}
		d.Send(packet(PCMU, 1, 100, at+2_000_000))
		d.CloseStream(1)
		time.Sleep(3 * time.Second)
		if n := len(usual.packets(t)); n < 20 || n > 26 {
			t.Errorf("%d frames of the programme, cut after half a second", n)
		}
		if got := emergency.packets(t); len(got) != 5 || !got[0].Marker || got[0].SSRC == usual.packets(t)[0].SSRC {
			t.Errorf("%d frames of the emergency", len(got))
		}
		if a := d.Account(); a.Cut+a.Sent != 106 {
			t.Errorf("frames are missing in %+v", a)
		}
		open(t, d, 1, false) // the closed one is forgotten
	})
}

// TestWhatIsNotSentIsCounted: late, unfit and refused frames never look sent, and
// a programme that floods the queue costs no emergency a frame.
func TestWhatIsNotSentIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, usual, emergency := faked(t, options(L16))
		open(t, d, 1, false)
		open(t, d, 2, true)
		time.Sleep(2 * time.Second)
		d.Send(packet(L16, 1, 0, d.opt.Now()-600_000)) // late
		d.Send(packet(PCMU, 1, 1, d.opt.Now()))        // of another codec
		short := packet(L16, 1, 2, d.opt.Now())
		short.Data = short.Data[:100]
		d.Send(short)
		d.Send(packet(L16, 9, 0, d.opt.Now())) // of no stream
		synctest.Wait()
		if a := d.Account(); a.Late != 1 || a.Unfit != 2 || a.Sent != 0 || a.LastSent != 0 || len(usual.packets(t)) != 0 {
			t.Errorf("account %+v", a)
		}
		usual.fail = errors.New("no route")
		d.Send(packet(L16, 1, 3, d.opt.Now()))
		synctest.Wait()
		if a := d.Account(); a.Failed != 1 || a.Err == nil || a.Sent != 0 {
			t.Errorf("account %+v", a)
		}
		at := d.opt.Now() + 1_000_000
		d.Send(packet(L16, 2, 0, at))
		for n := range 2 * maxWaiting {
			d.Send(packet(L16, 1, 4+n, at+int64(n)*20_000))
		}
		time.Sleep(2 * time.Second)
		if n := len(emergency.packets(t)); n != L16.parts() {
			t.Errorf("%d packets of the emergency behind a flood", n)
		}
	})
}

// TestSilenceIsSent: a frame without bytes is silence of the coding, not a hole.
func TestSilenceIsSent(t *testing.T) {
	for c, want := range map[Coding][]byte{Opus: opusSilence, L16: make([]byte, frame.Samples),
		PCMU: bytes.Repeat([]byte{0xff}, 160), PCMA: bytes.Repeat([]byte{0xd5}, 160)} {
		synctest.Test(t, func(t *testing.T) {
			d, usual, _ := faked(t, options(c))
			open(t, d, 1, false)
			d.Send(frame.Packet{Stream: 1, PlayAt: d.opt.Now(), Codec: c.Needs(), Flags: frame.Silence})
			synctest.Wait()
			if got := usual.packets(t); len(got) != c.parts() || !bytes.Equal(got[0].Payload, want) {
				t.Errorf("%s: %d packets", c, len(got))
			}
		})
	}
}

// TestOptionsAreChecked: each of these would send sound where it must not go, or
// where nobody could tell an emergency from a song.
func TestOptionsAreChecked(t *testing.T) {
	for name, spoil := range map[string]func(*Options){
		"no name":          func(o *Options) { o.Name = "" },
		"a second line":    func(o *Options) { o.Name = "a\r\nm=video" },
		"coding":           func(o *Options) { o.Coding = "mp3" },
		"no ttl":           func(o *Options) { o.TTL = 0 },
		"the world":        func(o *Options) { o.TTL = 64 },
		"one port":         func(o *Options) { o.Emergency.To = o.Usual.To },
		"lower mark":       func(o *Options) { o.Emergency.DSCP = 0 },
		"mark":             func(o *Options) { o.Emergency.DSCP = 64 },
		"odd port":         func(o *Options) { o.Usual.To = netip.MustParseAddrPort("239.1.1.1:5005") },
		"low port":         func(o *Options) { o.Usual.To = netip.MustParseAddrPort("239.1.1.1:80") },
		"broadcast":        func(o *Options) { o.Usual.To = netip.MustParseAddrPort("255.255.255.255:5004") },
		"IPv6":             func(o *Options) { o.Usual.To = netip.MustParseAddrPort("[ff02::1]:5004") },
		"no address":       func(o *Options) { o.Usual.To = netip.AddrPort{} },
		"ahead":            func(o *Options) { o.Ahead = time.Minute },
		"behind":           func(o *Options) { o.Ahead = -1 },
		"origin":           func(o *Options) { o.Origin = netip.MustParseAddr("::1") },
		"no clock":         func(o *Options) { o.Now = nil },
		"long interface":   func(o *Options) { o.Interface = "an-interface-so-long" },
		"no such a socket": func(o *Options) { o.Dial = nil },
	} {
		o := options(Opus)
		spoil(&o)
		if _, err := Open(o); !errors.Is(err, ErrOptions) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package cluster

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"loaxa/audio/frame"
)

func run(n int, first frame.Flags, last frame.Flags) []frame.Packet {
	var out []frame.Packet
	for i := range n {
		out = append(out, frame.Packet{
			Stream: 7, Seq: uint32(i) + 3, PlayAt: 1_000_000 + int64(i)*FrameMicros, Data: []byte{byte(i), 1, 2},
		})
	}
	out[0].Flags |= first
	out[n-1].Flags |= last
	return out
}

func TestAudioComesBackAsItWasSent(t *testing.T) {
	in := run(5, frame.First|frame.Discontinuity, frame.Last)
	in[2].Data, in[2].Flags = nil, frame.Silence
	b, err := AppendAudio(nil, in)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) != 16+5*2+4*3 {
		t.Fatalf("%d bytes", len(b))
	}
	out, err := ParseAudio(b)
	if err != nil || !reflect.DeepEqual(in, out) {
		t.Fatalf("%v\n%+v\n%+v", err, in, out)
	}
}

// The layout is a contract with poles of the versions before and after.
func TestAudioBytes(t *testing.T) {
	b, err := AppendAudio(nil, []frame.Packet{{Stream: 0x0102, Seq: 0x03040506, PlayAt: 0x08090a0b0c, Flags: frame.Live, Data: []byte{0xaa}}})
	want := []byte{0x11, 1, 1, 2, 3, 4, 5, 6, 0, 0, 0, 8, 9, 0xa, 0xb, 0xc, 0, 1, 0xaa}
	if err != nil || !bytes.Equal(b, want) {
		t.Fatalf("% x %v", b, err)
	}
}

func TestAudioRefusesWhatDoesNotFollow(t *testing.T) {
	in := run(2, 0, 0)
	in[1].PlayAt++
	if _, err := AppendAudio(nil, in); !errors.Is(err, ErrMessage) {
		t.Fatal(err)
	}
	if _, err := AppendAudio(nil, run(MaxFrames+1, 0, 0)); !errors.Is(err, ErrMessage) {
		t.Fatal(err)
	}
}

func TestRepeatedFramesAreLeftOut(t *testing.T) {
	b, _ := AppendAudio(nil, run(1, 0, 0))
	b = append(b, 0x80, 1, 0xff)
	out, err := ParseAudio(b)
	if err != nil || len(out) != 1 || !bytes.Equal(out[0].Data, []byte{0, 1, 2}) {
		t.Fatal(out, err)
	}
}

func TestTimeComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.Int64Range(0, maxMicros)
		x := Exchange{T1: g.Draw(t, "t1"), T2: g.Draw(t, "t2"), T3: g.Draw(t, "t3")}
		if got, err := ParseAsk(AppendAsk(nil, x.T1)); err != nil || got != x.T1 {
			t.Fatal(got, err)
		}
		if got, err := ParseAnswer(AppendAnswer(nil, x.T1, x.T2, x.T3)); err != nil || got != x {
			t.Fatal(got, err)
		}
	})
}

func samples() []Control {
	return []Control{
		&Hello{Min: 1, Max: 2, Build: "b", ID: "x", Name: "thôn 1", Abilities: []string{"opus"}, Output: "wav"},
		&Welcome{Protocol: 1, ID: "s", Epoch: 9, Now: 5}, &Refuse{"no", 9}, &Cancel{3, 99}, &Mute{true}, &Bye{"end", 0},
		&Order{7, []byte("LXORDER1")}, &Refusal{RefusedOrder, "order-bad-signature", "x", 7, 2},
		&Open{Protocol: 1, Epoch: 9, Stream: 2, Codec: frame.Opus, FrameMS: 20, First: 40, Signature: make([]byte, 64)},
		&Health{Playing: 3, Level: 0.5, Account: Account{Due: 3, OnTime: 1, Late: 2}},
	}
}

func TestControlComesBack(t *testing.T) {
	for _, c := range samples() {
		b, err := EncodeControl(c)
		if err != nil {
			t.Fatalf("%T: %v", c, err)
		}
		got, err := DecodeControl(b)
		if err != nil || !reflect.DeepEqual(c, got) {
			t.Errorf("%T: %+v, %v", c, got, err)
		}
		if len(b) > StationReadLimit {
			t.Errorf("%T: %d bytes", c, len(b))
		}
	}
}

func TestControlIsBounded(t *testing.T) {
	long := string(make([]byte, MaxWords+1))
	for _, c := range []Control{
		&Hello{Min: 2, Max: 1}, &Hello{Name: long}, &Hello{Abilities: make([]string, MaxAbilities+1)}, &Refuse{Words: long},
		&Cancel{1, -1}, &Open{Codec: 9, FrameMS: 20}, &Open{Codec: frame.Opus, FrameMS: 10},
		&Health{Account: Account{Due: 1}},
	} {
		raw, err := encMode.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeControl(append([]byte{head(KindControl), c.code()}, raw...)); !errors.Is(err, ErrMessage) {
			t.Errorf("%+v was taken: %v", c, err)
		}
		if _, err := EncodeControl(c); err == nil {
			t.Errorf("%+v was sent", c)
		}
	}
	if c, err := DecodeControl([]byte{head(KindControl), 200, 0xa0}); c != nil || err != nil {
		t.Error("a newer peer's message must be passed over:", c, err)
	}
}

// Each field changes what is signed: none can be altered on the way.
func TestSignedBytesCoverEveryField(t *testing.T) {
	base := Open{Protocol: 1, Epoch: 2, Stream: 3, Broadcast: 4, Class: 5, Codec: frame.Opus, FrameMS: 20, First: 7, FirstSeq: 8}
	seen := map[string]bool{string(base.SignedBytes("s")): true, string(base.SignedBytes("t")): true}
	v := reflect.ValueOf(&base).Elem()
	for i := range v.NumField() - 1 { // all but Signature
		o := base
		f := reflect.ValueOf(&o).Elem().Field(i)
		switch f.Kind() {
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Int64:
			f.SetInt(f.Int() + 1)
		default:
			f.SetUint(f.Uint() + 1)
		}
		seen[string(o.SignedBytes("s"))] = true
	}
	if len(seen) != v.NumField()+1 {
		t.Fatalf("%d different messages for %d fields", len(seen), v.NumField()-1)
	}
}

func FuzzAudio(f *testing.F) {
	b, _ := AppendAudio(nil, run(3, frame.First, frame.Last))
	f.Add(b)
	f.Add(b[:17])
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := ParseAudio(b)
		if err != nil {
			return
		}
		if len(out) == 0 || len(out) > MaxFrames {
			t.Fatalf("%d frames", len(out))
		}
		for i := 1; i < len(out); i++ {
			if out[i].Seq != out[i-1].Seq+1 || out[i].PlayAt != out[i-1].PlayAt+FrameMicros {
				t.Fatal("frames out of order")
			}
		}
	})
}

func FuzzTime(f *testing.F) {
	f.Add(AppendAsk(nil, 5))
	f.Add(AppendAnswer(nil, 1, 2, 3))
	f.Fuzz(func(t *testing.T, b []byte) {
		if t1, err := ParseAsk(b); err == nil && !bytes.Equal(AppendAsk(nil, t1), b) {
			t.Fatal("a question is not what it was read from")
		}
		if x, err := ParseAnswer(b); err == nil && !bytes.Equal(AppendAnswer(nil, x.T1, x.T2, x.T3), b) {
			t.Fatal("an answer is not what it was read from")
		}
	})
}

func FuzzControl(f *testing.F) {
	for _, c := range samples() {
		b, _ := EncodeControl(c)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeControl(b)
		if err != nil || c == nil {
			return
		}
		if _, err := EncodeControl(c); err != nil {
			t.Fatalf("%+v was read and cannot be said: %v", c, err)
		}
	})
}

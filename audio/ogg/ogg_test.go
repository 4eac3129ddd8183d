package ogg_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"loaxa/audio/ogg"
)

// packets of all the sizes at which lacing can go wrong.
func packets() [][]byte {
	var all [][]byte
	for i, n := range []int{1, 80, 254, 255, 256, 509, 510, 511, 1275, 20_000, 50_000, 3, 40_000, 255} {
		p := make([]byte, n)
		for k := range p {
			p[k] = byte(k*7 + i)
		}
		p[0] = 0xfc // a CELT packet of 20 ms
		all = append(all, p)
	}
	return all
}

func write(t testing.TB, perPage int64) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := ogg.NewWriter(&b, 99, ogg.Head{Channels: 1, PreSkip: 312, Rate: 48000, GainDB: -3.5}, perPage, "TITLE=Bản tin")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packets() {
		if err := w.Write(p, 960); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(13_000), w.Close(0)); err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]byte{1}, 960); !errors.Is(err, ogg.ErrClosed) {
		t.Errorf("a packet after the end: %v", err)
	}
	return b.Bytes()
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	for _, perPage := range []int64{960, 5000, 0} {
		b := write(t, perPage)
		r := ogg.NewReader(bytes.NewReader(b))
		head, err := r.Next()
		if err != nil || !head.First || head.Serial != 99 {
			t.Fatalf("%+v, %v", head, err)
		}
		h, err := ogg.ParseHead(head.Data)
		if err != nil || h != (ogg.Head{Channels: 1, PreSkip: 312, Rate: 48000, GainDB: -3.5}) {
			t.Errorf("%+v, %v", h, err)
		}
		tags, err := r.Next()
		if err != nil || !strings.Contains(string(tags.Data), "TITLE=Bản tin") {
			t.Errorf("%q, %v", tags.Data, err)
		}
		lastGranule := int64(-1)
		for i, want := range packets() {
			p, err := r.Next()
			if err != nil || !bytes.Equal(p.Data, want) {
				t.Fatalf("pages of %d: packet %d of %d bytes: %d bytes, %v", perPage, i, len(want), len(p.Data), err)
			}
			if p.Granule != ogg.NoGranule {
				if p.Granule <= lastGranule {
					t.Errorf("granule %d after %d", p.Granule, lastGranule)
				}
				lastGranule = p.Granule
			}
			if p.Last != (i == len(packets())-1) {
				t.Errorf("packet %d: last %v", i, p.Last)
			}
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("after the end: %v", err)
		}
		if g, ok := ogg.Tail(b, 99); g != 13_000 || !ok || lastGranule != 13_000 {
			t.Errorf("the end is at %d, %d by its packets", g, lastGranule)
		}
		if _, ok := ogg.Tail(b, 1); ok {
			t.Error("the end of another stream")
		}
	}
}

// What was cut off at any byte gives its whole packets and then an error, or
// an orderly end; a byte that was changed is found by the checksum.
func TestDamageIsFound(t *testing.T) {
	b := write(t, 960)
	for cut := 1; cut < len(b); cut += 997 {
		if n, err := count(b[:cut]); err == nil && n > len(packets())+2 {
			t.Fatalf("cut at %d: %d packets", cut, n)
		}
	}
	for at := 0; at < len(b); at += 101 {
		bad := bytes.Clone(b)
		bad[at] ^= 0x10
		if n, err := count(bad); err == nil && n == len(packets())+2 {
			t.Fatalf("byte %d was changed and nobody saw it", at)
		}
	}
	if err := (&ogg.Writer{}).Write(nil, 960); err == nil {
		t.Error("an empty packet was taken")
	}
}

func count(b []byte) (int, error) {
	r := ogg.NewReader(bytes.NewReader(b))
	for n := 0; ; n++ {
		if _, err := r.Next(); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return n, err
		}
	}
}

// Of two streams that are mixed one is read.
func TestAnotherStreamIsPassedOver(t *testing.T) {
	var b bytes.Buffer
	one, err := ogg.NewWriter(&b, 1, ogg.Head{Channels: 1}, 960)
	if err != nil {
		t.Fatal(err)
	}
	two, err := ogg.NewWriter(&b, 2, ogg.Head{Channels: 2}, 960)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if err := errors.Join(one.Write([]byte{0xfc, byte(i)}, 960), two.Write([]byte{0xfc, 100}, 960)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(one.Close(9600), two.Close(9600)); err != nil {
		t.Fatal(err)
	}
	r := ogg.NewReader(bytes.NewReader(b.Bytes()))
	for i := range 12 {
		p, err := r.Next()
		if err != nil || p.Serial != 1 || i > 1 && p.Data[1] != byte(i-2) {
			t.Fatalf("packet %d: %v of %d, %v", i, p.Data, p.Serial, err)
		}
	}
}

// Others accept what we write.
func TestOpusinfoAcceptsIt(t *testing.T) {
	bin, err := exec.LookPath("opusinfo")
	if err != nil {
		t.Skip("skipped: opusinfo is not installed")
	}
	var b bytes.Buffer
	w, err := ogg.NewWriter(&b, 99, ogg.Head{Channels: 1, PreSkip: 312, Rate: 48000}, 0, "TITLE=x")
	if err != nil {
		t.Fatal(err)
	}
	for range 120 {
		if err := w.Write([]byte{0xfc, 0xff, 0xfe}, 960); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(114_900); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.opus")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(bin, path).CombinedOutput()
	if err != nil || strings.Contains(string(out), "WARNING") || !strings.Contains(string(out), "2.387s") {
		t.Errorf("%v: %s", err, out)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(write(f, 960)[:4000])
	f.Add([]byte("OggS\x00\x02"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		n, err := count(b)
		if n > 255*(len(b)/28+1) {
			t.Errorf("%d packets in %d bytes", n, len(b))
		}
		if err != nil && !errors.Is(err, ogg.ErrDamaged) && !errors.Is(err, ogg.ErrTooBig) {
			t.Errorf("%v", err)
		}
		ogg.Tail(b, 99)
	})
}

func FuzzHead(f *testing.F) {
	f.Add(ogg.Head{Channels: 2, PreSkip: 312, Rate: 48000}.Append(nil))
	f.Add([]byte("OpusHead"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ogg.ParseHead(b)
		if err != nil {
			return
		}
		if h.Channels < 1 || h.Channels > 255 || h.PreSkip < 0 || h.GainDB < -128 || h.GainDB > 128 {
			t.Errorf("%+v", h)
		}
		if h.Family == 0 && h.Channels <= 2 {
			again, err := ogg.ParseHead(h.Append(nil))
			if err != nil || again != h {
				t.Errorf("%+v became %+v, %v", h, again, err)
			}
		}
	})
}

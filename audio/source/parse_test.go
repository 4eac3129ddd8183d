package source

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// tagFrame makes the head of an MP3 whose first frame carries a LAME tag.
func tagFrame(frames uint32, delay, padding int) []byte {
	b := make([]byte, 600)
	copy(b, "\xff\xfb\x90\xc4") // MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono
	at := 4 + 17
	copy(b[at:], "Info\x00\x00\x00\x0f")
	binary.BigEndian.PutUint32(b[at+8:], frames)
	at += 8 + 4 + 4 + 100 + 4
	copy(b[at:], "LAME3.100")
	b[at+21], b[at+22], b[at+23] = byte(delay>>4), byte(delay<<4)|byte(padding>>8), byte(padding)
	return b
}

func TestLAMETag(t *testing.T) {
	got := parseMP3Info(tagFrame(193, 576, 1260))
	want := mp3Info{Rate: 44100, Spf: 1152, Tagged: true, Frames: 193, Delay: 576, Padding: 1260, Gapless: true}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if lie := parseMP3Info(tagFrame(1, 2900, 4000)); lie.Gapless {
		t.Errorf("a tag that cuts more than there is was believed: %+v", lie)
	}
	plain := tagFrame(0, 0, 0)
	clear(plain[4:])
	if got := parseMP3Info(plain); got.Tagged || got.Gapless || got.Rate != 44100 {
		t.Errorf("without a tag: %+v", got)
	}
}

func FuzzMP3Info(f *testing.F) {
	f.Add(tagFrame(193, 576, 1260))
	f.Add([]byte("ID3\x03\x00\x00\x7f\x7f\x7f\x7f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		info, err := readMP3Info(bytes.NewReader(b))
		if err != nil {
			return
		}
		if info.Gapless && info.Frames > 0 && int64(info.Delay+info.Padding) >= info.Frames*int64(info.Spf) {
			t.Errorf("nothing is left: %+v", info)
		}
		if info.Delay < 0 || info.Padding < 0 || info.Frames < 0 {
			t.Errorf("%+v", info)
		}
	})
}

func FuzzWAVHead(f *testing.F) {
	good := []byte("RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\xbb\x00\x00\x00w\x01\x00\x02\x00\x10\x00data\x08\x00\x00\x0012345678")
	f.Add(good)
	f.Add([]byte("RIFF0000WAVELIST\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r := bytes.NewReader(b)
		h, err := readWAVHead(r, int64(len(b)))
		if err != nil {
			return
		}
		if h.DataAt < 0 || h.DataLen < 0 || h.DataLen > 0 && h.DataAt+h.DataLen > int64(len(b)) {
			t.Fatalf("%+v of %d bytes", h, len(b))
		}
		v, err := newWAVStream(r, h)
		if err != nil {
			t.Fatal(err)
		}
		total, out := int64(0), make([][2]float64, 100)
		for {
			n, ok := v.Stream(out)
			if total += int64(n); !ok {
				break
			}
		}
		if total > h.DataLen/h.frame() {
			t.Errorf("%d samples of %+v", total, h)
		}
	})
}

// A header that promises more than 2 GB of a chunk costs no memory, and a
// header left open by a writer means: to the end.
func TestOpenWAVHeader(t *testing.T) {
	b := []byte("RIFF\xff\xff\xff\xffWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\xbb\x00\x00\x00w\x01\x00\x02\x00\x10\x00data\xff\xff\xff\xff12345678")
	h, err := readWAVHead(bytes.NewReader(b), int64(len(b)))
	if err != nil || h.DataLen != 8 || h.Declared != -1 {
		t.Errorf("%+v, %v", h, err)
	}
}

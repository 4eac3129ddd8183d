package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

// testWAV is a sine of so many seconds at 48 kHz, 16 bit, mono, -12 dBFS.
func testWAV(t *testing.T, seconds float64, hz float64) []byte {
	t.Helper()
	n := int(seconds * 48000)
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(8192 * math.Sin(2*math.Pi*hz*float64(i)/48000))
	}
	return wavOf(t, pcm)
}

func wavOf(t *testing.T, pcm []int16) []byte {
	t.Helper()
	var b bytes.Buffer
	put := func(v any) {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	b.WriteString("RIFF")
	put(uint32(36 + 2*len(pcm)))
	b.WriteString("WAVEfmt ")
	put([]uint32{16})
	put([]uint16{1, 1})
	put([]uint32{48000, 96000})
	put([]uint16{2, 16})
	b.WriteString("data")
	put(uint32(2 * len(pcm)))
	put(pcm)
	return b.Bytes()
}

package boot

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"sync"

	"loaxa/audio/frame"
)

// Every packet that the station sends, as a record for those who want to prove
// what left it: big-endian 2 stream, 4 sequence, 8 play-at, 1 codec, 1 flags,
// 2 length, then the bytes.
const tapHeader = 18

// packetTap writes packets to a file from the pump, which never waits: what
// does not fit its buffer of 4096 packets (80 s) is left out and counted.
type packetTap struct {
	queue chan frame.Packet
	lost  int
	wg    sync.WaitGroup
}

func openTap(path string) (*packetTap, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("packet tap: %w", err)
	}
	t := &packetTap{queue: make(chan frame.Packet, 4096)}
	t.wg.Go(func() {
		w := bufio.NewWriter(f)
		for p := range t.queue {
			writeTap(w, p)
			if len(t.queue) == 0 {
				_ = w.Flush()
			}
		}
		_ = w.Flush()
		_ = f.Close()
	})
	return t, nil
}

func (t *packetTap) take(p frame.Packet) {
	select {
	case t.queue <- p:
	default:
		t.lost++
	}
}

func (t *packetTap) close() {
	close(t.queue)
	t.wg.Wait()
}

func writeTap(w io.Writer, p frame.Packet) {
	b := make([]byte, 0, tapHeader+len(p.Data))
	b = binary.BigEndian.AppendUint16(b, p.Stream)
	b = binary.BigEndian.AppendUint32(b, p.Seq)
	b = binary.BigEndian.AppendUint64(b, uint64(p.PlayAt))
	b = append(b, byte(p.Codec), byte(p.Flags))
	b = binary.BigEndian.AppendUint16(b, uint16(len(p.Data)))
	_, _ = w.Write(append(b, p.Data...))
}

// ReadTap reads a tap's file; a record cut short at the end is left out.
func ReadTap(path string) (ps []frame.Packet, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for len(b) >= tapHeader {
		n := int(binary.BigEndian.Uint16(b[16:]))
		if len(b) < tapHeader+n {
			break
		}
		ps = append(ps, frame.Packet{Stream: binary.BigEndian.Uint16(b), Seq: binary.BigEndian.Uint32(b[2:]),
			PlayAt: int64(binary.BigEndian.Uint64(b[6:])), Codec: frame.Codec(b[14]), Flags: frame.Flags(b[15]),
			Data: b[tapHeader : tapHeader+n]})
		b = b[tapHeader+n:]
	}
	return ps, nil
}

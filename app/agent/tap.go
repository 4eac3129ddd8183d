package agent

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"sync"
	"time"

	"loaxa/audio/frame"
)

const (
	tapListeners = 8
	tapWait      = 5 * time.Second // for one write
)

// tapBlocks is two seconds of blocks of 10 ms: a listener that is slower loses
// the oldest.
const tapBlocks = 200

// tap gives listeners on the same machine exactly what the output was given:
// s16le, 48 kHz, mono, without a header, from the moment they connect.
type tap struct {
	mu        sync.Mutex
	listeners []*listener
}

type listener struct {
	blocks  chan []byte // tapBlocks; when full the oldest is dropped and counted
	dropped uint64      // blocks; guarded by the tap's mutex
}

func newTap() *tap { return &tap{} }

// push never waits.
func (t *tap) push(s []float32) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.listeners) == 0 {
		return
	}
	b := make([]byte, 0, 2*len(s))
	for _, x := range s {
		v := int16(min(max(math.RoundToEven(float64(x)*32768), -32768), 32767))
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	for _, l := range t.listeners {
		for done := false; !done; {
			select {
			case l.blocks <- b:
				done = true
			default:
				select {
				case <-l.blocks:
					l.dropped++
				default:
				}
			}
		}
	}
}

// serve accepts listeners until the context ends.
func (t *tap) serve(ctx context.Context, ln net.Listener) {
	var running sync.WaitGroup
	defer running.Wait()
	stop := context.AfterFunc(ctx, func() { _ = ln.Close() })
	defer stop()
	for {
		conn, err := ln.Accept()
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, net.ErrClosed) || !pause(ctx, time.Second) {
				return
			}
			continue
		}
		l := t.add()
		if l == nil {
			_ = conn.Close()
			continue
		}
		running.Go(func() { t.feed(ctx, conn, l) })
	}
}

func (t *tap) add() *listener {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.listeners) >= tapListeners {
		return nil
	}
	l := &listener{blocks: make(chan []byte, tapBlocks)}
	t.listeners = append(t.listeners, l)
	return l
}

func (t *tap) feed(ctx context.Context, conn net.Conn, l *listener) {
	defer func() {
		_ = conn.Close()
		t.mu.Lock()
		defer t.mu.Unlock()
		t.listeners = slices.DeleteFunc(t.listeners, func(o *listener) bool { return o == l })
	}()
	for {
		select {
		case b := <-l.blocks:
			_ = conn.SetWriteDeadline(time.Now().Add(tapWait))
			if _, err := conn.Write(b); err != nil {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// SampleWriter takes samples, full scale 1; *wavfile.Writer is one.
type SampleWriter interface {
	Write(samples []float32) error
}

// Listen copies a pole's tap to w until the context ends, which is no error,
// or the pole goes away. It closes conn. samples tells how much was heard.
func Listen(ctx context.Context, conn net.Conn, w SampleWriter) (samples int64, err error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer func() { _ = conn.Close() }()
	var b [2 * frame.Samples]byte
	var s [frame.Samples]float32
	kept := 0 // bytes of a sample that was split
	for {
		n, err := conn.Read(b[kept:])
		n += kept
		for i := range n / 2 {
			s[i] = float32(int16(binary.LittleEndian.Uint16(b[2*i:]))) / 32768
		}
		if werr := w.Write(s[:n/2]); werr != nil {
			return samples, fmt.Errorf("listen: %w", werr)
		}
		samples += int64(n / 2)
		if kept = n % 2; kept == 1 {
			b[0] = b[n-1]
		}
		switch {
		case ctx.Err() != nil:
			return samples, nil
		case errors.Is(err, io.EOF):
			return samples, fmt.Errorf("listen: the pole stopped: %w", io.ErrUnexpectedEOF)
		case err != nil:
			return samples, fmt.Errorf("listen: %w", err)
		}
	}
}

package cluster

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"loaxa/audio/frame"
)

// The live lane's datagrams. A datagram is the session (4 bytes, big-endian),
// a counter (8) and the sealed message: AES-256-GCM with the twelve bytes
// before it as additional data and the counter, on the session's own salt, as
// nonce. Each direction of each connection has a key of its own, exported from
// its TLS 1.3 session (RFC 8446 §7.5), so that a datagram says who sent it as
// surely as the websocket beside it.

const (
	exporterLabel = "EXPORTER-Loaxa-Datagram-1"
	sealedHeader  = 12
	sealedTail    = 16
	keyBytes      = 32
	saltBytes     = 12

	// MaxDatagram is the largest datagram in bytes: it passes every path's MTU
	// in one piece.
	MaxDatagram = 1200
	// MaxRepeats is how many earlier frames a datagram may carry again.
	MaxRepeats = 2
)

// ErrSealed is returned for a datagram that the session's key did not seal, or
// that came before.
var ErrSealed = errors.New("datagram is not of this session")

// Exporter is tls.ConnectionState.ExportKeyingMaterial.
type Exporter func(label string, context []byte, length int) ([]byte, error)

// Sealing is one end of a session. Its methods are safe for concurrent use.
type Sealing struct {
	Session uint32

	mu      sync.Mutex
	out, in half
	sent    uint64 // counter of the next datagram
	newest  uint64 // highest counter opened, plus one
	seen    [windowWords]uint64
	opened  uint64
}

type half struct {
	aead cipher.AEAD
	salt [saltBytes]byte
}

const windowWords = 16 // 1024 datagrams: 20 s of sound

// NewSealing derives a session's keys. Both ends give the same session and
// exporter; station tells which end this is.
func NewSealing(session uint32, export Exporter, station bool) (*Sealing, error) {
	const each = keyBytes + saltBytes
	m, err := export(exporterLabel, binary.BigEndian.AppendUint32(nil, session), 2*each)
	if err != nil {
		return nil, fmt.Errorf("datagram keys: %w", err)
	}
	toPole, err := newHalf(m[:each])
	if err != nil {
		return nil, err
	}
	toStation, err := newHalf(m[each:])
	if err != nil {
		return nil, err
	}
	s := &Sealing{Session: session, out: toStation, in: toPole}
	if station {
		s.out, s.in = toPole, toStation
	}
	return s, nil
}

func newHalf(m []byte) (h half, err error) {
	block, err := aes.NewCipher(m[:keyBytes])
	if err == nil {
		h.aead, err = cipher.NewGCM(block)
	}
	if err != nil {
		return h, fmt.Errorf("datagram keys: %w", err)
	}
	copy(h.salt[:], m[keyBytes:])
	return h, nil
}

func (h *half) nonce(counter uint64) []byte {
	n := h.salt
	low := n[saltBytes-8:]
	binary.BigEndian.PutUint64(low, binary.BigEndian.Uint64(low)^counter)
	return n[:]
}

// Seal appends the datagram of a message.
func (s *Sealing) Seal(dst, message []byte) []byte {
	s.mu.Lock()
	counter := s.sent
	s.sent++
	s.mu.Unlock()
	at := len(dst)
	dst = binary.BigEndian.AppendUint32(dst, s.Session)
	dst = binary.BigEndian.AppendUint64(dst, counter)
	return s.out.aead.Seal(dst, s.out.nonce(counter), message, dst[at:at+sealedHeader])
}

// SessionOf reads which session a datagram claims.
func SessionOf(b []byte) (uint32, bool) {
	if len(b) < sealedHeader+sealedTail || len(b) > MaxDatagram {
		return 0, false
	}
	return binary.BigEndian.Uint32(b), true
}

// Open gives the message of a datagram that is this session's and new.
func (s *Sealing) Open(b []byte) ([]byte, error) {
	if id, ok := SessionOf(b); !ok || id != s.Session {
		return nil, ErrSealed
	}
	counter := binary.BigEndian.Uint64(b[4:])
	message, err := s.in.aead.Open(nil, s.in.nonce(counter), b[sealedHeader:], b[:sealedHeader])
	if err != nil {
		return nil, ErrSealed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.first(counter) {
		return nil, ErrSealed
	}
	s.opened++
	return message, nil
}

// first marks a counter as seen; false: it was, or is too old to know.
func (s *Sealing) first(counter uint64) bool {
	const window = windowWords * 64
	if counter >= s.newest {
		for c := s.newest; c <= counter && c < s.newest+window; c++ {
			s.seen[c/64%windowWords] &^= 1 << (c % 64)
		}
		if counter >= s.newest+window {
			s.seen = [windowWords]uint64{}
		}
		s.newest = counter + 1
	}
	if s.newest-counter > window || s.seen[counter/64%windowWords]&(1<<(counter%64)) != 0 {
		return false
	}
	s.seen[counter/64%windowWords] |= 1 << (counter % 64)
	return true
}

// Counts tells how many datagrams were opened and how many the far end had
// sent up to the newest of them.
func (s *Sealing) Counts() (opened, sent uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opened, s.newest
}

// Probe is what a pole says over the lane so that the station knows that it is
// open both ways, and how much is lost.
type Probe struct {
	Echo   uint64 // number of the newest echo that came back
	Number uint64 // of this probe, from 1
	Opened uint64 // datagrams opened
	Sent   uint64 // … of so many that the station had sent
}

// AppendProbe appends the message of a probe.
func AppendProbe(dst []byte, p Probe) []byte {
	dst = append(dst, head(KindProbe))
	for _, v := range []uint64{p.Echo, p.Number, p.Opened, p.Sent} {
		dst = binary.BigEndian.AppendUint64(dst, v)
	}
	return dst
}

// ParseProbe reads AppendProbe's form.
func ParseProbe(b []byte) (p Probe, err error) {
	if k, err := KindOf(b); err != nil || k != KindProbe || len(b) != 33 {
		return p, fmt.Errorf("probe: %w", ErrMessage)
	}
	for i, to := range []*uint64{&p.Echo, &p.Number, &p.Opened, &p.Sent} {
		*to = binary.BigEndian.Uint64(b[1+8*i:])
	}
	if p.Opened > p.Sent {
		return p, fmt.Errorf("probe: %w", ErrMessage)
	}
	return p, nil
}

// AppendEcho appends the answer to a probe.
func AppendEcho(dst []byte, number uint64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, head(KindEcho)), number)
}

// ParseEcho reads AppendEcho's form.
func ParseEcho(b []byte) (number uint64, err error) {
	if k, err := KindOf(b); err != nil || k != KindEcho || len(b) != 9 {
		return 0, fmt.Errorf("echo: %w", ErrMessage)
	}
	return binary.BigEndian.Uint64(b[1:]), nil
}

// AppendRepeated appends AppendAudio's message of one packet with earlier
// packets of the stream before it, the oldest first, each with the repeat bit.
// Earlier ones that do not lead up to it are left out.
func AppendRepeated(dst []byte, earlier []frame.Packet, p frame.Packet) ([]byte, error) {
	k := 0
	for next := p; k < len(earlier) && k < MaxRepeats; k++ {
		q := earlier[len(earlier)-1-k]
		if !Follows(q, next) {
			break
		}
		next = q
	}
	b, err := AppendAudio(nil, []frame.Packet{p})
	if err != nil {
		return dst, err
	}
	dst = append(dst, b[:audioHeader]...)
	for _, q := range earlier[len(earlier)-k:] {
		dst = binary.BigEndian.AppendUint16(dst, uint16(len(q.Data))|repeatBit)
		dst = append(dst, q.Data...)
	}
	return append(dst, b[audioHeader:]...), nil
}

// parseRepeated reads AppendRepeated's form: repeats are numbered back from
// the first frame that is none.
func parseRepeated(b []byte) ([]frame.Packet, error) {
	if len(b) < audioHeader {
		return nil, fmt.Errorf("sound: %w", ErrMessage)
	}
	var data [][]byte
	rest := b[audioHeader:]
	for len(rest) >= 2 && binary.BigEndian.Uint16(rest)&repeatBit != 0 {
		n := int(binary.BigEndian.Uint16(rest) &^ repeatBit)
		if rest = rest[2:]; n > len(rest) || n > MaxFrameBytes || len(data) == MaxRepeats {
			return nil, fmt.Errorf("sound: repeat of %d bytes: %w", n, ErrMessage)
		}
		data, rest = append(data, rest[:n:n]), rest[n:]
	}
	plain := append(append([]byte(nil), b[:audioHeader]...), rest...)
	packets, err := ParseAudio(plain)
	if err != nil {
		return nil, err
	}
	p := packets[0]
	out := make([]frame.Packet, 0, len(data)+len(packets))
	for i, d := range data {
		back := len(data) - i
		q := frame.Packet{Stream: p.Stream, Seq: p.Seq - uint32(back), PlayAt: p.PlayAt - int64(back)*FrameMicros,
			Flags: p.Flags&frame.Live | frame.Repeat, Data: d}
		if q.PlayAt < 0 {
			continue
		}
		if len(d) == 0 {
			q.Flags |= frame.Silence
		}
		out = append(out, q)
	}
	return append(out, packets...), nil
}

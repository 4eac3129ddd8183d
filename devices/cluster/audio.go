package cluster

import (
	"encoding/binary"
	"fmt"
	"time"

	"loaxa/audio/frame"
)

// FrameMicros is the length of a frame in µs.
const FrameMicros = int64(frame.Duration / time.Microsecond)

const (
	audioHeader = 16
	repeatBit   = 0x8000
)

// Follows tells whether b may stand behind a in one message: the next frame of
// the same stream, without a break.
func Follows(a, b frame.Packet) bool {
	return a.Stream == b.Stream && a.Codec == b.Codec && b.Seq == a.Seq+1 &&
		b.PlayAt == a.PlayAt+FrameMicros && a.Flags&frame.Last == 0 &&
		b.Flags&(frame.First|frame.Discontinuity) == 0 &&
		a.Flags&frame.Live == b.Flags&frame.Live
}

// AppendAudio appends one message with the packets, of which each Follows the
// one before; at most MaxFrames of them, big-endian: version and kind, flags,
// stream (2), sequence (4), play-at of the first sample in µs (8), then for
// each frame its length (2) and bytes. A frame without bytes is silence.
func AppendAudio(dst []byte, packets []frame.Packet) ([]byte, error) {
	if len(packets) == 0 || len(packets) > MaxFrames {
		return dst, fmt.Errorf("%d frames in a message: %w", len(packets), ErrMessage)
	}
	p := packets[0]
	if p.PlayAt < 0 || p.PlayAt > maxMicros { // who reads it would end the link
		return dst, fmt.Errorf("play-at %d: %w", p.PlayAt, ErrMessage)
	}
	flags := p.Flags&^(frame.Last|frame.Silence) | packets[len(packets)-1].Flags&frame.Last
	out := append(dst, head(KindAudio), byte(flags))
	out = binary.BigEndian.AppendUint16(out, p.Stream)
	out = binary.BigEndian.AppendUint32(out, p.Seq)
	out = binary.BigEndian.AppendUint64(out, uint64(p.PlayAt))
	for i, q := range packets {
		if i > 0 && !Follows(packets[i-1], q) {
			return dst, fmt.Errorf("frame %d does not follow: %w", q.Seq, ErrMessage)
		}
		if q.Flags&frame.Silence != 0 {
			q.Data = nil
		}
		if len(q.Data) > MaxFrameBytes {
			return dst, fmt.Errorf("frame of %d bytes: %w", len(q.Data), ErrMessage)
		}
		out = binary.BigEndian.AppendUint16(out, uint16(len(q.Data)))
		out = append(out, q.Data...)
	}
	return out, nil
}

// ParseAudio reads AppendAudio's form. The packets share b's memory and their
// Codec is zero: only the stream's OPEN knows it. Frames that carry the repeat
// bit are left out: this lane is in order and needs none.
func ParseAudio(b []byte) ([]frame.Packet, error) {
	if k, err := KindOf(b); err != nil || k != KindAudio || len(b) < audioHeader {
		return nil, fmt.Errorf("sound: %w", ErrMessage)
	}
	flags := frame.Flags(b[1])
	p := frame.Packet{
		Stream: binary.BigEndian.Uint16(b[2:]), Seq: binary.BigEndian.Uint32(b[4:]),
		PlayAt: int64(binary.BigEndian.Uint64(b[8:])),
	}
	if p.PlayAt < 0 || p.PlayAt > maxMicros {
		return nil, fmt.Errorf("sound: play-at %d: %w", p.PlayAt, ErrMessage)
	}
	var out []frame.Packet
	for b = b[audioHeader:]; len(b) > 0; {
		if len(b) < 2 {
			return nil, fmt.Errorf("sound: %w", ErrMessage)
		}
		v := binary.BigEndian.Uint16(b)
		n := int(v &^ repeatBit)
		if b = b[2:]; n > len(b) || n > MaxFrameBytes || len(out) == MaxFrames {
			return nil, fmt.Errorf("sound: frame of %d bytes: %w", n, ErrMessage)
		}
		if v&repeatBit == 0 {
			q := p
			q.Data, q.Flags = b[:n:n], flags&frame.Live
			if n == 0 {
				q.Data, q.Flags = nil, q.Flags|frame.Silence
			}
			out = append(out, q)
			p.Seq, p.PlayAt = p.Seq+1, p.PlayAt+FrameMicros
		}
		b = b[n:]
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("sound: no frame: %w", ErrMessage)
	}
	out[0].Flags |= flags & (frame.First | frame.Discontinuity)
	out[len(out)-1].Flags |= flags & frame.Last
	return out, nil
}

// maxMicros bounds times on the wire: about 140 years, so that sums cannot
// overflow.
const maxMicros = int64(1) << 52

// Exchange is one question for the time, in µs: T1 and T4 on the asker's
// clock, T2 and T3 on the station's.
type Exchange struct{ T1, T2, T3, T4 int64 }

// AppendAsk appends the question {t1}.
func AppendAsk(dst []byte, t1 int64) []byte {
	return binary.BigEndian.AppendUint64(append(dst, head(KindAsk)), uint64(t1))
}

// ParseAsk reads AppendAsk's form.
func ParseAsk(b []byte) (t1 int64, err error) {
	if k, err := KindOf(b); err != nil || k != KindAsk || len(b) != 9 {
		return 0, fmt.Errorf("time: %w", ErrMessage)
	}
	return micros(b[1:])
}

// AppendAnswer appends the answer {t1, t2, t3}.
func AppendAnswer(dst []byte, t1, t2, t3 int64) []byte {
	dst = binary.BigEndian.AppendUint64(append(dst, head(KindAnswer)), uint64(t1))
	dst = binary.BigEndian.AppendUint64(dst, uint64(t2))
	return binary.BigEndian.AppendUint64(dst, uint64(t3))
}

// ParseAnswer reads AppendAnswer's form; T4 is the reader's to set.
func ParseAnswer(b []byte) (x Exchange, err error) {
	if k, err := KindOf(b); err != nil || k != KindAnswer || len(b) != 25 {
		return x, fmt.Errorf("time: %w", ErrMessage)
	}
	for i, to := range []*int64{&x.T1, &x.T2, &x.T3} {
		if *to, err = micros(b[1+8*i:]); err != nil {
			return Exchange{}, err
		}
	}
	return x, nil
}

func micros(b []byte) (int64, error) {
	v := int64(binary.BigEndian.Uint64(b))
	if v < 0 || v > maxMicros {
		return 0, fmt.Errorf("time %d µs: %w", v, ErrMessage)
	}
	return v, nil
}

package multicast

import "loaxa/audio/frame"

// fits tells whether a packet is what the coding is made of.
func fits(c Coding, p frame.Packet) bool {
	if p.Codec != c.Needs() {
		return false
	}
	if p.Flags&frame.Silence != 0 {
		return true
	}
	switch c {
	case L16:
		return len(p.Data) == 2*frame.Samples
	case PCMU, PCMA:
		return len(p.Data) == frame.Samples/6
	case Opus:
	}
	return len(p.Data) > 0 && len(p.Data) <= 1275 // RFC 6716, 3.2.1: of one frame
}

// payload is what goes behind the RTP header.
func payload(c Coding, p frame.Packet) []byte {
	quiet := p.Flags&frame.Silence != 0
	switch c {
	case Opus:
		if quiet {
			return opusSilence
		}
	case L16:
		if quiet {
			return make([]byte, 2*frame.Samples)
		}
	case PCMU, PCMA:
		out := make([]byte, frame.Samples/6)
		for i := range out {
			b := byte(0xff) // zero in µ-law
			if !quiet {
				b = p.Data[i]
			}
			if out[i] = b; c == PCMA {
				out[i] = aLaw(linear(b))
			}
		}
		return out
	}
	return p.Data
}

// linear is a µ-law byte's value of 16 bits, ITU-T G.711, table 2a.
func linear(b byte) int {
	b = ^b
	x := (int(b&0x0f)<<3+0x84)<<(b>>4&7) - 0x84
	if b&0x80 != 0 {
		return -x
	}
	return x
}

// aLaw codes a value of 16 bits after ITU-T G.711, table 1a (even bits
// inverted).
func aLaw(x int) byte {
	sign := byte(0x80)
	if x < 0 {
		x, sign = -x-1, 0
	}
	x = min(x, 0x7fff) >> 4 // 11 bits: 3 of the segment, 4 of the step in it
	exp := 0
	for x > 0x1f {
		x >>= 1
		exp++
	}
	if x > 0x0f { // from the second segment on the leading bit is not sent
		exp++
	}
	return (sign | byte(exp<<4) | byte(x&0x0f)) ^ 0x55
}

// Package multicast sends sound to loudspeakers of other makers: RTP (RFC 3550)
// to a multicast group or to one address, as Opus (RFC 7587), L16 (RFC 3551) or
// G.711, with a channel of its own for emergencies and a description (SDP, RFC
// 8866) for each.
//
// Nothing comes back on this wire: the driver knows what it sent, never what was
// heard. A driver's state is behind one mutex that is not held across I/O; one
// goroutine writes. A packet that waits too long is dropped and counted.
package multicast

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"
	"unicode/utf8"

	"loaxa/audio/frame"
)

// What can be wrong with a description or a call.
var (
	ErrOptions = errors.New("multicast options")
	ErrStream  = errors.New("multicast stream")
)

// Coding is what the loudspeakers take.
type Coding string

// The codings, each with the packets that it needs from the bus.
const (
	Opus Coding = "opus" // frame.Opus
	L16  Coding = "l16"  // frame.L16
	PCMU Coding = "pcmu" // frame.PCMU
	PCMA Coding = "pcma" // frame.PCMU too: one G.711 law made of the other
)

// Needs is the codec of the packets that a coding is made of; 0: unknown.
func (c Coding) Needs() frame.Codec {
	switch c {
	case Opus:
		return frame.Opus
	case L16:
		return frame.L16
	case PCMU, PCMA:
		return frame.PCMU
	}
	return 0
}

// payload is the RTP payload type: static ones of RFC 3551, else dynamic.
func (c Coding) payload() uint8 {
	switch c {
	case PCMU:
		return 0
	case PCMA:
		return 8
	case L16:
		return 96
	case Opus:
	}
	return 97
}

// rate is that of RTP time stamps, in Hz.
func (c Coding) rate() int {
	if c.Needs() == frame.PCMU {
		return 8000
	}
	return frame.Rate
}

// parts is how many RTP packets a frame is. A frame of L16 has 1920 bytes, more
// than Ethernet carries in one piece; boxes seldom put fragments together.
func (c Coding) parts() int {
	if c == L16 {
		return 2
	}
	return 1
}

// Channel is where one kind of sound goes.
type Channel struct {
	To   netip.AddrPort // IPv4; an even port, RTP's custom
	DSCP uint8          // 0 to 63, RFC 2474
}

// The usual marks: EF for speech, and the class above it, that of network
// control, for emergencies.
const (
	UsualDSCP     = 46
	EmergencyDSCP = 48
)

// MaxTTL bounds how many routers a multicast passes: a commune's own net.
const MaxTTL = 32

// MaxAhead bounds how far before its time a packet is sent.
const MaxAhead = 2 * time.Second

// Options describe one group of loudspeakers.
type Options struct {
	Name      string // of the description: 1 to 100 characters, no control signs
	Coding    Coding
	Usual     Channel
	Emergency Channel    // another port than Usual, and a DSCP not below it; zero: they go the usual way
	TTL       int        // 1 to MaxTTL
	Interface string     // by which it leaves; empty: as the system routes
	Origin    netip.Addr // the station's own address in the description, IPv4; zero: the one that it leaves by
	// Ahead is how long before its time a packet is sent, 0 to MaxAhead: what
	// the boxes keep in their own buffer.
	Ahead time.Duration
	Now   func() int64 // µs of the station's monotonic epoch
	// Dial opens the socket of a channel; Dial of this package is the usual one.
	Dial func(c Channel, ttl int, iface string) (net.Conn, error)
}

// channels are those that are in use.
func (o *Options) channels() []Channel {
	if o.Emergency.To.IsValid() {
		return []Channel{o.Usual, o.Emergency}
	}
	return []Channel{o.Usual}
}

// Check tells what is wrong with a description of loudspeakers, clock and
// socket left out.
func (o *Options) Check() error {
	switch {
	case o.Name == "" || utf8.RuneCountInString(o.Name) > 100 || !plain(o.Name):
		return fmt.Errorf("%w: name: 1 to 100 characters on one line", ErrOptions)
	case o.Coding.Needs() == 0:
		return fmt.Errorf("%w: coding %q is none of opus, l16, pcmu, pcma", ErrOptions, o.Coding)
	case o.TTL < 1 || o.TTL > MaxTTL:
		return fmt.Errorf("%w: ttl %d is outside 1 to %d", ErrOptions, o.TTL, MaxTTL)
	case o.Ahead < 0 || o.Ahead > MaxAhead:
		return fmt.Errorf("%w: ahead %v is outside 0 to %v", ErrOptions, o.Ahead, MaxAhead)
	case len(o.Interface) > 15:
		return fmt.Errorf("%w: interface: 15 characters at most", ErrOptions)
	case o.Origin.IsValid() && !o.Origin.Is4():
		return fmt.Errorf("%w: origin %v is not IPv4", ErrOptions, o.Origin)
	case o.Usual.To.Port() == o.Emergency.To.Port():
		return fmt.Errorf("%w: emergencies need a port of their own", ErrOptions)
	case o.Emergency.To.IsValid() && o.Emergency.DSCP < o.Usual.DSCP:
		return fmt.Errorf("%w: emergencies are marked lower than the rest", ErrOptions)
	}
	for _, c := range o.channels() {
		switch a := c.To.Addr(); {
		case !a.Is4() || a.IsUnspecified() || a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
			return fmt.Errorf("%w: %v is not the IPv4 address of a group or a box", ErrOptions, c.To)
		case c.To.Port() < 1024 || c.To.Port()%2 != 0:
			return fmt.Errorf("%w: port %d is not an even one from 1024", ErrOptions, c.To.Port())
		case c.DSCP > 63:
			return fmt.Errorf("%w: dscp %d is outside 0 to 63", ErrOptions, c.DSCP)
		}
	}
	return nil
}

func (o *Options) validate() error {
	if err := o.Check(); err != nil {
		return err
	}
	if o.Now == nil || o.Dial == nil {
		return fmt.Errorf("%w: no clock or no socket", ErrOptions)
	}
	return nil
}

// plain tells whether a text is UTF-8 without control signs: a line break in a
// description would begin another field.
func plain(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return false
		}
	}
	return true
}

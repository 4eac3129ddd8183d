package multicast

import (
	"fmt"
	"hash/fnv"
	"net"
	"net/netip"
	"strconv"

	"github.com/pion/sdp/v3"
)

// Description is the SDP of the usual channel, or of that of emergencies.
func (d *Driver) Description(emergency bool) ([]byte, error) { return Describe(d.opt, emergency) }

// Describe is the SDP of a group's usual channel, or of that of emergencies,
// which is the usual one where they have none of their own. A box or a player
// opens it to listen. An address of one box is described too: it is read at
// that box. The same group has the same description after each restart.
func Describe(o Options, emergency bool) ([]byte, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	c, title := o.Usual, o.Name
	if emergency && o.Emergency.To.IsValid() {
		c, title = o.Emergency, o.Name+" !"
	}
	origin := o.Origin
	if !origin.IsValid() {
		origin = o.leavesBy(c)
	}
	address := &sdp.Address{Address: c.To.Addr().String()}
	if c.To.Addr().IsMulticast() {
		address.TTL = &o.TTL
	}
	payload := strconv.Itoa(int(o.Coding.payload()))
	media := &sdp.MediaDescription{MediaName: sdp.MediaName{Media: "audio", Port: sdp.RangedPort{Value: int(c.To.Port())},
		Protos: []string{"RTP", "AVP"}, Formats: []string{payload}}}
	media.WithValueAttribute("rtpmap", payload+" "+o.Coding.rtpmap())
	if o.Coding == Opus {
		media.WithValueAttribute("fmtp", payload+" sprop-stereo=0; stereo=0")
	}
	media.WithValueAttribute("ptime", strconv.Itoa(20/o.Coding.parts()))
	media.WithPropertyAttribute("recvonly")
	h := fnv.New64a() // RFC 8866, 5.2: a number of its own
	fmt.Fprintf(h, "%s %s %v %d", o.Name, o.Coding, c.To, o.TTL)
	id := h.Sum64() >> 1 // some read it as signed
	s := sdp.SessionDescription{
		Origin: sdp.Origin{Username: "-", SessionID: id, SessionVersion: 1, NetworkType: "IN", AddressType: "IP4",
			UnicastAddress: origin.String()},
		SessionName:           sdp.SessionName(title),
		ConnectionInformation: &sdp.ConnectionInformation{NetworkType: "IN", AddressType: "IP4", Address: address},
		TimeDescriptions:      []sdp.TimeDescription{{}},
		MediaDescriptions:     []*sdp.MediaDescription{media},
	}
	b, err := s.Marshal()
	if err != nil {
		return nil, fmt.Errorf("describe %q: %w", o.Name, err)
	}
	return b, nil
}

// leavesBy is the address by which a channel's packets leave, 127.0.0.1 where
// the system cannot say. Nothing is sent to find it.
func (o *Options) leavesBy(c Channel) netip.Addr {
	if o.Dial != nil {
		if conn, err := o.Dial(c, o.TTL, o.Interface); err == nil {
			defer func() { _ = conn.Close() }() // nothing was written
			if a, ok := conn.LocalAddr().(*net.UDPAddr); ok && a.AddrPort().Addr().Unmap().Is4() {
				return a.AddrPort().Addr().Unmap()
			}
		}
	}
	return netip.AddrFrom4([4]byte{127, 0, 0, 1})
}

// rtpmap names a coding as its RFC does; Opus always says two channels.
func (c Coding) rtpmap() string {
	switch c {
	case L16:
		return "L16/48000/1"
	case PCMU:
		return "PCMU/8000"
	case PCMA:
		return "PCMA/8000"
	case Opus:
	}
	return "opus/48000/2"
}

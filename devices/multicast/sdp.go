package multicast

import (
	"fmt"
	"strconv"

	"github.com/pion/sdp/v3"
)

// Description is the SDP of the usual channel, or of that of emergencies. A box
// or a player opens it to listen. An address of one box is described too: it
// is read at that box.
func (d *Driver) Description(emergency bool) ([]byte, error) {
	c, title := d.opt.Usual, d.opt.Name
	if emergency {
		c, title = d.opt.Emergency, d.opt.Name+" !"
	}
	address := &sdp.Address{Address: c.To.Addr().String()}
	if c.To.Addr().IsMulticast() {
		address.TTL = &d.opt.TTL
	}
	payload := strconv.Itoa(int(d.opt.Coding.payload()))
	media := &sdp.MediaDescription{MediaName: sdp.MediaName{Media: "audio", Port: sdp.RangedPort{Value: int(c.To.Port())},
		Protos: []string{"RTP", "AVP"}, Formats: []string{payload}}}
	media.WithValueAttribute("rtpmap", payload+" "+d.opt.Coding.rtpmap())
	if d.opt.Coding == Opus {
		media.WithValueAttribute("fmtp", payload+" sprop-stereo=0; stereo=0")
	}
	media.WithValueAttribute("ptime", strconv.Itoa(20/d.opt.Coding.parts()))
	media.WithPropertyAttribute("recvonly")
	id := uint64(d.channels[0].ssrc) // RFC 8866, 5.2: a number of its own
	if emergency {
		id = uint64(d.channels[1].ssrc)
	}
	s := sdp.SessionDescription{
		Origin: sdp.Origin{Username: "-", SessionID: id, SessionVersion: 1, NetworkType: "IN", AddressType: "IP4",
			UnicastAddress: d.opt.Origin.String()},
		SessionName:           sdp.SessionName(title),
		ConnectionInformation: &sdp.ConnectionInformation{NetworkType: "IN", AddressType: "IP4", Address: address},
		TimeDescriptions:      []sdp.TimeDescription{{}},
		MediaDescriptions:     []*sdp.MediaDescription{media},
	}
	b, err := s.Marshal()
	if err != nil {
		return nil, fmt.Errorf("describe %q: %w", d.opt.Name, err)
	}
	return b, nil
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

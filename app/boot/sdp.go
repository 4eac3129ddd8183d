package boot

import (
	"fmt"
	"net/http"
	"strings"

	"loaxa/devices/multicast"
)

// SDPOptions are `loaxa sdp`.
type SDPOptions struct {
	Group     string `arg:"" optional:"" help:"Name of a group in the station file; without it all are listed."`
	Data      string `help:"The station's data folder." type:"path"`
	Emergency bool   `help:"The emergencies' channel instead of the usual one."`
}

// Run prints what a loudspeaker or a player needs to listen to a group. It reads
// the station file alone: the station need not run.
func (o *SDPOptions) Run(p Program) error {
	dir := o.Data
	if dir == "" {
		dir = DefaultData()
	}
	c, err := LoadConfig(dir)
	if err != nil {
		return err
	}
	if o.Group == "" {
		for _, m := range c.Multicast {
			emergency := m.Emergency
			if emergency == "" {
				emergency = "-"
			}
			fmt.Fprintf(p.Out, "%s\t%s\t%s\temergency %s\n", m.Name, m.Coding, m.Address, emergency)
		}
		if len(c.Multicast) == 0 {
			return fmt.Errorf("no [[multicast]] in %s of %s", StationFile, dir)
		}
		return nil
	}
	b, ok, err := c.Outputs.describe(o.Group, o.Emergency)
	switch {
	case err != nil:
		return err
	case !ok:
		return &UseError{fmt.Sprintf("no group %q in %s of %s; loaxa sdp lists them", o.Group, StationFile, dir)}
	}
	_, err = p.Out.Write(b)
	return err
}

// describe is the SDP of a group by its name; false: there is none of it, or it
// has no such channel.
func (o Outputs) describe(name string, emergency bool) ([]byte, bool, error) {
	for _, m := range o.Multicast {
		if m.Name != name {
			continue
		}
		if emergency && m.Emergency == "" {
			return nil, false, nil
		}
		opt, err := m.options(nil)
		if err != nil {
			return nil, false, err
		}
		b, err := multicast.Describe(opt, emergency)
		return b, err == nil, err
	}
	return nil, false, nil
}

// serveSDP answers /sdp/NAME.sdp and, for emergencies, /sdp/NAME!.sdp.
func (s *stationRooms) serveSDP(w http.ResponseWriter, r *http.Request) {
	name, ok := strings.CutSuffix(r.PathValue("file"), ".sdp")
	if !ok {
		http.NotFound(w, r)
		return
	}
	name, emergency := strings.CutSuffix(name, "!")
	b, ok, err := s.conf.Outputs.describe(name, emergency)
	if !ok || err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/sdp")
	_, _ = w.Write(b)
}

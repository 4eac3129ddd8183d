package boot

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"loaxa/app/station"
)

// KeyDirect is `loaxa key direct`.
type KeyDirect struct {
	File      string        `arg:"" help:"The key." type:"path"`
	Out       string        `help:"File that takes the directive." required:"" type:"path"`
	Notice    string        `help:"Words for the people at the stations."`
	Board     bool          `help:"With --notice: show it on the boards too."`
	Timetable string        `help:"JSON file of the slots that are to be aired; they replace those of the version before." type:"path"`
	Settings  string        `help:"JSON file of settings: hotline, phrases." type:"path"`
	Version   uint64        `help:"Of the timetable or settings: a newer one replaces an older; the time without it."`
	Valid     time.Duration `help:"How long it is taken." default:"720h"`
	Station   []string      `help:"Fingerprint of a station; may be given again." placeholder:"FP"`
	Area      []string      `help:"Name of an area; may be given again."`
	secret
}

// Run builds a directive and signs it.
func (k *KeyDirect) Run(p Program) error {
	d, err := k.directive(time.Now())
	if err != nil {
		return &UseError{err.Error()}
	}
	key, _, err := k.open(p, k.File)
	if err != nil {
		return err
	}
	d.Issuer, d.KeyID = key.Name, key.ID()
	s := d.Sign(key.Sign)
	doc := s.Encode()
	if _, err := station.DecodeDirective(doc); err != nil {
		return &UseError{err.Error()}
	}
	if err := writeFile(k.Out, doc, 0o644); err != nil {
		return err
	}
	return tellDirective(p.Out, s)
}

func (k *KeyDirect) directive(now time.Time) (d station.Directive, err error) {
	d = station.Directive{ID: newOrderID(), Version: k.Version, Stations: k.Station, Areas: k.Area,
		IssuedAt: now.UnixMilli(), Expires: now.Add(k.Valid).UnixMilli()}
	if d.Version == 0 {
		d.Version = uint64(now.UnixMilli())
	}
	given := 0
	for _, one := range []string{k.Notice, k.Timetable, k.Settings} {
		if one != "" {
			given++
		}
	}
	switch {
	case given != 1:
		return d, errors.New("one of --notice, --timetable and --settings is needed")
	case k.Notice != "":
		d.Kind = station.DirectNotice
		d.Body, err = json.Marshal(station.NoticeBody{Text: strings.ReplaceAll(k.Notice, `\n`, "\n"), Board: k.Board})
	case k.Timetable != "":
		d.Kind = station.DirectTimetable
		d.Body, err = readBody(k.Timetable)
	default:
		d.Kind = station.DirectSettings
		d.Body, err = readBody(k.Settings)
	}
	return d, err
}

func readBody(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, station.MaxDirectiveBody+1))
	if err == nil && len(b) > station.MaxDirectiveBody {
		err = fmt.Errorf("%s: more than %d bytes", path, station.MaxDirectiveBody)
	}
	return b, err
}

func tellDirective(out io.Writer, s station.SignedDirective) error {
	need := 0
	if s.NeedsApproval() {
		need = 1
	}
	_, err := fmt.Fprintf(out, "directive %s\nissuer    %s\nkind      %s, version %d\nfor       %s %s\nuntil     %s\nbody      %s\napprovals %d of %d\n",
		s.ID, s.Issuer, s.Kind, s.Version, strings.Join(s.Stations, " "), strings.Join(s.Areas, ", "),
		time.UnixMilli(s.Expires).In(Saigon).Format("02/01/2006 15:04"), s.Body, len(s.Approvals), need)
	return err
}

// approveDirective shows a directive and signs under it.
func (k *KeyApprove) approveDirective(p Program, doc []byte) error {
	s, err := station.DecodeDirective(doc)
	if err != nil {
		return err
	}
	if err := tellDirective(p.Out, s); err != nil {
		return err
	}
	return k.approve(p, s.KeyID, s.Issuer, s.ApprovalBytes(), func(a station.OrderApproval) ([]byte, error) {
		s.Approvals = append(s.Approvals, a)
		b := s.Encode()
		_, err := station.DecodeDirective(b)
		return b, err
	})
}

// approve signs under what somebody else has signed; with gives the document
// with one more approval.
func (k *KeyApprove) approve(p Program, by, issuer string, what []byte, with func(station.OrderApproval) ([]byte, error)) error {
	if err := k.sure(p); err != nil {
		return err
	}
	key, _, err := k.open(p, k.File)
	if err != nil {
		return err
	}
	if key.ID() == by || key.Name == issuer {
		return errors.New("who signed does not approve: a second person must")
	}
	b, err := with(station.OrderApproval{KeyID: key.ID(), Signature: key.Sign(what)})
	if err != nil {
		return err
	}
	return writeFile(k.Order, b, 0o644)
}

// sure asks whether what was shown is meant.
func (k *KeyApprove) sure(p Program) error {
	if k.Yes {
		return nil
	}
	fmt.Fprint(p.Err, "Approve this? Type yes: ")
	line, _ := bufio.NewReader(p.In).ReadString('\n')
	if strings.TrimSpace(line) != "yes" {
		return errors.New("not approved")
	}
	return nil
}

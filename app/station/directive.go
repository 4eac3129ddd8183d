package station

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// DirectiveKind says what a directive changes. Closed set.
type DirectiveKind uint8

// The kinds of directives.
const (
	DirectNotice    DirectiveKind = 1 // words for the people at the station, and for its boards if it says so
	DirectTimetable DirectiveKind = 2 // the slots that its issuer wants aired; they replace those of the one before
	DirectSettings  DirectiveKind = 3 // rules that its issuer may set
)

func (k DirectiveKind) String() string {
	switch k {
	case DirectNotice:
		return "notice"
	case DirectTimetable:
		return "timetable"
	case DirectSettings:
		return "settings"
	default:
		return "unknown"
	}
}

// Directive is what a tier above wants of a station beside orders: it interrupts
// nothing. It is signed like an order, under a domain of its own.
type Directive struct {
	ID       OrderID       `json:"id"`
	Issuer   string        `json:"issuer"` // as the key set names the holder of the key
	KeyID    string        `json:"keyId"`
	Kind     DirectiveKind `json:"kind"`
	Version  uint64        `json:"version"` // of the issuer's timetable or settings: a newer one replaces an older
	Stations []string      `json:"stations,omitempty"`
	Areas    []string      `json:"areas,omitempty"`
	IssuedAt int64         `json:"issuedAt"` // Unix ms
	Expires  int64         `json:"expires"`  // it is taken before
	Body     []byte        `json:"body"`     // JSON of the kind's type
}

// SignedDirective is a directive with its signatures.
type SignedDirective struct {
	Directive
	Signature []byte
	Approvals []OrderApproval
}

// The bodies by kind.
type (
	// NoticeBody is the body of a notice.
	NoticeBody struct {
		Text  string `json:"text"`
		Board bool   `json:"board,omitempty"` // show it on the boards too
	}
	// TimetableBody is the body of a timetable. A slot's ID, By, Last and Skip
	// are the station's and stay empty.
	TimetableBody struct {
		Slots []Slot `json:"slots"`
	}
	// SettingsBody is the body of settings: only what people are told in an
	// emergency.
	SettingsBody struct {
		Hotline *string   `json:"hotline,omitempty"` // nil: as it is
		Phrases *[]string `json:"phrases,omitempty"`
	}
)

// Bounds of a directive.
const (
	MaxDirectiveBytes = 40 << 10 // so that its record fits one journal entry
	MaxDirectiveBody  = 24 << 10
	MaxDirectiveLife  = 90 * 24 * 3600_000
	MaxDirectiveSlots = 50
	MaxNotice         = 1000 // runes

	directiveMagic  = "LXDIRCT1"
	domainDirective = "truyenthanh/directive/v1"
	domainDirectOK  = "truyenthanh/directive-approval/v1"
)

// IsDirective tells whether bytes begin like a directive.
func IsDirective(b []byte) bool { return bytes.HasPrefix(b, []byte(directiveMagic)) }

func (d *Directive) core() []byte {
	var w wire
	w = append(w, d.ID[:]...)
	w.str(d.Issuer)
	w.str(d.KeyID)
	w = append(w, byte(d.Kind))
	w.u64(d.Version)
	w.strs(d.Stations)
	w.strs(d.Areas)
	w.u64(uint64(d.IssuedAt))
	w.u64(uint64(d.Expires))
	h := sha256.Sum256(d.Body)
	return append(w, h[:]...)
}

// SignedBytes is what the issuer signs.
func (d *Directive) SignedBytes() []byte {
	var w wire
	w.str(domainDirective)
	return append(w, d.core()...)
}

// ApprovalBytes is what an approver signs.
func (d *Directive) ApprovalBytes() []byte {
	var w wire
	w.str(domainDirectOK)
	return append(w, d.SignedBytes()...)
}

// Sign makes the document.
func (d Directive) Sign(sign func(msg []byte) []byte) SignedDirective {
	return SignedDirective{Directive: d, Signature: sign(d.SignedBytes())}
}

// Wide tells whether it is for more than one station.
func (d *Directive) Wide() bool { return len(d.Areas) > 0 || len(d.Stations) > 1 }

// NeedsApproval tells whether a second person must have signed: for what will
// sound, or change what is said in an emergency, at more than one station.
func (d *Directive) NeedsApproval() bool { return d.Kind != DirectNotice && d.Wide() }

// Encode is the document: the only form that it has.
func (s *SignedDirective) Encode() []byte {
	w := wire(directiveMagic)
	w.blob(s.core())
	w.blob(s.Body)
	w = append(w, s.Signature...)
	w = append(w, byte(len(s.Approvals)))
	for _, a := range s.Approvals {
		w.str(a.KeyID)
		w = append(w, a.Signature...)
	}
	return w
}

// DecodeDirective reads a document; it proves nothing.
func DecodeDirective(b []byte) (s SignedDirective, err error) {
	if s, err = decodeDirective(b); err != nil {
		return SignedDirective{}, fmt.Errorf("not a directive: %w", err)
	}
	return s, nil
}

func decodeDirective(b []byte) (s SignedDirective, err error) {
	if len(b) > MaxDirectiveBytes || !IsDirective(b) {
		return s, fmt.Errorf("%d bytes that do not begin like one, or more than %d", len(b), MaxDirectiveBytes)
	}
	r := unwire{b: b[len(directiveMagic):]}
	core := unwire{b: r.blob(MaxDirectiveBytes)}
	s.Body = r.blob(MaxDirectiveBody)
	s.Signature = bytes.Clone(r.take(64))
	n := int(r.u8())
	if n > MaxApprovals {
		r.fail("too many approvals")
		n = 0
	}
	for range n {
		s.Approvals = append(s.Approvals, OrderApproval{r.str(MaxOrderName), bytes.Clone(r.take(64))})
	}
	copy(s.ID[:], core.take(16))
	s.Issuer, s.KeyID, s.Kind, s.Version = core.str(MaxOrderName), core.str(MaxOrderName), DirectiveKind(core.u8()), core.u64()
	s.Stations, s.Areas = core.strs(MaxOrderStations), core.strs(MaxOrderAreas)
	s.IssuedAt, s.Expires = int64(core.u64()), int64(core.u64())
	if err := errors.Join(r.err, core.err); err != nil {
		return s, err
	}
	if !bytes.Equal(s.Encode(), b) { // its body's hash too
		return s, errors.New("it is not in the one form that it has")
	}
	return s, s.bounds()
}

func (d *Directive) bounds() error {
	switch {
	case d.ID.IsZero():
		return errors.New("it has no id")
	case !isFingerprint(d.KeyID) || !cleanName(d.Issuer):
		return errors.New("its key id is no fingerprint, or its issuer's name cannot be shown")
	case len(d.Stations)+len(d.Areas) == 0:
		return errors.New("it is for nobody")
	case d.IssuedAt <= 0 || d.Expires > maxTime || d.Expires <= d.IssuedAt || d.Expires-d.IssuedAt > MaxDirectiveLife:
		return errors.New("its times are not in order")
	case slices.ContainsFunc(d.Stations, func(id string) bool { return !isFingerprint(id) }):
		return errors.New("a station of its audience is no fingerprint")
	case slices.ContainsFunc(d.Areas, func(a string) bool { return !cleanName(a) }):
		return errors.New("an area cannot be shown")
	}
	switch d.Kind {
	case DirectNotice:
		_, err := d.Notice()
		return err
	case DirectTimetable:
		_, err := d.Timetable()
		return err
	case DirectSettings:
		_, err := d.Settings()
		return err
	default:
		return fmt.Errorf("kind %d is unknown", d.Kind)
	}
}

func strictBody(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil || dec.More() {
		return errors.New("its body is not that of its kind")
	}
	return nil
}

// Notice is the body of a notice.
func (d *Directive) Notice() (n NoticeBody, err error) {
	if err := strictBody(d.Body, &n); err != nil {
		return n, err
	}
	if n.Text == "" || !utf8.ValidString(n.Text) || utf8.RuneCountInString(n.Text) > MaxNotice {
		return n, fmt.Errorf("its text has none or more than %d characters", MaxNotice)
	}
	return n, shown(n.Text)
}

// Timetable is the body of a timetable. Whether a slot can be aired the desk
// says.
func (d *Directive) Timetable() (t TimetableBody, err error) {
	if err := strictBody(d.Body, &t); err != nil {
		return t, err
	}
	if len(t.Slots) > MaxDirectiveSlots {
		return t, fmt.Errorf("%d slots, limit %d", len(t.Slots), MaxDirectiveSlots)
	}
	for _, s := range t.Slots {
		if s.ID != 0 || s.By != "" || s.Above != "" || s.Last != 0 || len(s.Skip) > 0 {
			return t, errors.New("a slot sets what is the station's")
		}
	}
	return t, nil
}

// Settings is the body of settings. Whether they fit the desk says.
func (d *Directive) Settings() (s SettingsBody, err error) {
	if err := strictBody(d.Body, &s); err != nil {
		return s, err
	}
	if s.Hotline == nil && s.Phrases == nil {
		return s, errors.New("it sets nothing")
	}
	return s, nil
}

// CheckDirective judges a directive. A nil Refusal: it is to be obeyed; versions
// and ids that were taken before are the caller's to know.
func CheckDirective(b []byte, c OrderContext) (SignedDirective, *Refusal) {
	s, err := decodeDirective(b)
	if err != nil {
		return s, &Refusal{Code: OrderMalformed, Subject: err.Error()}
	}
	e := c.Keys.find(s.KeyID)
	switch {
	case e == nil || e.Name != s.Issuer:
		return s, &Refusal{Code: OrderUnknownKey, Subject: s.KeyID}
	case !ed25519.Verify(e.Key, s.SignedBytes(), s.Signature):
		return s, &Refusal{Code: OrderBadSignature, Subject: s.Issuer}
	case e.usable(c.Now) != "":
		return s, &Refusal{Code: e.usable(c.Now), Subject: s.Issuer}
	case !e.Roles.Has(MayIssue) || e.Top < Operator:
		return s, &Refusal{Code: OrderNotAllowed, Subject: s.Issuer}
	case !slices.Contains(s.Stations, c.Station) && !slices.ContainsFunc(s.Areas, func(a string) bool { return slices.Contains(c.Areas, a) }):
		return s, &Refusal{Code: OrderForOthers}
	case s.Expires <= c.Now.earliest():
		return s, &Refusal{Code: OrderExpired}
	case s.IssuedAt-clockSkew > c.Now.latest():
		return s, &Refusal{Code: OrderNotYet}
	case s.NeedsApproval() && !s.approved(c):
		return s, &Refusal{Code: OrderNotApproved, Limit: 1}
	}
	return s, nil
}

func (s *SignedDirective) approved(c OrderContext) bool {
	return slices.ContainsFunc(s.Approvals, func(a OrderApproval) bool {
		e := c.Keys.find(a.KeyID)
		return e != nil && e.Roles.Has(MayApprove) && e.usable(c.Now) == "" && a.KeyID != s.KeyID && e.Name != s.Issuer &&
			ed25519.Verify(e.Key, s.ApprovalBytes(), a.Signature)
	})
}

// DirectiveRecord is a directive that was taken: a record of class "directive",
// keyed by its id. The newest version of an issuer's kind is the one that holds.
type DirectiveRecord struct {
	ID       OrderID       `json:"id"`
	Issuer   string        `json:"issuer"`
	Kind     DirectiveKind `json:"kind"`
	Version  uint64        `json:"version"`
	IssuedAt int64         `json:"issuedAt"`
	At       Stamp         `json:"at"`
	Via      string        `json:"via"`
	Document []byte        `json:"document"`
}

// DirectiveReceived is a verified directive for the desk. It never crosses the
// attach socket: only who verified it makes one.
type DirectiveReceived struct {
	Directive Directive
	Document  []byte
	Via       string
}

func (DirectiveReceived) intent() {}

package station

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// CAP is a message of the Common Alerting Protocol 1.2 (OASIS, ITU-T X.1303) as
// far as a station reads and writes it. Nothing in it is proved: it is content
// for a person, never an order.
type CAP struct {
	XMLName    xml.Name  `xml:"urn:oasis:names:tc:emergency:cap:1.2 alert"`
	Identifier string    `xml:"identifier"`
	Sender     string    `xml:"sender"`
	Sent       string    `xml:"sent"`
	Status     string    `xml:"status"`  // Actual, Exercise, System, Test, Draft
	MsgType    string    `xml:"msgType"` // Alert, Update, Cancel, Ack, Error
	Scope      string    `xml:"scope"`
	Note       string    `xml:"note,omitempty"`
	References string    `xml:"references,omitempty"` // "sender,identifier,sent" of those that it updates or cancels
	Info       []CAPInfo `xml:"info"`
}

// CAPInfo is the message in one language.
type CAPInfo struct {
	Language  string   `xml:"language,omitempty"`
	Category  []string `xml:"category"`
	Event     string   `xml:"event"`
	Response  []string `xml:"responseType"`
	Urgency   string   `xml:"urgency"`
	Severity  string   `xml:"severity"`
	Certainty string   `xml:"certainty"`
	CAPSpan
	SenderName  string     `xml:"senderName,omitempty"`
	Headline    string     `xml:"headline,omitempty"`
	Description string     `xml:"description,omitempty"`
	Instruction string     `xml:"instruction,omitempty"`
	Contact     string     `xml:"contact,omitempty"`
	Parameter   []CAPValue `xml:"parameter"`
	Area        []CAPArea  `xml:"area"`
}

// CAPSpan is from when until when a message holds.
type CAPSpan struct {
	Effective string `xml:"effective,omitempty"`
	Expires   string `xml:"expires,omitempty"`
}

// CAPArea is where the message holds.
type CAPArea struct {
	Desc    string     `xml:"areaDesc"`
	Polygon []string   `xml:"polygon"` // "lat,lon lat,lon …", the last the first again
	Circle  []string   `xml:"circle"`  // "lat,lon radius", kilometres
	Geocode []CAPValue `xml:"geocode"`
}

// CAPValue is a name with a value.
type CAPValue struct {
	Name  string `xml:"valueName"`
	Value string `xml:"value"`
}

// Bounds of a CAP message.
const (
	MaxCAPBytes = 256 << 10
	maxCAPInfo  = 16
	maxCAPArea  = 200
	maxCAPDepth = 8
	capTime     = "2006-01-02T15:04:05-07:00"
	capLevel    = "risk-level-vn" // parameter: 1–5, Decision 18/2021
	capCommune  = "vn-commune"    // geocode: the commune's code of five digits
)

// ParseCAP reads a message and says what it lacks; the error names the element.
func ParseCAP(b []byte) (CAP, error) {
	var c CAP
	if len(b) > MaxCAPBytes {
		return c, fmt.Errorf("read CAP: %d bytes, limit %d", len(b), MaxCAPBytes)
	}
	if err := capShape(b); err != nil {
		return c, fmt.Errorf("read CAP: %w", err)
	}
	if err := xml.Unmarshal(b, &c); err != nil {
		return CAP{}, fmt.Errorf("read CAP: %w", err)
	}
	if err := c.check(); err != nil {
		return CAP{}, fmt.Errorf("read CAP: %w", err)
	}
	return c, nil
}

// capShape refuses what no alert is: depth without end, a document type.
func capShape(b []byte) error {
	d, depth := xml.NewDecoder(bytes.NewReader(b)), 0
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > maxCAPDepth {
				return errors.New("elements too deep")
			}
		case xml.EndElement:
			depth--
		case xml.Directive:
			return errors.New("a document type is not allowed")
		}
	}
}

func (c *CAP) check() error {
	one := func(what, v string, of ...string) error {
		if !slices.Contains(of, v) {
			return fmt.Errorf("%s is %q", what, v)
		}
		return nil
	}
	if err := one("status", c.Status, "Actual", "Exercise", "System", "Test", "Draft"); err != nil {
		return err
	}
	if err := one("msgType", c.MsgType, "Alert", "Update", "Cancel", "Ack", "Error"); err != nil {
		return err
	}
	areas := 0
	for _, i := range c.Info {
		areas += len(i.Area)
	}
	switch {
	case c.Identifier == "" || c.Sender == "":
		return errors.New("no identifier or no sender")
	case len(c.Info) > maxCAPInfo || areas > maxCAPArea:
		return fmt.Errorf("%d languages, %d areas", len(c.Info), areas)
	case len(c.Info) == 0 && (c.MsgType == "Alert" || c.MsgType == "Update"):
		return errors.New("no info")
	case (c.MsgType == "Update" || c.MsgType == "Cancel") && strings.TrimSpace(c.References) == "":
		return errors.New("an update or cancel without references")
	}
	if _, err := time.Parse(capTime, strings.TrimSpace(c.Sent)); err != nil {
		return fmt.Errorf("sent is %q", c.Sent)
	}
	return nil
}

// In is the message in a language ("vi"), else the first.
func (c *CAP) In(lang string) *CAPInfo {
	for i := range c.Info {
		if strings.HasPrefix(strings.ToLower(c.Info[i].Language), lang) {
			return &c.Info[i]
		}
	}
	if len(c.Info) == 0 {
		return nil
	}
	return &c.Info[0]
}

// Second is the message in the first language that is neither Vietnamese nor
// English; nil: there is none.
func (c *CAP) Second() *CAPInfo {
	for i := range c.Info {
		if l := strings.ToLower(c.Info[i].Language); l != "" && !strings.HasPrefix(l, "vi") && !strings.HasPrefix(l, "en") && (Second{Lang: l}).LangOK() {
			return &c.Info[i]
		}
	}
	return nil
}

// Key is what others call the message by in their references.
func (c *CAP) Key() string {
	r := []rune(clean(c.Sender + "," + c.Identifier))
	return string(r[:min(len(r), MaxSource)])
}

// UpdatesOne tells whether the message takes the place of an open emergency, or
// cancels it: one that came from a message which it refers to, or one of the
// station's own that went out as one.
func (c *CAP) UpdatesOne(em EmergencyView, stationID string) bool {
	for _, f := range strings.Fields(c.References) {
		p := strings.SplitN(f, ",", 3)
		if len(p) < 2 {
			continue
		}
		o := CAP{Sender: p[0], Identifier: p[1]}
		if k := o.Key(); em.Source != "" && k == em.Source || p[0] == stationID && p[1] == fmt.Sprintf("%s-%d", stationID, em.ID) {
			return true
		}
	}
	return false
}

// Exercise tells a message that is not meant.
func (c *CAP) Exercise() bool { return c.Status != "Actual" }

// For tells whether the message holds in a commune, by its code; one that names
// no commune holds everywhere.
func (i *CAPInfo) For(commune string) bool {
	named := false
	for _, a := range i.Area {
		for _, g := range a.Geocode {
			if g.Name != capCommune {
				continue
			}
			if named = true; g.Value == commune {
				return true
			}
		}
	}
	return !named
}

// Over tells whether the message has run out.
func (i *CAPInfo) Over(now time.Time) bool {
	at, err := time.Parse(capTime, strings.TrimSpace(i.Expires))
	return err == nil && !now.Before(at)
}

// Level is the risk level, 1–5: as given, else by severity; 0 not known.
func (i *CAPInfo) Level() int {
	for _, p := range i.Parameter {
		if n, err := strconv.Atoi(strings.TrimSpace(p.Value)); p.Name == capLevel && err == nil && n >= 1 && n <= 5 {
			return n
		}
	}
	return map[string]int{"Minor": 1, "Moderate": 2, "Severe": 3, "Extreme": 4}[i.Severity]
}

// Text is what of the message is read: headline, where, what, what to do, whom
// to call; clean, at most MaxEmergency characters.
func (i *CAPInfo) Text() string {
	var areas []string
	for _, a := range i.Area {
		areas = append(areas, a.Desc)
	}
	var out []string
	head := i.Headline
	if strings.TrimSpace(head) == "" {
		head = i.Event
	}
	for _, s := range []string{head, strings.Join(areas, ", "), i.Description, i.Instruction, i.Contact} {
		if s = clean(s); s != "" {
			if !strings.ContainsAny(s[len(s)-1:], ".!?") {
				s += "."
			}
			out = append(out, s)
		}
	}
	r := []rune(strings.Join(out, " "))
	return string(r[:min(len(r), MaxEmergency)])
}

// clean makes one line of words from outside that may be shown and said.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "")
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// Locate says where the message holds, in every language.
func (c *CAP) Locate(areas []CAPArea) {
	for i := range c.Info {
		c.Info[i].Area = slices.Clone(areas)
	}
}

// NewCAP makes the message of an open emergency. names are the places meant.
func NewCAP(em EmergencyView, st StationView, commune string, names []string) CAP {
	a := Alert{ID: em.ID, Type: AlertNew, Sent: em.Since, Text: em.Text, Level: em.Level, Kind: em.Kind, Drill: em.Drill, Places: names, Refs: em.Refs, Second: em.Second}
	if len(a.Refs) > 0 {
		a.Type = AlertUpdate
	}
	return a.CAP(st, commune)
}

// Bytes is the message as XML.
func (c CAP) Bytes() ([]byte, error) {
	b, err := xml.MarshalIndent(c, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write CAP: %w", err)
	}
	return append([]byte(xml.Header), append(b, '\n')...), nil
}

package station

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// bounds says what is wrong with an order that no clock, key or station need
// be asked about.
func (s *SignedOrder) bounds() error {
	o := &s.Order
	if err := o.names(); err != nil {
		return err
	}
	switch {
	case o.ID.IsZero():
		return errors.New("it has no id")
	case o.Kind != OrderPlay && o.Kind != OrderCancel && o.Kind != OrderTest:
		return fmt.Errorf("kind %d is unknown", o.Kind)
	case o.Class != Operator && o.Class != Priority && o.Class != Emergency:
		return fmt.Errorf("class %d cannot be ordered", o.Class)
	case o.Kind == OrderTest && o.Class != Emergency:
		return errors.New("only an emergency is tested")
	case o.Kind == OrderCancel && o.Supersedes.IsZero():
		return errors.New("a cancel that names no order")
	case o.Supersedes == o.ID:
		return errors.New("it supersedes itself")
	}
	if err := o.times(); err != nil {
		return err
	}
	if err := o.content(); err != nil {
		return err
	}
	return s.cancelBounds()
}

func (o *Order) names() error {
	if !isFingerprint(o.KeyID) {
		return errors.New("its key id is no fingerprint")
	}
	if len(o.Audience.Stations)+len(o.Audience.Areas) == 0 {
		return errors.New("it is for nobody")
	}
	for _, id := range o.Audience.Stations {
		if !isFingerprint(id) {
			return errors.New("a station of its audience is no fingerprint")
		}
	}
	names := append([]string{o.Issuer}, o.Audience.Areas...)
	for _, n := range append(names, o.Audience.Targets.Zones...) {
		if !cleanName(n) {
			return errors.New("a name is empty or holds what cannot be shown")
		}
	}
	if o.Content.Siren != "" && !cleanName(o.Content.Siren) {
		return errors.New("its siren's name cannot be shown")
	}
	for _, n := range o.Audience.Targets.Numbers {
		if n < 1 || n > 9999 {
			return fmt.Errorf("cluster number %d", n)
		}
	}
	return nil
}

func cleanName(s string) bool {
	if s == "" || len(s) > MaxOrderName || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return false
		}
	}
	return true
}

// maxTime is a moment no order of this program's life lies behind, Unix ms.
const maxTime = 4102444800_000 // 1 January 2100

func (o *Order) times() error {
	limit := int64(MaxOrderLife)
	switch {
	case o.Kind == OrderTest:
		limit = MaxTestLife
	case o.Kind == OrderPlay && o.Class.IsEmergency():
		limit = MaxEmergencyLife
	}
	switch {
	case o.IssuedAt <= 0 || o.Expires > maxTime || o.Expires <= o.IssuedAt:
		return errors.New("its times are not in order")
	case o.NotBefore != 0 && (o.NotBefore < o.IssuedAt || o.NotBefore >= o.Expires):
		return errors.New("it may not begin before it was issued or after it expires")
	case o.Expires-o.IssuedAt > limit:
		return fmt.Errorf("it is valid for %d minutes, limit %d", (o.Expires-o.IssuedAt)/60_000, limit/60_000)
	}
	return nil
}

func (o *Order) content() error {
	c := o.Content
	t := o.Audience.Targets
	switch {
	case o.Kind == OrderCancel:
		if c != (OrderContent{}) {
			return errors.New("a cancel has no content")
		}
		return nil
	case !t.All && len(t.Zones)+len(t.Numbers)+len(t.Clusters) == 0:
		return errors.New("it is to sound nowhere")
	case (c.Text == "") == (c.Item == ""):
		return errors.New("it needs a text or an item, not both")
	case c.Class() != 0 && o.Class != Emergency:
		return errors.New("siren and level belong to emergencies")
	case c.Item != "" && o.Class == Emergency:
		return errors.New("an emergency is a text")
	case c.Level < 0 || c.Level > 5:
		return fmt.Errorf("level %d is outside 1 to 5", c.Level)
	case !utf8.ValidString(c.Text) || utf8.RuneCountInString(c.Text) > MaxEmergency:
		return fmt.Errorf("its text is longer than %d characters or no text", MaxEmergency)
	}
	if c.Item != "" {
		if b, err := hex.DecodeString(string(c.Item)); err != nil || len(b) != sha256.Size || hex.EncodeToString(b) != string(c.Item) {
			return errors.New("its item is no SHA-256")
		}
	}
	return shown(c.Text)
}

// shown tells whether a text holds only what can be shown and read out.
func shown(text string) error {
	for _, r := range text {
		if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return errors.New("its text holds what cannot be shown")
		}
	}
	return nil
}

// Class is Emergency when the content has what only an emergency has, else 0.
func (c OrderContent) Class() Class {
	if c.Siren != "" || c.Level != 0 {
		return Emergency
	}
	return 0
}

// cancelBounds checks that the cancel that travels along is this order's.
func (s *SignedOrder) cancelBounds() error {
	if len(s.Cancel) == 0 {
		if s.CancelHash != ([32]byte{}) {
			return errors.New("its cancel was taken out")
		}
		if s.Kind == OrderPlay && s.Class.IsEmergency() {
			return errors.New("an emergency without its cancel")
		}
		return nil
	}
	if s.Kind == OrderCancel {
		return errors.New("a cancel of a cancel")
	}
	if sha256.Sum256(s.Cancel) != s.CancelHash {
		return errors.New("its cancel is not the one that was signed")
	}
	c, err := decodeOrder(s.Cancel)
	switch {
	case err != nil:
		return fmt.Errorf("its cancel: %w", err)
	case c.Kind != OrderCancel || c.Supersedes != s.ID || c.KeyID != s.KeyID || c.Issuer != s.Issuer:
		return errors.New("its cancel cancels something else")
	}
	return nil
}

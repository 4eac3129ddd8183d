package station

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
)

func directive(kind DirectiveKind, body any) Directive {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return Directive{ID: OrderID{9}, Issuer: issuer.name, KeyID: issuer.id(), Kind: kind, Version: 4, Stations: []string{here},
		IssuedAt: noon, Expires: noon + 3600_000, Body: b}
}

func signedDirective(change func(*Directive)) []byte {
	d := directive(DirectNotice, NoticeBody{Text: "Họp giao ban 8 giờ", Board: true})
	if change != nil {
		change(&d)
	}
	s := d.Sign(issuer.sign)
	return s.Encode()
}

func TestDirectiveRefusals(t *testing.T) {
	if s, r := CheckDirective(signedDirective(nil), judge()); r != nil || s.Issuer != issuer.name {
		t.Fatalf("a good one: %v", r)
	}
	table := func(d *Directive) {
		*d = directive(DirectTimetable, TimetableBody{Slots: []Slot{{Title: "Bản tin", Minute: 300, Days: 127}}})
	}
	wide := func(d *Directive) { table(d); d.Stations, d.Areas = nil, []string{"gia-lai"} }
	approved := func(by office) []byte {
		var d Directive
		wide(&d)
		s := d.Sign(issuer.sign)
		s.Approvals = []OrderApproval{{by.id(), by.sign(s.ApprovalBytes())}}
		return s.Encode()
	}
	for name, c := range map[string]struct {
		doc  []byte
		with func(*OrderContext)
		want RefusalCode
	}{
		"rubbish":      {[]byte(directiveMagic + "x"), nil, OrderMalformed},
		"no body":      {signedDirective(func(d *Directive) { d.Body = nil }), nil, OrderMalformed},
		"other body":   {signedDirective(func(d *Directive) { d.Kind = DirectTimetable }), nil, OrderMalformed},
		"long life":    {signedDirective(func(d *Directive) { d.Expires = d.IssuedAt + MaxDirectiveLife + 1 }), nil, OrderMalformed},
		"for nobody":   {signedDirective(func(d *Directive) { d.Stations = nil }), nil, OrderMalformed},
		"bidi":         {signedDirective(func(d *Directive) { d.Body = []byte(`{"text":"a\u202eb"}`) }), nil, OrderMalformed},
		"sets our own": {signedDirective(func(d *Directive) { table(d); d.Body = []byte(`{"slots":[{"title":"x","by":"me"}]}`) }), nil, OrderMalformed},
		"sets nothing": {signedDirective(func(d *Directive) { *d = directive(DirectSettings, SettingsBody{}) }), nil, OrderMalformed},
		"forged": {func() []byte {
			d := directive(DirectNotice, NoticeBody{Text: "x"})
			s := d.Sign(newOffice("thief").sign)
			return s.Encode()
		}(), nil, OrderBadSignature},
		"unknown":       {signedDirective(func(d *Directive) { d.KeyID = newOffice("thief").id() }), nil, OrderUnknownKey},
		"revoked":       {signedDirective(nil), func(c *OrderContext) { c.Keys.Keys[0].Revoked = 1 }, OrderKeyRevoked},
		"role":          {signedDirective(nil), func(c *OrderContext) { c.Keys.Keys[0].Roles = MayKeys }, OrderNotAllowed},
		"class":         {signedDirective(nil), func(c *OrderContext) { c.Keys.Keys[0].Top = Scheduled }, OrderNotAllowed},
		"for others":    {signedDirective(nil), func(c *OrderContext) { c.Station = newOffice("x").id() }, OrderForOthers},
		"expired":       {signedDirective(nil), func(c *OrderContext) { c.Now.Bound = noon + 3600_000 }, OrderExpired},
		"from tomorrow": {signedDirective(nil), func(c *OrderContext) { c.Now = OrderTime{Bound: 1, Wall: noon - 86400_000} }, OrderNotYet},
		"one hand":      {signedDirective(wide), nil, OrderNotApproved},
		"own approval":  {approved(issuer), func(c *OrderContext) { c.Keys.Keys[0].Roles |= MayApprove }, OrderNotApproved},
		"two hands":     {approved(approver), nil, ""},
	} {
		ctx := judge()
		if c.with != nil {
			c.with(&ctx)
		}
		_, r := CheckDirective(c.doc, ctx)
		if c.want == "" && r != nil || c.want != "" && (r == nil || r.Code != c.want) {
			t.Errorf("%s: %v, want %q", name, r, c.want)
		}
	}
	// What signs a directive signs no order, and the other way.
	d := directive(DirectNotice, NoticeBody{Text: "x"})
	if o := emergency(1); bytes.HasPrefix(d.SignedBytes(), o.SignedBytes()[:20]) || strings.Contains(domainDirective, domainOrder) {
		t.Error("the domains are not apart")
	}
}

func TestMutatedDirectivesAreNotObeyed(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 20_000
	}
	good, c := signedDirective(nil), judge()
	rng := rand.New(rand.NewPCG(5, 6))
	for i := range n {
		b := bytes.Clone(good)
		switch at := rng.IntN(len(b)); rng.IntN(3) {
		case 0:
			b[at] ^= 1 << rng.IntN(8)
		case 1:
			b = append(b[:at], b[min(len(b), at+1+rng.IntN(9)):]...)
		default:
			b = append(b[:at], append([]byte{byte(rng.Uint32())}, b[at:]...)...)
		}
		if _, r := CheckDirective(b, c); r == nil && !bytes.Equal(b, good) {
			t.Fatalf("mutant %d was taken: %x", i, b)
		}
	}
}

func FuzzDirective(f *testing.F) {
	f.Add(signedDirective(nil))
	f.Add(signedDirective(func(d *Directive) { *d = directive(DirectSettings, SettingsBody{Phrases: &[]string{"a"}}) }))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeDirective(b)
		if err == nil && !bytes.Equal(s.Encode(), b) {
			t.Fatal("a directive with two forms")
		}
		if _, r := CheckDirective(b, judge()); r == nil && s.ID != (OrderID{9}) {
			t.Fatalf("a forged directive was taken: %x", b)
		}
	})
}

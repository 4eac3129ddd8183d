package station

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the vectors anew")

// office is one holder of a key in tests; its key follows from its name.
type office struct {
	name string
	key  ed25519.PrivateKey
}

func newOffice(name string) office {
	seed := sha256.Sum256([]byte(name))
	return office{name, ed25519.NewKeyFromSeed(seed[:])}
}

func (o office) pub() ed25519.PublicKey { return o.key.Public().(ed25519.PublicKey) }
func (o office) id() string             { return KeyFingerprint(o.pub()) }
func (o office) sign(m []byte) []byte   { return ed25519.Sign(o.key, m) }
func (o office) entry(r KeyRole) IssuerKey {
	return IssuerKey{Name: o.name, Key: o.pub(), Roles: r, Top: Emergency}
}

var (
	rootKey  = newOffice("root")
	issuer   = newOffice("Ban chỉ huy PCTT Gia Lai")
	approver = newOffice("Chủ tịch UBND")
	here     = newOffice("station").id()
)

const noon = 1795320000_000 // 22 November 2026, 04:00 UTC

func keySet() KeySet {
	return KeySet{Version: 3, IssuedAt: noon, Signer: rootKey.pub(), Keys: []IssuerKey{issuer.entry(MayIssue), approver.entry(MayApprove)}}
}

func judge() OrderContext {
	return OrderContext{Keys: keySet(), Station: here, Areas: []string{"gia-lai"}, Now: OrderTime{Bound: noon, Wall: noon + 1000}, Seen: NewOrderMemory()}
}

// emergency is a whole valid order with its cancel and its approval.
func emergency(n byte) SignedOrder {
	o := Order{ID: OrderID{15: n}, Issuer: issuer.name, KeyID: issuer.id(), Counter: uint64(n) * 2, Kind: OrderPlay, Class: Emergency,
		Audience: Audience{Stations: []string{here}, Targets: Everywhere()}, IssuedAt: noon, Expires: noon + 3600_000,
		Content: OrderContent{Text: "Lũ về, di dời ngay.", Siren: "siren", Level: 4}}
	cancel := Order{ID: OrderID{0: 1, 15: n}, Issuer: o.Issuer, KeyID: o.KeyID, Counter: o.Counter + 1, Kind: OrderCancel, Class: Emergency,
		Audience: o.Audience, IssuedAt: noon, Expires: noon + 2*3600_000, Supersedes: o.ID}
	c := cancel.Sign(issuer.sign, nil)
	s := o.Sign(issuer.sign, c.Encode())
	s.Approvals = []OrderApproval{{approver.id(), approver.sign(s.ApprovalBytes())}}
	return s
}

// resigned changes the order and has it signed and approved again.
func resigned(change func(*Order)) []byte {
	s := emergency(1)
	change(&s.Order)
	r := s.Sign(issuer.sign, s.Cancel)
	if s.CancelHash == ([32]byte{}) {
		r = s.Sign(issuer.sign, nil)
	}
	r.Approvals = []OrderApproval{{approver.id(), approver.sign(r.ApprovalBytes())}}
	return r.Encode()
}

func TestOrderIsObeyedOnce(t *testing.T) {
	c, s := judge(), emergency(1)
	got, r := CheckOrder(s.Encode(), c)
	if r != nil || got.Content.Text != s.Content.Text {
		t.Fatalf("a good order: %v", r)
	}
	c.Seen.Take(&got.Order)
	if _, r := CheckOrder(s.Encode(), c); r == nil || r.Code != OrderReplay {
		t.Fatalf("its replay: %v", r)
	}
	if _, r := CheckOrder(got.Cancel, c); r != nil {
		t.Fatalf("its own cancel: %v", r)
	}
	c.Seen.Untake(&got.Order)
	if _, r := CheckOrder(s.Encode(), c); r != nil {
		t.Fatalf("one that was not obeyed may come again: %v", r)
	}
}

// TestOrderRefusals: each way to be wrong has its own word.
func TestOrderRefusals(t *testing.T) {
	plain := func(o *Order) {
		o.Class, o.CancelHash, o.Content = Operator, [32]byte{}, OrderContent{Text: "Họp dân"}
	}
	stranger := newOffice("stranger")
	for name, c := range map[string]struct {
		doc  []byte
		with func(*OrderContext)
		want RefusalCode
	}{
		"no order":       {[]byte("LXORDER1 rubbish"), nil, OrderMalformed},
		"forged":         {func() []byte { s := emergency(1); s.Signature = stranger.sign(s.SignedBytes()); return s.Encode() }(), nil, OrderBadSignature},
		"unknown key":    {resigned(func(o *Order) { o.KeyID = stranger.id() }), nil, OrderMalformed}, // its cancel is another key's
		"unknown plain":  {resigned(func(o *Order) { plain(o); o.KeyID = stranger.id() }), nil, OrderUnknownKey},
		"another's name": {resigned(func(o *Order) { plain(o); o.Issuer = approver.name }), nil, OrderUnknownKey},
		"revoked":        {emergencyBytes(), func(c *OrderContext) { c.Keys.Keys[0].Revoked = noon }, OrderKeyRevoked},
		"key over":       {emergencyBytes(), func(c *OrderContext) { c.Keys.Keys[0].Until = noon }, OrderKeyOver},
		"key not begun":  {emergencyBytes(), func(c *OrderContext) { c.Keys.Keys[0].From = noon + 3600_000 }, OrderKeyOver},
		"role":           {emergencyBytes(), func(c *OrderContext) { c.Keys.Keys[0].Roles = MayApprove }, OrderNotAllowed},
		"class":          {emergencyBytes(), func(c *OrderContext) { c.Keys.Keys[0].Top = Priority }, OrderNotAllowed},
		"others":         {emergencyBytes(), func(c *OrderContext) { c.Station = stranger.id() }, OrderForOthers},
		"expired":        {emergencyBytes(), func(c *OrderContext) { c.Now.Bound = noon + 3600_000 }, OrderExpired},
		"expired, clock back": {emergencyBytes(), func(c *OrderContext) {
			c.Now = OrderTime{Bound: noon + 3600_000, Wall: 5, Unsure: true, Confirmed: true}
		},
			OrderExpired},
		"not yet":       {resigned(func(o *Order) { plain(o); o.NotBefore = noon + 600_000 }), nil, OrderNotYet},
		"from tomorrow": {emergencyBytes(), func(c *OrderContext) { c.Now = OrderTime{Bound: noon - 86400_000, Wall: noon - 86400_000} }, OrderNotYet},
		"clock unsure":  {emergencyBytes(), func(c *OrderContext) { c.Now.Unsure = true }, OrderClockUnsure},
		"not approved":  {func() []byte { s := emergency(1); s.Approvals = nil; return s.Encode() }(), nil, OrderNotApproved},
		"self approved": {func() []byte {
			s := emergency(1)
			s.Approvals[0] = OrderApproval{issuer.id(), issuer.sign(s.ApprovalBytes())}
			return s.Encode()
		}(), func(c *OrderContext) { c.Keys.Keys[0].Roles |= MayApprove }, OrderNotApproved},
		"approver out": {emergencyBytes(), func(c *OrderContext) { c.Keys.Keys[1].Revoked = 1 }, OrderNotApproved},
		"wide": {func() []byte {
			s := emergency(1)
			plain(&s.Order)
			s.Audience.Areas = []string{"gia-lai"}
			r := s.Sign(issuer.sign, nil)
			return r.Encode()
		}(), nil, OrderNotApproved},
		"cancel out":     {func() []byte { s := emergency(1); s.Cancel = nil; return s.Encode() }(), nil, OrderMalformed},
		"other content":  {func() []byte { s := emergency(1); s.Content.Text = "Khác"; return s.Encode() }(), nil, OrderBadSignature},
		"too long-lived": {resigned(func(o *Order) { o.Expires = o.IssuedAt + MaxEmergencyLife + 1 }), nil, OrderMalformed},
		"as a test":      {func() []byte { s := emergency(1); s.Kind = OrderTest; s.Expires = noon + 600_000; return s.Encode() }(), nil, OrderBadSignature},
	} {
		ctx := judge()
		if c.with != nil {
			c.with(&ctx)
		}
		if _, r := CheckOrder(c.doc, ctx); r == nil || r.Code != c.want {
			t.Errorf("%s: %v, want %s", name, r, c.want)
		}
	}
	ctx := judge()
	ctx.Now = OrderTime{Bound: noon, Wall: 5, Unsure: true, Confirmed: true}
	if _, r := CheckOrder(emergencyBytes(), ctx); r != nil {
		t.Errorf("a person has looked at its times: %v", r)
	}
}

func emergencyBytes() []byte { s := emergency(1); return s.Encode() }

// TestCountersAreUsedOnce: an order that was overtaken still counts, none does
// twice, and what was superseded before it came is void.
func TestCountersAreUsedOnce(t *testing.T) {
	c := judge()
	late, newer := emergency(1), emergency(2)
	other := emergency(2)
	other.ID = OrderID{15: 9}
	c.Seen.Take(&newer.Order)
	if r := c.Seen.Check(&late); r != nil {
		t.Errorf("one that was overtaken: %v", r)
	}
	if r := c.Seen.Check(&other); r == nil || r.Code != OrderCounter {
		t.Errorf("a counter used by another order: %v", r)
	}
	far := emergency(3)
	far.Counter += 100
	c.Seen.Take(&far.Order)
	if r := c.Seen.Check(&late); r == nil || r.Code != OrderCounter {
		t.Errorf("64 behind the newest: %v", r)
	}
	c = judge()
	cancel, err := DecodeOrder(late.Cancel)
	if err != nil {
		t.Fatal(err)
	}
	c.Seen.Take(&cancel.Order)
	if r := c.Seen.Check(&late); r == nil || r.Code != OrderVoid {
		t.Errorf("cancelled before it came: %v", r)
	}
	c.Seen.Take(&newer.Order)
	c.Seen.Forget(noon + 10*86400_000)
	if c.Seen.Size() != 0 {
		t.Errorf("%d ids are remembered for ever", c.Seen.Size())
	}
}

// TestMutatedOrdersAreNotObeyed changes good orders in every way a line or a
// hand can: none is taken.
func TestMutatedOrdersAreNotObeyed(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 20_000
	}
	good := emergencyBytes()
	rng := rand.New(rand.NewPCG(1, 2))
	c := judge()
	if _, r := CheckOrder(good, c); r != nil {
		t.Fatal("the order itself must be good:", r)
	}
	for i := range n {
		b := bytes.Clone(good)
		switch at := rng.IntN(len(b)); rng.IntN(5) {
		case 0:
			b[at] ^= 1 << rng.IntN(8)
		case 1:
			b[at] = byte(rng.Uint32())
		case 2:
			b = append(b[:at], b[at+1:]...)
		case 3:
			b = append(b[:at], append([]byte{byte(rng.Uint32())}, b[at:]...)...)
		default:
			b = append(b[:at], b[min(len(b), at+rng.IntN(64)):]...)
		}
		if bytes.Equal(b, good) {
			continue
		}
		if _, r := CheckOrder(b, c); r == nil {
			t.Fatalf("mutant %d was taken: %x", i, b)
		}
	}
}

// vector pins the canonical bytes: a change here is a new version of the form.
type vector struct {
	Name string `json:"name"`
	Seed string `json:"seed"` // SHA-256 of it is the key's seed
	Sign string `json:"signed"`
	Doc  string `json:"document"`
}

func TestOrderVectors(t *testing.T) {
	ks := keySet().Sign(rootKey.sign)
	play := emergency(1)
	test := Order{ID: OrderID{7}, Issuer: issuer.name, KeyID: issuer.id(), Counter: 9, Kind: OrderTest, Class: Emergency,
		Audience: Audience{Areas: []string{"gia-lai"}, Targets: Targets{Zones: []string{"chợ"}, Numbers: []int{3, 14}}}, IssuedAt: noon,
		NotBefore: noon + 60_000, Expires: noon + 600_000, Content: OrderContent{Text: "Thử"}}.Sign(issuer.sign, nil)
	cancel, err := DecodeOrder(play.Cancel)
	if err != nil {
		t.Fatal(err)
	}
	got := []vector{{"play", issuer.name, hex.EncodeToString(play.SignedBytes()), hex.EncodeToString(play.Encode())},
		{"cancel", issuer.name, hex.EncodeToString(cancel.SignedBytes()), hex.EncodeToString(cancel.Encode())},
		{"test", issuer.name, hex.EncodeToString(test.SignedBytes()), hex.EncodeToString(test.Encode())},
		{"keys", rootKey.name, hex.EncodeToString(ks.SignedBytes()), hex.EncodeToString(ks.Encode())}}
	b, _ := json.MarshalIndent(got, "", " ")
	if *update {
		if err := os.WriteFile("testdata/orders.json", b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/orders.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, want) {
		t.Fatalf("the signed bytes are not those of the vectors:\n%s", b)
	}
}

func TestKeySets(t *testing.T) {
	first := keySet().Sign(rootKey.sign)
	now := OrderTime{Bound: noon, Wall: noon}
	if _, r := CheckKeySet(first.Encode(), KeySet{}, rootKey.id(), now); r != nil {
		t.Fatalf("the root's set: %v", r)
	}
	next := func(signer office, version uint64, key office) []byte {
		k := keySet()
		k.Version, k.Signer = version, signer.pub()
		s := k.Sign(key.sign)
		return s.Encode()
	}
	holds := keySet()
	holds.Keys = append(holds.Keys, newOffice("keeper").entry(MayKeys))
	for name, c := range map[string]struct {
		doc  []byte
		root string
		want RefusalCode
	}{
		"no root pinned":    {next(rootKey, 4, rootKey), "", KeysUnknownSigner},
		"by the root":       {next(rootKey, 4, rootKey), rootKey.id(), ""},
		"by a keeper":       {next(newOffice("keeper"), 4, newOffice("keeper")), rootKey.id(), ""},
		"by an issuer":      {next(issuer, 4, issuer), rootKey.id(), KeysUnknownSigner},
		"by a stranger":     {next(newOffice("x"), 4, newOffice("x")), rootKey.id(), KeysUnknownSigner},
		"in another's name": {next(rootKey, 4, newOffice("x")), rootKey.id(), OrderBadSignature},
		"the same again":    {next(rootKey, 3, rootKey), rootKey.id(), KeysOld},
		"rubbish":           {[]byte("LXKEYS01"), rootKey.id(), KeysMalformed},
	} {
		_, r := CheckKeySet(c.doc, holds, c.root, now)
		if c.want == "" && r != nil || c.want != "" && (r == nil || r.Code != c.want) {
			t.Errorf("%s: %v, want %q", name, r, c.want)
		}
	}
}

func FuzzOrder(f *testing.F) {
	s := emergency(1)
	f.Add(s.Encode())
	f.Add(s.Cancel)
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeOrder(b)
		if err == nil && !bytes.Equal(s.Encode(), b) {
			t.Fatal("an order with two forms")
		}
		if _, r := CheckOrder(b, judge()); r == nil && !bytes.Equal(b, emergencyBytes()) {
			known, _ := DecodeOrder(emergencyBytes())
			if !bytes.Equal(b, known.Cancel) {
				t.Fatalf("a forged order was taken: %x", b)
			}
		}
	})
}

func FuzzKeySet(f *testing.F) {
	s := keySet().Sign(rootKey.sign)
	f.Add(s.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, r := CheckKeySet(b, KeySet{}, rootKey.id(), OrderTime{Bound: noon, Wall: noon}); r == nil && !bytes.Equal(b, s.Encode()) {
			t.Fatalf("a forged key set was taken: %x", b)
		}
	})
}

// TestOnePersonAlone: the glass that one may break is small.
func TestOnePersonAlone(t *testing.T) {
	alone := func(change func(*Order)) []byte {
		s := emergency(1)
		s.Expires = s.IssuedAt + MaxAloneLife
		if change != nil {
			change(&s.Order)
		}
		r := s.Sign(issuer.sign, s.Cancel)
		return r.Encode()
	}
	may := func(c *OrderContext) { c.Keys.Keys[0].Roles |= MayAlone }
	for name, c := range map[string]struct {
		doc  []byte
		with func(*OrderContext)
		want RefusalCode
	}{
		"the key may":      {alone(nil), may, ""},
		"the key may not":  {alone(nil), func(*OrderContext) {}, OrderNotApproved},
		"too long":         {alone(func(o *Order) { o.Expires++ }), may, OrderNotApproved},
		"an area":          {alone(func(o *Order) { o.Audience.Areas = []string{"gia-lai"} }), may, OrderNotApproved},
		"two stations":     {alone(func(o *Order) { o.Audience.Stations = append(o.Audience.Stations, rootKey.id()) }), may, OrderNotApproved},
		"issue is wanting": {alone(nil), func(c *OrderContext) { c.Keys.Keys[0].Roles = MayAlone }, OrderNotAllowed},
	} {
		ctx := judge()
		c.with(&ctx)
		_, r := CheckOrder(c.doc, ctx)
		if c.want == "" && r != nil || c.want != "" && (r == nil || r.Code != c.want) {
			t.Errorf("%s: %v, want %q", name, r, c.want)
		}
	}
}

// TestACorrectionThatDidNotPassRevivesNothing: what another cancel had ended
// before it came stays ended.
func TestACorrectionThatDidNotPassRevivesNothing(t *testing.T) {
	m := NewOrderMemory()
	ended := Order{ID: OrderID{1}, KeyID: "k", Counter: 5, Expires: 1000}
	cancel := Order{ID: OrderID{2}, KeyID: "k", Counter: 6, Kind: OrderCancel, Supersedes: ended.ID, Expires: 1000}
	correction := Order{ID: OrderID{3}, KeyID: "k", Counter: 7, Supersedes: ended.ID, Expires: 2000}
	m.Take(&cancel)
	m.Take(&correction)
	m.Untake(&correction)
	if r := m.Check(&SignedOrder{Order: ended}); r == nil || r.Code != OrderVoid {
		t.Errorf("it is %v", r)
	}
	m = NewOrderMemory()
	m.Take(&correction)
	m.Untake(&correction)
	if r := m.Check(&SignedOrder{Order: ended}); r != nil {
		t.Errorf("nothing ended it, and it is %v", r)
	}
}

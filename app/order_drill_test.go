package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"loaxa/app/boot"
	"loaxa/app/district"
	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/audio/audiotest"
	"loaxa/store"
)

// headquarters is the officers' own machine: keys, and a passphrase in a file.
type headquarters struct {
	t    *testing.T
	dir  string
	pass string
}

func newHeadquarters(t *testing.T) headquarters {
	h := headquarters{t, t.TempDir(), ""}
	h.pass = h.path("pass")
	if err := os.WriteFile(h.pass, []byte("mot hai ba bon nam\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for file, name := range map[string]string{"root": "Gốc", "issuer": "Ban chỉ huy", "chair": "Chủ tịch", "thief": "Kẻ gian"} {
		must(t, "key", "make", h.path(file), "--name", name, "--passphrase-file", h.pass, "--work", "10")
	}
	return h
}

func (h headquarters) path(name string) string { return filepath.Join(h.dir, name) }

func (h headquarters) id(key string) string {
	h.t.Helper()
	return strings.Fields(strings.Split(must(h.t, "key", "show", h.path(key)), "\n")[1])[0]
}

// keys is a key set signed by the root.
func (h headquarters) keys(out string, more ...string) string {
	h.t.Helper()
	must(h.t, append([]string{"key", "set", h.path("root"), "--out", h.path(out), "--passphrase-file", h.pass}, more...)...)
	return h.path(out)
}

// order is one signed by key, approved by the chair unless plain.
func (h headquarters) order(out, key string, approved bool, more ...string) string {
	h.t.Helper()
	must(h.t, append([]string{"key", "sign", h.path(key), "--out", h.path(out), "--passphrase-file", h.pass}, more...)...)
	if approved {
		must(h.t, "key", "approve", h.path("chair"), h.path(out), "--yes", "--passphrase-file", h.pass)
	}
	return h.path(out)
}

// obeys makes the station of v take orders that the headquarters' root allows.
func (h headquarters) obeys(v village) {
	h.t.Helper()
	conf := "demo = true\n[upstream]\nroot = \"" + h.id("root") + "\"\nareas = [\"gia-lai\"]\n"
	if err := os.WriteFile(filepath.Join(v.station, boot.StationFile), []byte(conf), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// reasons are the reasons of the log's rows of one kind.
func reasons(s *station.Snapshot, k station.EventKind) (out []string) {
	for _, e := range s.Events {
		if e.Kind == k {
			out = append(out, e.Reason)
		}
	}
	return out
}

type answer struct {
	Code  string
	Final bool
	Saved bool
}

// byHand brings an order to the station and returns what it said.
func byHand(t *testing.T, v village, file string) (a answer) {
	t.Helper()
	out, errs, _ := call("ctl", "--data", v.station, "order", file)
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("%s%s", out, errs)
	}
	return a
}

// TestOrdersFromAbove has officers' orders carried by a district to a station
// and heard at a pole, taken back, brought by hand, and refused in every way
// that a liar could try.
func TestOrdersFromAbove(t *testing.T) {
	t.Parallel() // it mostly waits
	h, v := newHeadquarters(t), newVillage(t, 1)
	h.obeys(v)
	wav := filepath.Join(v.dir, "c1.wav")
	up := start(t, "district", "--data", v.district, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins,
		"--mic", "none", "--district", up.ready.Addr, "--peer", v.upperID)
	pole := start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "wav:"+wav, "--root", h.id("root"))
	put := func(file string) {
		t.Helper()
		must(t, "district", "order", "put", "--data", v.district, file)
	}
	eventually(t, "the pole is there", func() bool { return snapshot(t, v.station).Clusters[0].State == station.ClusterIdle })

	// An order that comes before anybody is known waits; the key set lets it in.
	flood := h.order("flood", "issuer", true, "--text", "Lũ về, di dời ngay", "--siren", "din-33404-3", "--level", "4", "--station", v.stationID)
	put(flood)
	eventually(t, "it is refused while its key is unknown", func() bool {
		return slices.Contains(reasons(snapshot(t, v.station), station.EvOrderRefused), string(station.OrderUnknownKey))
	})
	set := h.keys("set", "--add", h.path("issuer")+".pub=issue", "--add", h.path("chair")+".pub=approve,issue")
	put(set)
	eventually(t, "the emergency is on air", func() bool {
		snap := snapshot(t, v.station)
		return snap.Emergency != nil && snap.Emergency.Who == "Ban chỉ huy" && snap.Clusters[0].State == station.ClusterPlaying
	})
	id := orderID(t, flood)
	eventually(t, "the district has its receipt", func() bool { return answered(t, v, id) == "obeyed" })
	eventually(t, "the pole checked by itself and keeps whose orders are taken", func() bool {
		b, err := os.ReadFile(filepath.Join(v.clusters[0], "orders.json"))
		return err == nil && bytes.Contains(b, []byte(`"keys"`))
	})
	if got := reasons(snapshot(t, v.station), station.EvPoleRefused); len(got) > 0 {
		t.Errorf("the pole refused %v", got)
	}
	must(t, "district", "order", "cancel", "--data", v.district, id)
	eventually(t, "the correction is read", func() bool {
		snap := snapshot(t, v.station)
		return snap.Emergency == nil && slices.Contains(reasons(snap, station.EvOrder), "order-cancel") &&
			slices.ContainsFunc(snap.Events, func(e station.Event) bool { return e.Kind == station.EvCorrection })
	})
	must(t, "ctl", "--data", v.station, "stop")
	checkRefusals(t, h, v, flood)
	checkAbove(t, v)

	// A revoked key opens nothing, and a restart forgets neither that nor what was obeyed.
	put(h.keys("set2", "--base", set, "--revoke", h.id("issuer")))
	eventually(t, "the new keys hold", func() bool {
		n := 0
		for _, r := range reasons(snapshot(t, v.station), station.EvKeys) {
			if r == "keys-taken" {
				n++
			}
		}
		return n == 2
	})
	late := h.order("late", "issuer", true, "--text", "Muộn", "--station", v.stationID)
	if a := byHand(t, v, late); a.Code != string(station.OrderKeyRevoked) || !a.Final {
		t.Errorf("a revoked key: %+v", a)
	}
	eventually(t, "the receipt is written and the district has it", func() bool {
		return strings.Contains(must(t, "ctl", "--data", v.station, "log", "--json"), `"kind":"receipt"`) && snapshot(t, v.station).Upstream.Waiting == 0
	})
	s.kill()
	s = start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none")
	for file, want := range map[string]station.RefusalCode{late: station.OrderKeyRevoked, flood: station.OrderKeyRevoked, set: station.KeysOld} {
		if a := byHand(t, v, file); a.Code != string(want) {
			t.Errorf("%s after a restart: %+v, want %s", filepath.Base(file), a, want)
		}
	}
	thief(t, h, v)
	s.end()
	pole.end()
	up.end()
	if heard := audiotest.ReadFile(t, wav); firstSound(heard) >= len(heard) {
		t.Error("the pole was silent")
	}
	checkOrderRecords(t, v, id)
}

// checkRefusals tries what a thief, a wrong hand or a stolen district can do.
func checkRefusals(t *testing.T, h headquarters, v village, flood string) {
	t.Helper()
	here := []string{"--text", "Giả", "--station", v.stationID}
	stranger := filepath.Join(v.dir, "elsewhere")
	doc, err := os.ReadFile(h.order("good", "issuer", true, here...))
	if err != nil {
		t.Fatal(err)
	}
	mutant := h.path("mutant")
	if err := os.WriteFile(mutant, bytes.Replace(doc, []byte("Giả"), []byte("Thậ"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	// The district's own key is on its disk: whoever steals that signs with it.
	stolen, err := trust.Load(v.district)
	if err != nil {
		t.Fatal(err)
	}
	forged, err := station.DecodeOrder(doc)
	if err != nil {
		t.Fatal(err)
	}
	forged.Signature = stolen.Sign(forged.SignedBytes())
	if err := os.WriteFile(h.path("stolen"), forged.Encode(), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file string
		want station.RefusalCode
	}{
		"replayed":     {flood, station.OrderReplay},
		"mutated":      {mutant, station.OrderMalformed},
		"stolen":       {h.path("stolen"), station.OrderBadSignature},
		"thief":        {h.order("t", "thief", true, here...), station.OrderUnknownKey},
		"not approved": {h.order("u", "issuer", false, here...), station.OrderNotApproved},
		"elsewhere":    {h.order("e", "issuer", true, "--text", "Giả", "--station", keyOf(t, stranger)), station.OrderForOthers},
		"not yet":      {h.order("n", "issuer", true, append(here, "--after", "30m")...), station.OrderNotYet},
		"expired":      {h.order("x", "issuer", true, append(here, "--valid", "1ms")...), station.OrderExpired},
	} {
		if a := byHand(t, v, c.file); a.Code != string(c.want) {
			t.Errorf("%s: %+v, want %s", name, a, c.want)
		}
		snap := snapshot(t, v.station)
		if snap.Emergency != nil || len(snap.Air) > 0 {
			t.Fatalf("%s: the station speaks", name)
		}
		if !slices.Contains(reasons(snap, station.EvOrderRefused), string(c.want)) {
			t.Errorf("%s: the log does not say so", name)
		}
	}
	snap := snapshot(t, v.station)
	if !slices.ContainsFunc(snap.Faults, func(f station.Fault) bool {
		return f.Kind == station.EvOrderRefused && f.Reason == string(station.OrderBadSignature)
	}) {
		t.Error("a forged order rings no bell")
	}
}

// thief has the district's whole disk: every document on it is brought to the
// station again, and every key found there signs an order and a key set.
func thief(t *testing.T, h headquarters, v village) {
	t.Helper()
	good, err := os.ReadFile(h.order("plain", "chair", false, "--text", "Họp", "--class", "operator", "--station", v.stationID))
	if err != nil {
		t.Fatal(err)
	}
	tried, keys := 0, 0
	bring := func(name string, doc []byte) {
		t.Helper()
		tried++
		file := h.path(name)
		if err := os.WriteFile(file, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		if a := byHand(t, v, file); a.Code == "obeyed" || a.Code == "keys-taken" || a.Code == "heard-not-saved" {
			t.Errorf("%s of the district's disk was taken: %+v", name, a)
		}
	}
	err = filepath.WalkDir(v.district, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if station.IsOrder(b) || station.IsKeySet(b) {
			bring("stolen-"+e.Name(), b)
		}
		if !bytes.Contains(b, []byte("PRIVATE KEY")) {
			return nil
		}
		keys++
		id, err := trust.Load(filepath.Dir(path))
		if err != nil {
			return err
		}
		o, err := station.DecodeOrder(good)
		if err != nil {
			return err
		}
		o.Signature = id.Sign(o.SignedBytes())
		bring("signed", o.Encode())
		ks := station.KeySet{Version: 99, IssuedAt: o.IssuedAt, Signer: id.Public(), Keys: []station.IssuerKey{
			{Name: "Kẻ gian", Key: id.Public(), Roles: station.MayIssue | station.MayApprove | station.MayKeys | station.MayAlone, Top: station.Emergency}}}.Sign(id.Sign)
		bring("set", ks.Encode())
		return nil
	})
	if err != nil || keys != 1 || tried < 5 {
		t.Fatalf("%d documents, %d keys on the district's disk: %v", tried, keys, err)
	}
	if snap := snapshot(t, v.station); snap.Emergency != nil || len(snap.Air) > 0 {
		t.Error("the station speaks")
	}
}

// checkAbove looks at what the officer is shown of the tier above.
func checkAbove(t *testing.T, v village) {
	t.Helper()
	a := snapshot(t, v.station).Upstream.Above
	if a == nil || a.Keys != 1 || !slices.Contains(a.Issuers, "Ban chỉ huy") {
		t.Fatalf("the keys are not shown: %+v", a)
	}
	for _, c := range []station.RefusalCode{station.OrderBadSignature, station.OrderReplay, station.OrderMalformed, station.OrderExpired, station.OrderNotApproved} {
		eventually(t, "a refusal is shown: "+string(c), func() bool {
			return slices.ContainsFunc(snapshot(t, v.station).Upstream.Above.Refused, func(r station.RefusedOrder) bool { return r.Why.Code == c })
		})
	}
	eventually(t, "the books are compared with the district's, and equal", func() bool {
		a := snapshot(t, v.station).Upstream.Above
		return !a.Compared.IsZero() && a.Differs == ""
	})
}

func orderID(t *testing.T, file string) string {
	t.Helper()
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := station.DecodeOrder(doc)
	if err != nil {
		t.Fatal(err)
	}
	return s.ID.String()
}

// answered is the code that the station answered for an order at the district.
func answered(t *testing.T, v village, id string) string {
	t.Helper()
	var list []struct {
		ID      string
		Answers map[string]answer
	}
	if err := json.Unmarshal([]byte(must(t, "district", "order", "list", "--data", v.district, "--json")), &list); err != nil {
		t.Fatal(err)
	}
	for _, o := range list {
		if o.ID == id && o.Answers[v.stationID].Final {
			return o.Answers[v.stationID].Code
		}
	}
	return ""
}

// checkOrderRecords reads what both disks hold of the order that was heard and
// of those that were not.
func checkOrderRecords(t *testing.T, v village, id string) {
	t.Helper()
	for _, path := range []string{filepath.Join(v.station, "station.db"), district.ReplicaFile(filepath.Join(v.district, "stations"), v.stationID)} {
		r, err := store.OpenAny(path)
		if err != nil {
			t.Fatal(err)
		}
		var order station.OrderRecord
		rec, ok, err := r.Get(station.ClassOrder, id)
		if err != nil || !ok || json.Unmarshal(rec.Payload, &order) != nil || order.State != station.OrderWithdrawn || order.Via != "upstream" {
			t.Errorf("%s: the order's record: %t %v %+v", filepath.Base(path), ok, err, order)
		}
		why := map[station.RefusalCode]bool{}
		_ = r.Each(station.ClassRefusal, func(rec store.Record) error {
			var f station.RefusedOrder
			err := json.Unmarshal(rec.Payload, &f)
			why[f.Why.Code] = true
			return err
		})
		for _, c := range []station.RefusalCode{station.OrderReplay, station.OrderBadSignature, station.OrderExpired, station.OrderForOthers, station.OrderNotApproved} {
			if !why[c] {
				t.Errorf("%s: no record of a refusal %s", filepath.Base(path), c)
			}
		}
		heard := false
		_ = r.Each(station.ClassReceipt, func(rec store.Record) error {
			var f station.OrderReceipt
			err := json.Unmarshal(rec.Payload, &f)
			heard = heard || f.Order.String() == id && len(f.Clusters) == 1 && f.Clusters[0].Played > 0
			return err
		})
		if !heard {
			t.Errorf("%s: no receipt of what was heard", filepath.Base(path))
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

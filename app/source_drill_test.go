package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"loaxa/app/boot"
	"loaxa/app/station"
)

// TestAFolderFromAbove: keys, an emergency, a notice and settings are laid into
// a folder by somebody else's program; the station obeys what is signed and
// answers beside each file.
func TestAFolderFromAbove(t *testing.T) {
	t.Parallel() // it mostly waits
	h, v := newHeadquarters(t), newVillage(t, 1)
	inbox := filepath.Join(v.dir, "in")
	if err := os.MkdirAll(inbox, 0o750); err != nil {
		t.Fatal(err)
	}
	conf := "demo = true\n[upstream]\nroot = \"" + h.id("root") + "\"\n[source]\nfolder = \"" + inbox + "\"\n"
	if err := os.WriteFile(filepath.Join(v.station, boot.StationFile), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins, "--mic", "none")
	lay := func(name, file string) {
		t.Helper()
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(inbox, "."+name), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(filepath.Join(inbox, "."+name), filepath.Join(inbox, name)); err != nil {
			t.Fatal(err)
		}
	}
	answered := func(name, code string, final bool) {
		t.Helper()
		eventually(t, name+" is answered "+code, func() bool {
			var a answer
			b, err := os.ReadFile(filepath.Join(inbox, name+".receipt.json"))
			return err == nil && json.Unmarshal(b, &a) == nil && a.Code == code && a.Final == final
		})
	}
	direct := func(name, key string, more ...string) {
		t.Helper()
		must(t, append([]string{"key", "direct", h.path(key), "--out", h.path(name), "--passphrase-file", h.pass, "--station", v.stationID}, more...)...)
		lay(name, h.path(name))
	}
	direct("notice", "issuer", "--notice", "Họp giao ban 8 giờ")
	answered("notice", string(station.OrderUnknownKey), false)
	lay("keys", h.keys("keys", "--add", h.path("issuer")+".pub=issue", "--add", h.path("chair")+".pub=approve"))
	answered("keys", "keys-taken", true)
	answered("notice", "obeyed", true)
	lay("flood", h.order("flood", "issuer", true, "--text", "Lũ về", "--level", "4", "--station", v.stationID))
	answered("flood", "obeyed", true)
	snap := snapshot(t, v.station)
	if snap.Emergency == nil || !slices.ContainsFunc(snap.Faults, func(f station.Fault) bool {
		return f.Kind == station.EvDirective && f.Subject == "Ban chỉ huy: Họp giao ban 8 giờ"
	}) {
		t.Errorf("emergency %v, faults %v", snap.Emergency, snap.Faults)
	}
	direct("thief", "thief", "--notice", "Giả")
	answered("thief", string(station.OrderUnknownKey), false)
	settings := h.path("settings.json")
	if err := os.WriteFile(settings, []byte(`{"hotline":"0900 000 114"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	direct("settings", "issuer", "--settings", settings, "--version", "2")
	answered("settings", "obeyed", true)
	direct("older", "issuer", "--settings", settings, "--version", "1")
	answered("older", string(station.OrderVoid), true)
	timetable := h.path("timetable.json")
	if err := os.WriteFile(timetable, []byte(`{"slots":[{"title":"Bản tin huyện","minute":300,"days":127,"items":["0000000000000000000000000000000000000000000000000000000000000000"],"targets":{"all":true},"mode":"soft"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	direct("timetable", "issuer", "--timetable", timetable)
	answered("timetable", string(station.UnknownItem), false) // until the sound is here
	if got := snapshot(t, v.station).Station.Rules.Hotline; got != "0900 000 114" {
		t.Errorf("the hotline is %q", got)
	}
	eventually(t, "yesterday's statistics are carried up", func() bool {
		all, _ := filepath.Glob(filepath.Join(inbox, "statistics-*.json"))
		return len(all) == 1
	})
}

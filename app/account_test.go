package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"loaxa/app/station"
	"loaxa/app/trust"
)

// TestAccountsOfAStation: made from a shell, they lock the desk's socket within
// seconds; danger passes and rings; a PIN by file lets a command in; they
// outlive a kill and come back with a backup; the journal, which is what a
// mirror carries, holds nothing of a PIN.
func TestAccountsOfAStation(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	args := []string{"station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins}
	s := start(t, args...)
	pin, wrong := filepath.Join(v.dir, "pin"), filepath.Join(v.dir, "wrong")
	for path, words := range map[string]string{pin: "2468\n", wrong: "1111\n"} {
		if err := os.WriteFile(path, []byte(words), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	must(t, "ctl", "--data", v.station, "card", "Chào xuân") // without accounts nothing is locked
	must(t, "account", "set", "--data", v.station, "--passphrase-file", pin, "N. T. Hoa")
	eventually(t, "the running station locks", func() bool { return len(snapshot(t, v.station).Station.People) == 1 })
	refuse(t, "screen-locked", "ctl", "--data", v.station, "queue", "pause")
	refuse(t, "screen-locked", "ctl", "--data", v.station, "shutdown")
	must(t, "ctl", "--data", v.station, "emergency", "Nước lên nhanh", "--to", "all")
	must(t, "ctl", "--data", v.station, "stop")
	glass := 0
	for _, f := range snapshot(t, v.station).Faults {
		if f.Kind == station.EvGlass && !f.Over {
			glass++
		}
	}
	if glass != 2 {
		t.Errorf("%d faults of broken glass, two are due", glass)
	}
	as := func(pin string, args ...string) (string, error) {
		cmd := program(args...)
		cmd.Env = append(cmd.Env, "LOAXA_AS=N. T. Hoa", "LOAXA_PIN_FILE="+pin)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := as(wrong, "ctl", "--data", v.station, "queue", "pause"); err == nil || !strings.Contains(out, "not the PIN") {
		t.Errorf("a wrong PIN: %v %s", err, out)
	}
	if out, err := as(pin, "ctl", "--data", v.station, "card", "Chợ họp sớm"); err != nil {
		t.Errorf("the right one: %v %s", err, out)
	}
	if !slices.ContainsFunc(snapshot(t, v.station).Events, func(e station.Event) bool { return e.Kind == station.EvCard && e.Actor == "N. T. Hoa" }) {
		t.Error("the log does not name who did it")
	}
	file := filepath.Join(v.dir, "b.tgz")
	must(t, "backup", "--data", v.station, "--bare", file)
	s.kill()
	hashes, err := os.ReadFile(filepath.Join(v.station, trust.StaffFile))
	if err != nil || !bytes.Contains(hashes, []byte("$argon2id$")) {
		t.Fatalf("%s %v", hashes, err)
	}
	db, err := os.ReadFile(filepath.Join(v.station, "station.db"))
	if err != nil || bytes.Contains(db, []byte("argon2id")) || bytes.Contains(db, []byte("2468\n")) || !bytes.Contains(db, []byte("N. T. Hoa")) {
		t.Errorf("the journal knows more than the name: %v", err)
	}
	s = start(t, args...)
	refuse(t, "screen-locked", "ctl", "--data", v.station, "queue", "pause")
	s.end()
	dir := filepath.Join(v.dir, "new")
	must(t, "restore", "--data", dir, "--yes", file)
	if got := must(t, "account", "list", "--data", dir); !strings.Contains(got, "N. T. Hoa\toperator") {
		t.Errorf("restored: %s", got)
	}
	if b, err := os.ReadFile(filepath.Join(dir, trust.StaffFile)); err != nil || bytes.Contains(b, []byte("argon2id")) {
		t.Errorf("a PIN could be guessed from a backup that is not encrypted: %v", err)
	}
	if u, _, err := staff(dir).Unlock("N. T. Hoa", ""); err != nil || u.Name != "" {
		t.Errorf("without a PIN somebody is let in: %+v %v", u, err)
	}
	secret := filepath.Join(v.dir, "b.age")
	id, err := age.GenerateX25519Identity()
	own := filepath.Join(v.dir, "age.txt")
	if err != nil || os.WriteFile(own, []byte(id.String()+"\n"), 0o600) != nil {
		t.Fatal(err)
	}
	must(t, "backup", "--data", v.station, "--bare", "--age", id.Recipient().String(), secret)
	sealed := filepath.Join(v.dir, "sealed")
	must(t, "restore", "--data", sealed, "--yes", "--identity", own, secret)
	if b, err := os.ReadFile(filepath.Join(sealed, trust.StaffFile)); err != nil || !bytes.Equal(b, hashes) {
		t.Errorf("from an encrypted one another file came back: %v", err)
	}
	must(t, "account", "pin", "--data", dir, "--passphrase-file", wrong, "N. T. Hoa")
	if u, _, err := staff(dir).Unlock("N. T. Hoa", "1111"); err == nil && u.Name == "" {
		t.Error("a PIN put anew does not open")
	}
	refuse(t, "4 to 12 digits", "account", "set", "--data", dir, "--passphrase-file", v.pins, "Lan")
	must(t, "account", "remove", "--data", dir, "N. T. Hoa")
	if got := must(t, "account", "list", "--data", dir); !strings.Contains(got, "nothing is locked") {
		t.Errorf("all gone: %s", got)
	}
}

func staff(dir string) *trust.Staff {
	return trust.OpenStaff(filepath.Join(dir, trust.StaffFile), func() time.Duration { return time.Hour })
}

// TestALockOnATerminal: the console of a station with a PIN shows the map, asks
// for the PIN, takes F12 without one, and opens.
func TestALockOnATerminal(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	pin := filepath.Join(v.dir, "pin")
	if err := os.WriteFile(pin, []byte("2468\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "account", "set", "--data", v.station, "--passphrase-file", pin, "N. T. Hoa")
	start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	c := onTerminal(t, 80, 24, nil, "console", "--data", v.station)
	c.shows("MÀN HÌNH KHÓA")
	c.press(keyF12, "2")
	c.shows("KHẨN CẤP")
	c.press(keyEsc, keyEsc, "2", "4", "6", "8")
	c.shows("****")
	c.press(keyEnter)
	c.shows("Đã mở khóa: N. T. Hoa")
	c.press("\x1d")
	c.shows("MÀN HÌNH KHÓA")
}

package trust

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
)

func staff(t *testing.T, now *time.Duration) (*Staff, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), StaffFile)
	return OpenStaff(path, func() time.Duration { return *now }), path
}

func put(name, pin string, role station.Role) station.AccountChange {
	return station.AccountChange{User: station.User{Name: name, Role: role}, PIN: pin}
}

func TestAPINOpensAndWrongOnesWait(t *testing.T) {
	now := time.Hour
	s, path := staff(t, &now)
	if err := s.Change(put(" N. T.  Hoa", "2468", station.RoleOperator)); err != nil {
		t.Fatal(err)
	}
	u, wait, err := s.Unlock("N. T. Hoa", "2468")
	if err != nil || u.Name != "N. T. Hoa" || u.Role != station.RoleOperator || wait != 0 {
		t.Fatalf("%+v %v %v", u, wait, err)
	}
	b, err := os.ReadFile(path)
	st, err2 := os.Stat(path)
	if err != nil || err2 != nil || strings.Contains(string(b), "2468") || !strings.Contains(string(b), "$argon2id$") || st.Mode().Perm() != 0o600 {
		t.Fatalf("%s %v %v", b, err, err2)
	}
	for i := range freeTries {
		if u, wait, _ = s.Unlock("N. T. Hoa", "1111"); u.Name != "" || (wait > 0) != (i == freeTries-1) {
			t.Fatalf("try %d: %+v, wait %v", i, u, wait)
		}
	}
	if u, wait, _ = s.Unlock("N. T. Hoa", "2468"); u.Name != "" || wait != firstWait {
		t.Fatalf("while it waits: %+v %v", u, wait)
	}
	now += firstWait
	if _, wait, _ = s.Unlock("N. T. Hoa", "1112"); wait != 2*firstWait {
		t.Errorf("the next wait is %v", wait)
	}
	now += 2 * firstWait
	if u, _, _ = s.Unlock("N. T. Hoa", "2468"); u.Name == "" {
		t.Error("the right one is not taken after the wait")
	}
	for range 7 {
		_, wait, _ = s.Unlock("N. T. Hoa", "1111")
		now += wait
	}
	if wait > longWait {
		t.Errorf("a wait of %v", wait)
	}
}

// TestWaitsOutliveARestart: who pulls the plug gets no new tries, and the person
// whose PIN it is waits no longer than five minutes from then on.
func TestWaitsOutliveARestart(t *testing.T) {
	now := time.Hour
	s, path := staff(t, &now)
	if err := s.Change(put("Hoa", "2468", station.RoleOperator)); err != nil {
		t.Fatal(err)
	}
	for range freeTries + 2 {
		_, wait, err := s.Unlock("Hoa", "1111")
		if now += wait; err != nil {
			t.Fatal(err)
		}
	}
	now = 2 * time.Second // of another start
	s = OpenStaff(path, func() time.Duration { return now })
	if u, wait, err := s.Unlock("Hoa", "2468"); err != nil || u.Name != "" || wait != firstWait<<2 {
		t.Fatalf("after the restart: %+v, wait %v, %v", u, wait, err)
	}
	now += firstWait << 2
	if u, _, err := s.Unlock("Hoa", "2468"); err != nil || u.Name == "" {
		t.Fatalf("after the wait: %+v %v", u, err)
	}
	s = OpenStaff(path, func() time.Duration { return now })
	if u, wait, _ := s.Unlock("Hoa", "2468"); u.Name == "" {
		t.Errorf("the count stands after the right one: wait %v", wait)
	}
	for _, bad := range []string{"", "{", `{"Hoa":-3}`, `{"Hoa":99999999}`, `[1]`} {
		if err := os.WriteFile(path+triesSuffix, []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		s = OpenStaff(path, func() time.Duration { return now })
		if wait := s.waits("Hoa"); wait > longWait {
			t.Errorf("%q: wait %v", bad, wait)
		}
	}
}

func TestWhatAccountsRefuse(t *testing.T) {
	now := time.Hour
	s, path := staff(t, &now)
	for name, c := range map[string]station.AccountChange{"no PIN": put("Hoa", "", station.RoleOperator), "short": put("Hoa", "123", station.RoleOperator),
		"letters": put("Hoa", "abcd", station.RoleOperator), "no name": put(" ", "1234", station.RoleOperator), "control": put("Ho\x1ba", "1234", station.RoleOperator),
		"no operator": put("Hoa", "1234", station.RoleViewer), "role": put("Hoa", "1234", "king")} {
		if s.Change(c) == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if err := s.Change(put("Hoa", "1234", station.RoleOperator)); err != nil {
		t.Fatal(err)
	}
	if err := s.Change(put("Lan", "5678", station.RoleEditor)); err != nil {
		t.Fatal(err)
	}
	if err := s.Change(station.AccountChange{User: station.User{Name: "Hoa"}, Remove: true}); err != ErrOperator { //nolint:errorlint // it is that very one
		t.Errorf("the last operator went: %v", err)
	}
	was, _ := s.List()
	if err := s.Change(station.AccountChange{User: station.User{Name: "Lan", Role: station.RoleApprover}}); err != nil {
		t.Fatal(err)
	}
	is, _ := s.List()
	if u, _, _ := s.Unlock("Lan", "5678"); u.Role != station.RoleApprover || was[1].Rev != is[1].Rev {
		t.Errorf("a change without a PIN lost it: %+v", u)
	}
	if err := os.WriteFile(path, []byte(`[{"name":"Hoa"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.List(); err == nil {
		t.Error("a damaged file is read")
	}
	if err := s.Change(put("Hoa", "1234", station.RoleOperator)); err == nil {
		t.Error("a damaged file was written over")
	}
}

func FuzzStaff(f *testing.F) {
	f.Add([]byte(`[]`))
	f.Add([]byte(`[{"name":"Hoa","role":"operator","rev":"1","area":{},"hash":"$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := parseStaff(b)
		if err != nil {
			return
		}
		for _, m := range list {
			if m.check() != nil || len([]rune(m.Name)) > MaxAccount {
				t.Fatalf("%+v", m)
			}
		}
	})
}

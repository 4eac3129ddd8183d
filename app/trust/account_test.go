package trust

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAccounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "accounts.json")
	a := OpenAccounts(path)
	if a.Any() || a.Check("huyen", "mot mat khau dai") {
		t.Fatal("an account that nobody made")
	}
	for name, password := range map[string]string{"": "mot mat khau dai", "a b": "mot mat khau dai", "x\n": "mot mat khau dai"} {
		if err := a.Set(name, password); !errors.Is(err, ErrAccountName) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := a.Set("huyen", "ngan"); !errors.Is(err, ErrPassword) {
		t.Errorf("a short password: %v", err)
	}
	if err := a.Set("huyện.hoa", "mật khẩu đủ dài"); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(b), "$argon2id$v=19$m=65536,t=3,p=1$") || strings.Contains(string(b), "mật khẩu") {
		t.Errorf("the file: %v %s", err, b)
	}
	if st, _ := os.Stat(path); st.Mode().Perm() != 0o600 {
		t.Errorf("the file can be read by others: %v", st.Mode())
	}
	if !a.Any() || !a.Has("huyện.hoa") || !a.Check("huyện.hoa", "mật khẩu đủ dài") {
		t.Error("the right password is refused")
	}
	if a.Check("huyện.hoa", "mật khẩu đủ dà") || a.Check("khac", "mật khẩu đủ dài") || a.Check("huyện.hoa", strings.Repeat("x", 1<<20)) {
		t.Error("a wrong password is taken")
	}
	if err := a.Remove("khac"); !errors.Is(err, ErrNoAccount) {
		t.Error(err)
	}
	if err := a.Remove("huyện.hoa"); err != nil || a.Has("huyện.hoa") || a.Check("huyện.hoa", "mật khẩu đủ dài") {
		t.Errorf("a removed account: %v", err)
	}
	if err := os.WriteFile(path, []byte(`[{"name":"x","hash":"$argon2id$v=19$m=4194304,t=1,p=1$AAAAAAAAAAA$AAAA"}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if a.Check("x", "") || a.Any() {
		t.Error("a damaged file opens the page")
	}
	if err := a.Set("y", "mot mat khau dai"); !errors.Is(err, ErrAccountFile) {
		t.Errorf("a damaged file was written over: %v", err)
	}
}

func FuzzAccounts(f *testing.F) {
	f.Add([]byte(`[{"name":"x","hash":"$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := parseAccounts(b)
		if err != nil {
			return
		}
		for _, a := range list {
			if h, err := readHash(a.Hash); err != nil || h.mem > 256<<10 || !accountName(a.Name) {
				t.Fatalf("%q was taken", a)
			}
		}
	})
}

package upstream

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// TestAFolderLeadsNowhereElse: what somebody laid into a shared folder is not a
// way to the station's own files.
func TestAFolderLeadsNowhereElse(t *testing.T) {
	stick, home := t.TempDir(), t.TempDir()
	ours := filepath.Join(home, "identity.pem")
	if err := os.WriteFile(ours, []byte("the station's key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(stick, "a"), []byte("LXORDER1junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.receipt.json.new.json", "a.receipt.json", "b"} {
		if err := os.Symlink(ours, filepath.Join(stick, name)); err != nil {
			t.Skip("skipped: no links on this disk: ", err)
		}
	}
	asked := 0
	f := &Folder{Dir: stick, sums: map[string]fileState{}}
	for range 2 {
		if err := f.look(context.Background(), func(context.Context, []byte, string) Receipt {
			asked++
			return Receipt{Code: "order-malformed", Final: true}
		}); err != nil {
			t.Error(err)
		}
	}
	b, err := os.ReadFile(ours)
	if st, serr := os.Lstat(filepath.Join(stick, "a.receipt.json")); err != nil || serr != nil || string(b) != "the station's key" || !st.Mode().IsRegular() || asked != 1 {
		t.Errorf("the key file holds %q, asked %d times, %v %v", b, asked, err, serr)
	}
}

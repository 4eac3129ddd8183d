package store_test

import (
	"fmt"
	"testing"

	"loaxa/store"
	"loaxa/store/storetest"
)

// TestBackReadsTheNewestFirst: page by page from the end, beside classes whose
// names lie around it, whatever number is asked from.
func TestBackReadsTheNewestFirst(t *testing.T) {
	db := storetest.Open(t)
	if got, err := db.Back("asrun", "", 5); err != nil || len(got) != 0 {
		t.Fatalf("an empty file gives %v, %v", got, err)
	}
	var rows []uint64
	for i := range 700 {
		ws := []store.Write{put("asrun", "", fmt.Sprint(i)), put("asruna", fmt.Sprint(i), "x"), put("asru", "z", "y")}
		last, err := db.Append(ws[:1+i%3]...)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, last-uint64(i%3))
	}
	for _, class := range []string{"asrun", "asruna"} {
		n, before := 0, ""
		for {
			page, err := db.Back(class, before, 100)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				if before != "" && r.Key >= before {
					t.Fatalf("%s: %s after %s", class, r.Key, before)
				}
				before = r.Key
				if class == "asrun" && r.Key != store.SeqKey(rows[len(rows)-1-n]) {
					t.Fatalf("row %d from the end is %s", n, r.Key)
				}
				n++
			}
		}
		if want := map[string]int{"asrun": 700, "asruna": 466}[class]; n != want {
			t.Errorf("%s: %d records, want %d", class, n, want)
		}
	}
	page, err := db.Back("asrun", store.SeqKey(rows[10]), 3)
	if err != nil || len(page) != 3 || page[0].Seq != rows[9] || page[2].Seq != rows[7] {
		t.Errorf("before row 10: %v, %v", page, err)
	}
	page, err = db.Ahead("asrun", store.SeqKey(rows[10]), 3)
	if err != nil || len(page) != 3 || page[0].Seq != rows[11] || page[2].Seq != rows[13] {
		t.Errorf("after row 10: %v, %v", page, err)
	}
}

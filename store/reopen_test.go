package store_test

import (
	"fmt"
	"os"
	"strconv"

	"loaxa/store"
	"loaxa/store/storetest"
)

// reopenEnv makes the child of this test binary open, write, blank, harm and
// open again without end, so that a cut falls into compaction and repair.
const reopenEnv = "STORE_TEST_REOPEN"

// childReopens prints the number of each row when it is saved.
func childReopens() {
	path := os.Getenv(childEnv)
	fail := func(err error) {
		fmt.Println("error", err)
		os.Exit(1)
	}
	start, _ := strconv.Atoi(os.Getenv(reopenEnv))
	for i := start; ; {
		s, _, err := store.OpenSafe(path, store.SafeOptions{Options: storetest.Options()})
		if err != nil {
			fail(err)
		}
		for range 5 {
			last, err := s.Append(put("asrun", "", strconv.Itoa(i)), put("feedback", "k", strconv.Itoa(i)))
			if err != nil {
				fail(err)
			}
			fmt.Println(i, last, "<nil>")
			i++
		}
		if es, err := s.Entries(s.Head().Seq, 1, 1); err == nil && len(es) == 1 {
			if w, err := store.BlankWrite(es[0], "test"); err == nil {
				_, _ = s.Append(w) // the next opening compacts
			}
		}
		if i%15 == 0 {
			_ = s.CopyNow() // on a dead disk it fails: what is saved is judged elsewhere
		}
		if err := s.Close(); err != nil {
			fail(err)
		}
		if i%10 == 0 {
			harm(path)
		}
	}
}

// harm zeroes a page, and the harm is on disk.
func harm(path string) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return
	}
	_, _ = f.WriteAt(make([]byte, 4096), int64(os.Getpid()%3+2)*4096)
	_ = f.Sync()
	_ = f.Close()
}

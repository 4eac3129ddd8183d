// Package storetest opens stores for tests and verifies them at their end. It
// owns nothing beyond the test it serves.
package storetest

import (
	"path/filepath"
	"testing"
	"time"

	"loaxa/store"
)

// Wall is a wall clock of good quality that shows the real time.
func Wall() (time.Time, store.Quality) { return time.Now(), store.ClockGood }

// Options are what tests open files with.
func Options() store.Options { return store.Options{Wall: Wall} }

// Open opens a new journal in a folder of its own. At the end of the test
// everything in it is verified and it is closed.
func Open(t testing.TB) *store.DB {
	t.Helper()
	return OpenAt(t, filepath.Join(t.TempDir(), "journal.db"))
}

// OpenAt opens the journal at path; the end of the test verifies it, unless it
// was closed before.
func OpenAt(t testing.TB, path string) *store.DB {
	t.Helper()
	db, err := store.Open(path, Options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { End(t, &db.Reader) })
	return db
}

// OpenReplica opens a new replica of node, verified at the end of the test.
func OpenReplica(t testing.TB, node string) *store.Replica {
	t.Helper()
	return OpenReplicaAt(t, filepath.Join(t.TempDir(), "replica.db"), node)
}

// OpenReplicaAt opens the replica of node at path, verified at the end of the
// test, unless it was closed before.
func OpenReplicaAt(t testing.TB, path, node string) *store.Replica {
	t.Helper()
	r, err := store.OpenReplica(path, node, Options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { End(t, &r.Reader) })
	return r
}

// End closes r and verifies its file from the first entry to the last.
func End(t testing.TB, r *store.Reader) {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := store.ProveFile(r.Path()); err != nil {
		t.Errorf("verify at the end: %v", err)
	}
}

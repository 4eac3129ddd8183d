package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"loaxa/store"
	"loaxa/store/storetest"
)

// childEnv names the file a child of this test binary appends to until killed.
const childEnv = "STORE_TEST_CHILD"

// noSyncEnv makes that child leave out every flush: the negative control of a
// run with power cuts, which must then see loss. A kill alone loses nothing
// either way, since the kernel keeps what was written.
const noSyncEnv = "STORE_TEST_NOSYNC"

// child appends through a Writer without end and prints each acknowledged
// number with its chain hash, one write call a line, so that a kill can cut
// off lines but not invent them.
func child() {
	opt := storetest.Options()
	opt.NoSync = os.Getenv(noSyncEnv) != ""
	db, err := childDB(os.Getenv(childEnv), opt)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	w := store.NewWriter(db)
	var mu sync.Mutex
	saved := func(last uint64, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			fmt.Println("error", err)
			os.Exit(1)
		}
		m, err := db.At(last)
		fmt.Println(last, m.H, err)
	}
	for i := 0; ; i++ {
		ws := []store.Write{put("asrun", "", strings.Repeat("r", i%900)), put("state", strconv.Itoa(i%50), strconv.Itoa(i))}
		if i%9 == 0 {
			ws = append(ws, store.Write{Class: "state", Key: strconv.Itoa(i % 31), Delete: true})
		}
		for w.Submit(ws, saved) != nil {
			time.Sleep(time.Millisecond)
		}
		if i%64 == 0 { // do not run far ahead of the disk
			for w.Waiting() > 128 {
				time.Sleep(time.Millisecond)
			}
		}
	}
}

// childDB is the child's journal: with side log and a copy now and then, or
// alone when it leaves out its flushes.
func childDB(path string, opt store.Options) (*store.DB, error) {
	if opt.NoSync {
		return store.Open(path, opt)
	}
	s, rec, err := store.OpenSafe(path, store.SafeOptions{Options: opt})
	if err != nil {
		return nil, err
	}
	if rec != nil {
		return nil, fmt.Errorf("a kill or cut made a repair: %+v", rec)
	}
	go func() {
		for {
			time.Sleep(30 * time.Millisecond)
			_ = s.CopyNow() // on a dead disk it fails: what is saved is judged elsewhere
		}
	}()
	return s.DB, nil
}

// Kill -9 at any moment loses nothing that was acknowledged.
func TestFaultKillLosesNothingAcknowledged(t *testing.T) {
	rounds := storetest.Rounds(t, 10, 15, 180, 10_000)
	if testing.Short() {
		t.Skip("skipped: -short")
	}
	path := filepath.Join(t.TempDir(), "j.db")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	total := uint64(0)
	for round := range rounds {
		acked := killedChild(t, path, time.Duration(10+rng.IntN(80))*time.Millisecond)
		proof, err := store.ProveFile(path)
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		r, err := store.OpenAny(path)
		if err != nil {
			t.Fatal(err)
		}
		for seq, h := range acked {
			m, err := r.At(seq)
			if err != nil || m.H.String() != h {
				t.Errorf("round %d: acknowledged entry %d is gone or changed: %v", round, seq, err)
			}
		}
		r.Close()
		if proof.Seq < total {
			t.Fatalf("round %d: the journal shrank to %d", round, proof.Seq)
		}
		total = proof.Seq
		if len(acked) == 0 {
			t.Errorf("round %d: nothing was acknowledged, nothing was tested", round)
		}
	}
	t.Logf("%d kills, %d entries", rounds, total)
}

// killedChild runs a child on path, kills it that long after its first
// acknowledgement, and returns what it acknowledged: number → hash.
func killedChild(t *testing.T, path string, after time.Duration) map[uint64]string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := map[uint64]string{}
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadString('\n')
		if err != nil { // a last line without its end does not count
			break
		}
		f := strings.Fields(line)
		seq, perr := strconv.ParseUint(f[0], 10, 64)
		if perr != nil || len(f) != 3 || f[2] != "<nil>" {
			t.Errorf("child said %q", line)
			break
		}
		if acked[seq] = f[1]; len(acked) == 1 {
			time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
		}
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return acked
}

package store_test

import (
	"bufio"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"loaxa/store"
	"loaxa/store/storetest"
)

// cutChild is a child that appends to a file on a disk whose power is cut.
type cutChild struct {
	acked   map[uint64]string // number → chain hash; "" when it could not be read back any more
	started chan struct{}     // closed at the first acknowledgement
	gone    chan struct{}     // closed when all it said was read
	cmd     *exec.Cmd
}

func startCutChild(t *testing.T, path string, noSync bool) *cutChild {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	c := &cutChild{acked: map[uint64]string{}, started: make(chan struct{}), gone: make(chan struct{}),
		cmd: exec.CommandContext(ctx, os.Args[0])}
	c.cmd.Env = append(os.Environ(), childEnv+"="+path)
	if noSync {
		c.cmd.Env = append(c.cmd.Env, noSyncEnv+"=1")
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go c.listen(out)
	return c
}

// listen takes what the child acknowledges. After the cut it says errors, or
// nothing: what it said before counts.
func (c *cutChild) listen(out io.Reader) {
	defer close(c.gone)
	in := bufio.NewReader(out)
	for {
		line, err := in.ReadString('\n')
		if err != nil { // a last line without its end does not count
			return
		}
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		seq, err := strconv.ParseUint(f[0], 10, 64)
		if err != nil {
			continue
		}
		h := f[1]
		if f[2] != "<nil>" {
			h = ""
		}
		if c.acked[seq] = h; len(c.acked) == 1 {
			close(c.started)
		}
	}
}

// end kills the child and waits until all it said was read.
func (c *cutChild) end() {
	_ = c.cmd.Process.Kill()
	<-c.gone
	_ = c.cmd.Wait()
}

// lost is how many of the acknowledged entries the file does not hold as they
// were. A file that cannot be proved has lost them all.
func lost(path string, acked map[uint64]string) (n int, why error) {
	if _, err := store.ProveFile(path); err != nil {
		return len(acked), err
	}
	r, err := store.OpenAny(path)
	if err != nil {
		return len(acked), err
	}
	defer func() { _ = r.Close() }()
	for seq, h := range acked {
		m, err := r.At(seq)
		if err != nil || h != "" && m.H.String() != h {
			n, why = n+1, err
		}
	}
	return n, why
}

// TestFaultPowerCutLosesNothingAcknowledged cuts the power while a writer is at
// work, in every second round while it makes its file.
func TestFaultPowerCutLosesNothingAcknowledged(t *testing.T) {
	rounds := storetest.Rounds(t, 0, 5, 40, 2000)
	disk := storetest.NewDisk(t, 512)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	early, total := 0, 0
	for round := range rounds {
		path := filepath.Join(disk.Dir, "grown", "j.db")
		if round%8 == 0 { // as large as four rounds make it: the disk is small, and the check reads all of it
			_ = os.RemoveAll(filepath.Dir(path))
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		birth := round%2 == 1
		if birth {
			path = filepath.Join(disk.Dir, "new"+strconv.Itoa(round), "j.db")
			if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		c := startCutChild(t, path, false)
		if birth {
			awaitBirth(t, filepath.Dir(path))
			time.Sleep(time.Duration(rng.IntN(25_000)) * time.Microsecond)
		} else {
			select {
			case <-c.started:
			case <-c.gone:
				t.Fatalf("round %d: the writer did not start", round)
			}
			time.Sleep(time.Duration(10+rng.IntN(200)) * time.Millisecond)
		}
		disk.Cut()
		time.Sleep(20 * time.Millisecond) // a lie told after the cut is heard too
		c.end()
		disk.Again()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil { // the folder itself may not have been flushed yet
			t.Fatal(err)
		}
		checkCut(t, round, path, c.acked)
		if birth {
			if len(c.acked) == 0 {
				early++
			}
			_ = os.RemoveAll(filepath.Dir(path))
		} else if len(c.acked) == 0 {
			t.Errorf("round %d: nothing was acknowledged, nothing was tested", round)
		}
		total += len(c.acked)
	}
	t.Logf("%d cuts, %d before the first acknowledgement of a new file; %d acknowledgements", rounds, early, total)
}

// checkCut: what was acknowledged is there, and the file, or the place where
// it was about to be, can be used again at once.
func checkCut(t *testing.T, round int, path string, acked map[uint64]string) {
	t.Helper()
	if n, err := lost(path, acked); n > 0 {
		t.Fatalf("round %d: %d of %d acknowledged entries are gone or changed: %v", round, n, len(acked), err)
	}
	db, rec, err := store.OpenSafe(path, store.SafeOptions{Options: storetest.Options()})
	if err != nil {
		t.Fatalf("round %d: after the cut: %v", round, err)
	}
	if rec != nil {
		t.Errorf("round %d: a cut made a repair: %+v", round, rec)
	}
	if _, err := db.Append(put("state", "after", "cut")); err != nil {
		t.Errorf("round %d: after the cut: %v", round, err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if _, err := store.ProveFile(path); err != nil {
		t.Errorf("round %d: after going on: %v", round, err)
	}
	if left, _ := filepath.Glob(path + ".new-*"); len(left) > 0 {
		t.Errorf("round %d: the cut left %v for ever", round, left)
	}
}

// awaitBirth returns when the first byte of a new file may be on its way.
func awaitBirth(t *testing.T, dir string) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(200 * time.Microsecond) {
		if left, err := os.ReadDir(dir); err == nil && len(left) > 0 {
			return
		}
	}
	t.Fatal("no file was made")
}

// TestFaultPowerCutWithoutSyncLoses is the negative control: the same cuts and
// the same check on a writer that leaves out every flush must show loss. If
// they do not, the cut is none or the check is blind, and the test above
// proves nothing.
func TestFaultPowerCutWithoutSyncLoses(t *testing.T) {
	rounds := storetest.Rounds(t, 0, 3, 3, 20)
	losses := 0
	for round := range rounds {
		disk := storetest.NewDisk(t, 64)
		disk.Abandon() // the library keeps a file that it found damaged open
		path := filepath.Join(disk.Dir, strconv.Itoa(round)+".db")
		db, err := store.Open(path, storetest.Options()) // the file itself is made in order, so that only entries can be missing
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		c := startCutChild(t, path, true)
		select {
		case <-c.started:
		case <-c.gone:
			t.Fatal("the writer did not start")
		}
		time.Sleep(150 * time.Millisecond)
		disk.Cut()
		c.end()
		disk.Again()
		n, err := lost(path, c.acked)
		t.Logf("without flushes %d of %d acknowledged entries were lost: %v", n, len(c.acked), err)
		if n > 0 {
			losses++
		}
	}
	if losses == 0 {
		t.Errorf("in %d cuts without flushes nothing was lost: the cuts or the check are no good", rounds)
	}
}

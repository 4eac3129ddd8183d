package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"loaxa/app/onair"
	"loaxa/app/station"
)

// playheadFile holds where the air is, written each second beside the journal:
// it would be 86,400 entries a day that nobody needs to prove.
const playheadFile = "playhead.json"

type playheadForm struct {
	Sum  uint32          `json:"sum"` // CRC-32 of Body
	Body json.RawMessage `json:"body"`
}

// readPlayhead returns what the last run wrote; nothing when there is none or
// it is damaged, since the queue's own records are enough to go on.
func readPlayhead(dir string) (onair.Playhead, error) {
	b, err := os.ReadFile(filepath.Join(dir, playheadFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("playhead: %w", err)
	}
	var f playheadForm
	if err := json.Unmarshal(b, &f); err != nil || crc32.ChecksumIEEE(f.Body) != f.Sum {
		return nil, errors.New("playhead: damaged, the item starts where the journal left it")
	}
	var head onair.Playhead
	if err := json.Unmarshal(f.Body, &head); err != nil {
		return nil, fmt.Errorf("playhead: %w", err)
	}
	return head, nil
}

func writePlayhead(dir string, at map[station.BroadcastID]station.Moving) error {
	body, err := json.Marshal(at)
	if err != nil {
		return err
	}
	b, err := json.Marshal(playheadForm{crc32.ChecksumIEEE(body), body})
	if err != nil {
		return err
	}
	path := filepath.Join(dir, playheadFile)
	if err := os.WriteFile(path+".new", b, 0o640); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// keepPlayhead writes the positions each second until ctx ends. It runs on its
// own goroutine: a slow disk delays no sound.
func keepPlayhead(ctx context.Context, dir string, positions func() map[station.BroadcastID]station.Moving, warn func(string, error)) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	failed := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if ctx.Err() != nil {
			return // a stopped engine has no positions: keep the last ones
		}
		err := writePlayhead(dir, positions())
		if err != nil && !failed {
			warn("playhead not written", err)
		}
		failed = err != nil
	}
}

package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
)

// upstreamFile holds what the upstream was known to have, so that after a
// restart without it the screen does not count all that was ever written. It
// is for people: what is sent is decided by the upstream's own word.
const upstreamFile = "upstream.json"

type upstreamTold struct {
	Peer    string       `json:"peer"`
	Acked   store.Cursor `json:"acked"`
	LastAck time.Time    `json:"lastAck"`
}

// upstreamName is what the upstream must call itself; with two keys pinned TLS
// alone says whether it is the right one.
func (s *stationRooms) upstreamName() string {
	if s.conf.Upstream.Next != "" {
		return ""
	}
	return s.conf.Upstream.Peer
}

// readUpstream returns what an earlier run was told by the peer; nothing when
// there is none.
func readUpstream(dir, peer string) (t upstreamTold, err error) {
	b, err := os.ReadFile(filepath.Join(dir, upstreamFile))
	if errors.Is(err, fs.ErrNotExist) {
		return t, nil
	}
	if err == nil {
		err = json.Unmarshal(b, &t)
	}
	if err != nil || t.Peer != peer {
		return upstreamTold{}, err
	}
	return t, nil
}

func writeUpstream(dir string, t upstreamTold) error {
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, upstreamFile)
	if err := os.WriteFile(path+".new", b, 0o640); err != nil {
		return fmt.Errorf("upstream: %w", err)
	}
	return os.Rename(path+".new", path)
}

// upstreamEvery bounds how often the file is written.
const upstreamEvery = 2 * time.Second

// keepUpstream writes down what the upstream acknowledges until ctx ends.
func keepUpstream(ctx context.Context, dir, peer string, link func() mirror.Link, warn func(string, error)) {
	t := time.NewTicker(upstreamEvery)
	defer t.Stop()
	var kept store.Cursor
	failed := false
	keep := func() {
		l := link()
		if !l.Known || l.Acked == kept {
			return
		}
		err := writeUpstream(dir, upstreamTold{Peer: peer, Acked: l.Acked, LastAck: l.LastAck})
		if err == nil {
			kept = l.Acked
		} else if !failed {
			warn("upstream's word not kept", err)
		}
		failed = err != nil
	}
	for {
		select {
		case <-ctx.Done():
			keep()
			return
		case <-t.C:
			keep()
		}
	}
}

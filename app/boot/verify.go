package boot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"loaxa/app/attach"
	"loaxa/app/trust"
	"loaxa/store"
)

// VerifyOptions are the flags of `loaxa verify`.
type VerifyOptions struct {
	Data    string        `help:"The station's data folder." placeholder:"DIR"`
	Against string        `help:"A district's folder, running or stopped, or the URL of its page." placeholder:"DIR|URL"`
	Wait    time.Duration `help:"How long the two may take to become equal." default:"10s"`
}

// errDiffer keeps the reason why two proofs differ.
var errDiffer = errors.New("not equal")

// Run proves a journal from its first entry when the station is stopped, or by
// its stored digests while it runs, and compares it with a replica.
func (o *VerifyOptions) Run(ctx context.Context, p Program) error {
	dir := o.Data
	if dir == "" {
		dir = DefaultData()
	}
	deadline := time.Now().Add(o.Wait)
	for {
		mine, how, err := stationProof(ctx, dir, p.Build, o.Against == "")
		if err != nil {
			return err
		}
		if o.Against == "" {
			fmt.Fprintf(p.Out, "ok: %s: entry %d, chain %s\n", how, mine.Seq, mine.H.String()[:16])
			return nil
		}
		id, err := trust.Load(dir)
		if err != nil {
			return err
		}
		theirs, err := replicaProof(ctx, o.Against, id.ID())
		if err != nil {
			return err
		}
		diff := store.Compare(mine, theirs)
		if diff == nil {
			fmt.Fprintf(p.Out, "equal: %s: entry %d, chain %s, %d classes\n", how, mine.Seq, mine.H.String()[:16], len(mine.Roots))
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w after %v: %w", errDiffer, o.Wait, diff)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// stationProof is the proof of the station in dir, and how it was had. A
// running station checks every entry only when whole is asked.
func stationProof(ctx context.Context, dir, build string, whole bool) (store.Proof, string, error) {
	var proof store.Proof
	if c, err := dialAttach(dir)(ctx); err == nil {
		_ = c.Close()
		if whole {
			b, err := askKeep(ctx, dir, build, attach.KeepVerify)
			if err == nil {
				err = json.Unmarshal(b, &proof)
			}
			return proof, "running station, every entry checked", err
		}
		ctx, cancel := context.WithTimeout(ctx, callWait)
		defer cancel()
		client := attach.NewClient(dialAttach(dir), build)
		go func() { _ = client.Run(ctx) }()
		b, err := client.Proof(ctx)
		if err == nil {
			err = json.Unmarshal(b, &proof)
		}
		return proof, "running station, stored digests", err
	}
	path := filepath.Join(dir, "station.db")
	if _, err := os.Stat(path); err != nil {
		return proof, "", fmt.Errorf("no station in %s: name its folder with --data", dir)
	}
	proof, err := store.ProveFile(path)
	if err != nil || !whole {
		return proof, "stopped station, every entry checked", err
	}
	return proof, "stopped station, every entry checked", sideOf(dir, path)
}

// sideOf holds a stopped station's side log against its journal.
func sideOf(dir, path string) error {
	conf, err := LoadConfig(dir)
	if err != nil {
		return err
	}
	r, err := store.OpenAny(path)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // only read
	_, err = r.CheckSide((&patient{dir: dir, conf: conf}).side())
	return err
}

// replicaProof is the district's proof for a station, from its page or files.
func replicaProof(ctx context.Context, against, node string) (proof store.Proof, err error) {
	var b []byte
	query := "/proof.json?station=" + url.QueryEscape(node)
	switch {
	case strings.HasPrefix(against, "http://"), strings.HasPrefix(against, "https://"):
		b, err = askPage(ctx, strings.TrimSuffix(against, "/")+query, strings.TrimSpace(os.Getenv(tokenEnv)))
	default:
		if _, serr := os.Stat(filepath.Join(against, readyFile)); serr == nil {
			if b, err = askDistrict(ctx, against, query); err == nil {
				break
			}
		}
		return store.ProveFile(filepath.Join(against, "stations", node+".replica"))
	}
	if err != nil {
		return proof, err
	}
	err = json.Unmarshal(b, &proof)
	return proof, err
}

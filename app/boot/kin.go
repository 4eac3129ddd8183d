package boot

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"loaxa/app/trust"
)

// kinFile holds which machines have changed their keys, or will.
const kinFile = "kin.json"

// Pauses of telling next keys: a machine that prepares one is known to the
// others within minutes, and half an hour of a dead line costs nothing.
const (
	keysEvery = 5 * time.Minute
	keysRetry = 30 * time.Second
	keysWait  = 15 * time.Second
)

// self is the role's own key and the one that will follow, which may be made
// while it runs.
func (r *running) self() (*trust.Identity, error) { return trust.LoadOrMake(r.Data) }

// withKeys serves the exchange of next keys beside what the role serves.
func (r *running) withKeys(next http.Handler) http.Handler {
	keys := r.kin.Exchange(r.self, r.clock.Bounded)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path == trust.KeysPath {
			w.Header().Set("Connection", "close")
			keys.ServeHTTP(w, req)
			return
		}
		next.ServeHTTP(w, req)
	})
}

// tellKeys exchanges next keys with the machine at addr until ctx ends.
func (r *running) tellKeys(ctx context.Context, addr, peer string) {
	dial, err := dialTLS(addr, peer, r.id, r.clock.Bounded, r.kin, r.road)
	if err != nil {
		return // the link itself has said so
	}
	wait := time.Duration(0)
	for pauseFor(ctx, wait) {
		wait = keysEvery + rand.N(keysEvery/5)
		if err := r.tellOnce(ctx, dial, addr); err != nil {
			r.log.Debug("next keys not exchanged", "why", err)
			wait = keysRetry + rand.N(keysRetry)
		}
	}
}

func (r *running) tellOnce(ctx context.Context, dial func(context.Context) (net.Conn, error), addr string) error {
	ctx, cancel := context.WithTimeout(ctx, keysWait)
	defer cancel()
	c, err := dial(ctx)
	if err != nil {
		return err
	}
	return r.kin.Tell(ctx, r.self, c.(*tls.Conn), addr)
}

// background runs what ends with ctx, or at stop, which waits for it.
func (r *running) background(ctx context.Context) (run func(func(context.Context)), stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	return func(f func(context.Context)) { wg.Go(func() { f(ctx) }) }, func() { cancel(); wg.Wait() }
}

// pauseFor waits; false when ctx ended first.
func pauseFor(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// IdentityOptions are the commands of `loaxa identity`.
type IdentityOptions struct {
	Show    IdentityShow    `cmd:"" help:"What a machine is called, its key, and the one that will follow."`
	Prepare IdentityPrepare `cmd:"" help:"Make the key that will follow; the running program tells it to the machines that it is linked with."`
	Change  IdentityChange  `cmd:"" help:"Make the next key the one in use, at the program's next start; the old one is gone."`
}

// The commands of `loaxa identity`.
type (
	IdentityShow struct {
		Data string `help:"The machine's folder." required:"" type:"path"`
	}
	IdentityPrepare struct {
		Data string `help:"The machine's folder." required:"" type:"path"`
	}
	IdentityChange struct {
		Data string `help:"The machine's folder." required:"" type:"path"`
	}
)

// Run prints keys by their fingerprints, and who was told of the next one.
func (o *IdentityShow) Run(_ context.Context, p Program) error {
	id, err := trust.Load(o.Data)
	if err != nil {
		return err
	}
	next, _ := trust.LoadNext(o.Data)
	showIdentity(p, id, next)
	st, err := os.Stat(filepath.Join(o.Data, trust.NextKeyFile))
	if err != nil {
		return nil //nolint:nilerr // there is none
	}
	kin, err := trust.OpenKin(filepath.Join(o.Data, kinFile))
	if err != nil {
		return err
	}
	for _, id := range kin.ToldSince(st.ModTime()) {
		fmt.Fprintf(p.Out, "told     %s  %s\n", trust.Short(id), id)
	}
	return nil
}

func showIdentity(p Program, id *trust.Identity, next string) {
	fmt.Fprintf(p.Out, "called   %s  %s\nkey      %s  %s\n", trust.Short(id.ID()), id.ID(), trust.Short(id.KeyID()), id.KeyID())
	if next != "" {
		fmt.Fprintf(p.Out, "next     %s  %s\n", trust.Short(next), next)
	}
}

// Run makes the next key.
func (o *IdentityPrepare) Run(_ context.Context, p Program) error {
	id, err := trust.Prepare(o.Data)
	if err != nil {
		return err
	}
	next, err := trust.LoadNext(o.Data)
	showIdentity(p, id, next)
	return err
}

// Run changes over.
func (o *IdentityChange) Run(_ context.Context, p Program) error {
	id, err := trust.Change(o.Data)
	if err == nil {
		showIdentity(p, id, "")
	}
	return err
}

package boot

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"loaxa/app/agent"
	"loaxa/app/trust"
)

// poleOrdersFile is what a pole keeps of orders: whose are taken, a lower bound
// of true time, what was cancelled.
const poleOrdersFile = "orders.json"

// poleOrders is what a pole checks orders of the tier above with. root comes by
// the flag, or from the enrolment. The disk is written behind the sound's back.
func (r *running) poleOrders(root string) (o agent.Orders, stop func(), err error) {
	if root == "" {
		if b, err := os.ReadFile(filepath.Join(r.Data, stationFile)); err == nil {
			if f, err := parseEnrolFile(b); err == nil {
				root = f.Root
			}
		}
	}
	if root != "" {
		if err := trust.CheckFingerprint(root); err != nil {
			return o, nil, &UseError{"--root: " + err.Error()}
		}
	}
	path := filepath.Join(r.Data, poleOrdersFile)
	kept, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return o, nil, err
	}
	queue := make(chan []byte, 1) // the newest state; an older one that waits is replaced
	var wg sync.WaitGroup
	wg.Go(func() {
		for b := range queue {
			if err := trust.WriteSecret(path, b); err != nil {
				r.warn("orders not kept", err)
			}
		}
	})
	o = agent.Orders{Root: root, Kept: kept, Built: clockFloor, Keep: func(b []byte) error {
		for {
			select {
			case queue <- b:
				return nil
			default:
			}
			select {
			case <-queue:
			default:
			}
		}
	}}
	return o, func() { close(queue); wg.Wait() }, nil
}

// wrongKey tells whose key was shown in the station's place.
func wrongKey(err error) (who string, ok bool) {
	var other *trust.UnknownPeerError
	if errors.As(err, &other) {
		return other.Got, true
	}
	return "", false
}

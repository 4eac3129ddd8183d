package ui

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
)

// benchDesk is a station of n clusters that report.
type benchDesk struct {
	changed chan struct{} // never signals: snapshots are handed over by hand
	snap    *station.Snapshot
}

func (d *benchDesk) Snapshot() *station.Snapshot { return d.snap }
func (d *benchDesk) Changed() <-chan struct{}    { return d.changed }
func (d *benchDesk) Link() Link                  { return Link{Up: true} }
func (d *benchDesk) Submit(context.Context, station.Intent) (Answer, error) {
	return Answer{Seq: 1, Saved: true}, nil
}

func benchSnap(n, rev int) *station.Snapshot {
	at := station.Stamp{Mono: time.Hour + time.Duration(rev)*time.Second, Wall: time.Unix(1795000000+int64(rev), 0)}
	s := &station.Snapshot{Rev: uint64(rev), Now: at}
	for i := range n {
		s.Clusters = append(s.Clusters, station.ClusterView{State: station.ClusterPlaying, Report: at, Proof: at,
			Cluster: station.Cluster{ID: station.ClusterID(fmt.Sprint("c", i)), Number: i + 1, Name: fmt.Sprint("Thôn ", i+1), Kind: "IP",
				Lat: 13.9 + 0.02*float64(i%10), Lon: 108.4 + 0.03*float64(i/10)}})
	}
	return s
}

// BenchmarkKeyToCell is the time from a key to the changed frame while 60
// clusters report: every key finds a new snapshot.
func BenchmarkKeyToCell(b *testing.B) {
	d := &benchDesk{changed: make(chan struct{}), snap: benchSnap(60, 0)}
	c := newConsole(context.Background(), Options{Desk: d, Now: time.Now})
	c.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	var took []time.Duration
	for i := range b.N {
		snap := benchSnap(60, i+1)
		key := tea.KeyPressMsg{Code: []rune{tea.KeyDown, tea.KeyUp}[i/30%2]}
		began := time.Now()
		c.Update(pulledMsg{snap: snap, link: Link{Up: true}})
		c.Update(key)
		_ = c.View()
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// BenchmarkFrame is one frame of levels at 120×36; at 15 a second its time is
// the screen's share of a core while something sounds.
func BenchmarkFrame(b *testing.B) {
	d := &benchDesk{changed: make(chan struct{}), snap: benchSnap(60, 0)}
	c := newConsole(context.Background(), Options{Desk: d, Now: time.Now})
	c.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	c.Update(pulledMsg{snap: d.snap, link: Link{Up: true}})
	for b.Loop() {
		c.Update(metersMsg{})
		_ = c.View()
	}
	b.ReportMetric(15*100*b.Elapsed().Seconds()/float64(b.N), "busy-%core")
}

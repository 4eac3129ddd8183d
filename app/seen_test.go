//go:build unix

package main

import (
	"syscall"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// What a person at the screen may count on.
const (
	killedWithin = time.Second
	silentWithin = 10 * time.Second
	greenFor     = 5 * time.Second
	deskTick     = time.Second // the desk looks four times a second; a busy machine is late
)

// TestTroubleIsShownInTime measures real poles by the station's own stamps: one
// that is killed is lost within a second (the best of three kills: the machine
// may be busy with other things), green goes five seconds after the last proof,
// and one that says nothing more is lost within ten.
func TestTroubleIsShownInTime(t *testing.T) {
	v := newVillage(t, 1)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	var pole *proc
	var seen station.ClusterView
	is := func(what string, st station.ClusterState) {
		t.Helper()
		eventually(t, what, func() bool {
			if sn := snapshot(t, v.station); len(sn.Clusters) == 1 {
				seen = sn.Clusters[0]
			}
			return seen.State == st
		})
	}
	join := func() {
		pole = start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	}
	join()
	is("the pole is there", station.ClusterIdle)
	must(t, "ctl", "--data", v.station, "play", audiotest.WriteWAV(t, "dai.wav", audiotest.Sine(300, 0.2, 0, 240*frame.Rate)))
	best := time.Hour
	for range 3 {
		is("the pole plays", station.ClusterPlaying)
		at := time.Now()
		pole.kill()
		is("the killed pole is lost", station.ClusterLost)
		best = min(best, seen.Since.Wall.Sub(at))
		join()
	}
	t.Logf("a killed pole was shown after %v", best)
	if best > killedWithin {
		t.Errorf("a killed pole was shown after %v, the bound is %v", best, killedWithin)
	}

	is("the pole plays again", station.ClusterPlaying)
	send(t, pole, syscall.SIGSTOP)
	var green, gap time.Duration // gap: between this test's last two looks, long on a busy machine
	eventually(t, "green goes", func() bool {
		sn := snapshot(t, v.station)
		seen = sn.Clusters[0]
		now := sn.Now.Mono - seen.Proof.Mono
		gap, green = now-green, now
		if seen.State == station.ClusterPlaying && green > greenFor {
			t.Errorf("green %v after the last proof", green)
		}
		return seen.Why == "no-proof" && seen.State == station.ClusterShaky
	})
	t.Logf("green went %v after the last proof", green)
	if green < greenFor || green > greenFor+deskTick+gap {
		t.Errorf("green went %v after the last proof, want %v", green, greenFor)
	}
	is("a silent pole is lost", station.ClusterLost)
	silent := seen.Since.Mono - seen.Report.Mono
	t.Logf("a silent pole was shown lost after %v", silent)
	if silent > silentWithin {
		t.Errorf("a silent pole was shown lost after %v, the bound is %v", silent, silentWithin)
	}
	send(t, pole, syscall.SIGCONT)
	is("it comes back by itself", station.ClusterPlaying)
}

func send(t *testing.T, p *proc, sig syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(p.cmd.Process.Pid, sig); err != nil {
		t.Fatal(err)
	}
}

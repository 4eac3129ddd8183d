package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/sys/unix"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
)

// TestTheMicrophoneAtTheHorn: what the pole's output gives is carried into the
// input before its horn; the third proof reaches the station, and the test of
// the loudspeaker says that it was heard. With the wire cut it is not.
func TestTheMicrophoneAtTheHorn(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "none", "--pins", v.pins)
	horn, ear := filepath.Join(v.dir, "horn"), filepath.Join(v.dir, "ear")
	for _, path := range []string{horn, ear} {
		if err := unix.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "fifo:"+horn, "--ear", "fifo:"+ear)
	from, err := os.OpenFile(horn, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	to, err := os.OpenFile(ear, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	carried := make(chan struct{})
	go func() {
		defer close(carried)
		_, _ = io.Copy(to, from)
	}()
	cluster := func() station.ClusterView { return snapshot(t, v.station).Clusters[0] }
	eventually(t, "the pole is there, its microphone gives sound", func() bool { return cluster().Health.Sense.HasEar })
	noise := audiotest.WriteWAV(t, "gio.wav", audiotest.Noise(3, 0.1, 60*48000))
	must(t, "ctl", "--data", v.station, "play", noise)
	eventually(t, "it is heard", func() bool { c := cluster(); return c.State == station.ClusterPlaying && c.Health.Sense.Ear })
	if err := from.Close(); err != nil {
		t.Fatal(err)
	}
	<-carried
	keep, err := os.OpenFile(horn, os.O_RDWR, 0) // somebody still reads the output
	if err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		quiet := make([]byte, 9600)
		buf := make([]byte, 9600)
		for {
			n, err := keep.Read(buf)
			if err != nil {
				return
			}
			if _, err := to.Write(quiet[:n]); err != nil {
				return
			}
		}
	}()
	eventually(t, "it is heard no more", func() bool { c := cluster(); return c.State == station.ClusterPlaying && !c.Health.Sense.Ear })
	must(t, "ctl", "--data", v.station, "stop")
	if slices.Contains([]string{"", "none"}, cluster().Health.Output) {
		t.Error("the output is gone")
	}
	_, _ = keep.Close(), to.Close()
	<-gone
}

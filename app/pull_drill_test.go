package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/codec"
	"loaxa/audio/frame"
)

// toneShare is how much of a second of s16le sound is at one frequency.
func toneShare(pcm []byte, hz float64) float64 {
	var re, im, all float64
	for i := 0; i+1 < len(pcm); i += 2 {
		x := float64(int16(binary.LittleEndian.Uint16(pcm[i:])))
		ph := 2 * math.Pi * hz * float64(i/2) / frame.Rate
		re, im, all = re+x*math.Cos(ph), im+x*math.Sin(ph), all+x*x
	}
	if all == 0 {
		return 0
	}
	return 2 * (re*re + im*im) / (all * float64(len(pcm)/2))
}

// TestABoxFetchesItsSound: a player of another maker opens the address, hears an
// item and, without dialling anew, an emergency; without the token it hears
// nothing.
func TestABoxFetchesItsSound(t *testing.T) {
	t.Parallel() // it mostly waits
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("skipped: no ffmpeg here")
	}
	if err := codec.OpusAvailable(); err != nil {
		t.Skip("skipped: no Opus here: " + err.Error())
	}
	v := newVillage(t, 1)
	const token = "abcdefgh01234567"
	conf := "demo = true\npull_address = '127.0.0.1:0'\n[[pull]]\nname = 'Nhà văn hóa'\nnumber = 8\nzones = ['z0']\npath = 'nvh'\ntoken = '" + token + "'\n"
	if err := os.WriteFile(filepath.Join(v.station, boot.StationFile), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins, "--mic", "none")
	place := func() (c station.ClusterView) {
		for _, c = range snapshot(t, v.station).Clusters {
			if c.Number == 8 {
				return c
			}
		}
		return c
	}
	eventually(t, "it is said that nobody fetches", func() bool {
		return place().State == station.ClusterLost && place().Why == "nobody-listens"
	})
	listen := func(token string) *exec.Cmd {
		ctx, stop := context.WithTimeout(t.Context(), 90*time.Second)
		t.Cleanup(stop)
		return exec.CommandContext(ctx, ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-i", //nolint:gosec // a fixed program on the test's own address
			fmt.Sprintf("http://%s/nvh.opus?token=%s", s.ready.Pull, token), "-ac", "1", "-ar", "48000", "-f", "s16le", "-")
	}
	if out, err := listen("wrong-token-here").CombinedOutput(); err == nil || !bytes.Contains(out, []byte("403")) {
		t.Errorf("without the token: %v %s", err, out)
	}
	var bad bytes.Buffer
	heard := &lockedBuffer{}
	player := listen(token)
	player.Stdout, player.Stderr = heard, &bad
	if err := player.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = player.Wait(); close(ended) }()
	t.Cleanup(func() { _ = player.Process.Kill(); <-ended })
	eventually(t, "somebody fetches", func() bool { return place().State == station.ClusterUnknown })
	file := audiotest.WriteWAV(t, "a.wav", audiotest.Sine(700, 0.2, 0, 60*frame.Rate))
	must(t, "ctl", "--data", v.station, "play", file, "--to", "z0")
	has := func(hz float64) func() bool {
		return func() bool {
			b := []byte(heard.String())
			for at := 0; at+frame.Rate <= len(b); at += frame.Rate / 2 { // half a second
				if toneShare(b[at:at+frame.Rate], hz) > 0.9 {
					return true
				}
			}
			return false
		}
	}
	eventually(t, "the item is heard", has(700))
	silenced := len(heard.String())
	must(t, "ctl", "--data", v.station, "emergency", "--siren", "iso-8201", "--to", "z0")
	eventually(t, "the siren is heard, and the item no more", func() bool {
		b := []byte(heard.String())
		for at := silenced/2*2 + 3*2*frame.Rate; at+frame.Rate <= len(b); at += frame.Rate / 2 {
			if loud(b[at:at+frame.Rate]) && toneShare(b[at:at+frame.Rate], 700) < 0.1 {
				return true
			}
		}
		return false
	})
	must(t, "ctl", "--data", v.station, "emergency", "--end")
	s.end()
	<-ended // the player's stream ended with the station
}

// loud tells whether there is sound at all.
func loud(pcm []byte) bool {
	var all float64
	for i := 0; i+1 < len(pcm); i += 2 {
		x := float64(int16(binary.LittleEndian.Uint16(pcm[i:]))) / 32768
		all += x * x
	}
	return math.Sqrt(all/float64(len(pcm)/2)) > 0.01
}

package agent_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"loaxa/app/agent"
	"loaxa/devices/cluster"
	"loaxa/devices/devicetest"
)

// TestAMutedPoleIsSilentThroughARestartAndLetsAnEmergencyThrough: what is muted
// is neither heard nor said to be played; a mute outlives the power, and an
// emergency is heard all the same.
func TestAMutedPoleIsSilentThroughARestartAndLetsAnEmergencyThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t, nil)
		key, dir := devicetest.NewKey(t), t.TempDir()
		opt := options(s, key, "virtual")
		opt.Data = dir
		a := agent.New(opt)
		stop := boot(t, a)
		eventually(t, "in step", inStep(a))
		s.Fleet.Mute(key.ID, true)
		eventually(t, "the mute is kept", func() bool { _, err := os.Stat(filepath.Join(dir, "muted")); return err == nil })
		stop()
		alone := opt
		alone.Dial = func(context.Context) (net.Conn, error) { return nil, errors.New("no way to the station") }
		a = agent.New(alone)
		stop = boot(t, a)
		eventually(t, "it is muted again, with no station", func() bool { return a.Health().Muted })
		stop()

		path := filepath.Join(dir, "pole.wav")
		opt.Output = "wav:" + path
		a = agent.New(opt)
		stop = boot(t, a)
		eventually(t, "in step again", inStep(a))
		p := newProgramme(t, 50)
		p.air(t, s, 1, 3, s.Now()+500_000, []string{key.ID})
		said := false
		eventually(t, "all of it was due", func() bool {
			h := a.Health()
			said = said || h.Playing != 0
			return h.Account.Due == 50 && h.BufferMS == 0
		})
		if said {
			t.Error("a muted pole said that it played")
		}
		p.air(t, s, 2, 6, s.Now()+500_000, []string{key.ID})
		eventually(t, "it says that it plays the emergency", func() bool { return a.Health().Playing == 20 })
		eventually(t, "all of the emergency was played", func() bool {
			return a.Health().Account == cluster.Account{Due: 50, OnTime: 50, Broadcast: 20} && a.Health().Playing == 0
		})
		if !a.Health().Muted {
			t.Error("the emergency took the mute away")
		}
		stop()
		if n := sounding(readWAV(t, path)); n < 47_000 || n > 49_000 {
			t.Errorf("%d samples were heard, want those of the emergency: 48000", n)
		}
	})
}

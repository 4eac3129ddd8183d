package agent

import (
	"errors"
	"os"
	"path/filepath"

	"loaxa/app/station"
)

// muteFile is there while the pole is muted: it comes back muted from a power
// cut, with a station or without.
const muteFile = "muted"

// mute silences the pole or lets it sound again. An emergency is heard all the
// same: a mute that was forgotten must not cost a life.
func (a *Agent) mute(muted bool) {
	a.rx.SetMute(muted, uint8(station.Emergency))
	if a.shelf != nil {
		a.work(func() {
			if err := a.keepMute(muted); err != nil {
				a.opt.Log.Error("mute not kept", "err", err)
			}
		})
	}
}

func (a *Agent) keepMute(muted bool) error {
	path := filepath.Join(a.opt.Data, muteFile)
	if muted {
		return replace(path, nil)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return syncDir(a.opt.Data)
}

// openMute takes up a mute from before a restart.
func (a *Agent) openMute() {
	if _, err := os.Stat(filepath.Join(a.opt.Data, muteFile)); err == nil {
		a.rx.SetMute(true, uint8(station.Emergency))
	}
}

//go:build !linux

package soundcard

import (
	"errors"
	"os"
)

var errNoFIFO = errors.New("this system has no FIFOs for sound: use auto or a file")

func openFIFOWriter(string) (drain, error)    { return nil, errNoFIFO }
func openFIFOReader(string) (*os.File, error) { return nil, errNoFIFO }

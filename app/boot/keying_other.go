//go:build !linux

package boot

import "errors"

var errNoSerial = errors.New("serial keys need Linux")

func gpioKey(string) (func(bool) error, func(), error) { return nil, func() {}, errNoSerial }

func serialKey(string, bool) (func(bool) error, func(), error) { return nil, func() {}, errNoSerial }

//go:build !linux

package multicast

import (
	"errors"
	"net"
)

// Dial is not there: marks and interfaces are set as Linux does it.
func Dial(Channel, int, string) (net.Conn, error) {
	return nil, errors.ErrUnsupported
}

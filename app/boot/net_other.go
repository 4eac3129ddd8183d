//go:build !linux

package boot

import (
	"net"
	"time"
)

// setUserTimeout is a Linux socket option; elsewhere the kernel's own limit holds.
func setUserTimeout(*net.TCPConn, time.Duration) {}

// peerActor is not known where the system does not say who is at a socket.
func peerActor(net.Conn) string { return "local" }

// setUnsent is a Linux socket option; elsewhere the window alone bounds it.
func setUnsent(*net.TCPConn, int) {}

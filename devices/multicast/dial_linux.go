package multicast

import (
	"errors"
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// Dial opens a UDP socket with the channel's mark, a TTL and, where one is
// named, the interface by which it leaves.
func Dial(c Channel, ttl int, iface string) (net.Conn, error) {
	index := 0
	if iface != "" {
		i, err := net.InterfaceByName(iface)
		if err != nil {
			return nil, err
		}
		index = i.Index
	}
	d := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		var err error
		outer := raw.Control(func(fd uintptr) {
			s := int(fd)
			err = errors.Join(
				unix.SetsockoptInt(s, unix.IPPROTO_IP, unix.IP_TOS, int(c.DSCP)<<2),
				unix.SetsockoptInt(s, unix.IPPROTO_IP, unix.IP_TTL, ttl),
				unix.SetsockoptInt(s, unix.IPPROTO_IP, unix.IP_MULTICAST_TTL, ttl),
				// A listener on this machine hears it too.
				unix.SetsockoptInt(s, unix.IPPROTO_IP, unix.IP_MULTICAST_LOOP, 1))
			if index == 0 {
				return
			}
			if c.To.Addr().IsMulticast() {
				err = errors.Join(err, unix.SetsockoptIPMreqn(s, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, &unix.IPMreqn{Ifindex: int32(index)}))
			} else {
				err = errors.Join(err, unix.SetsockoptString(s, unix.SOL_SOCKET, unix.SO_BINDTODEVICE, iface))
			}
		})
		return errors.Join(outer, err)
	}}
	return d.Dial("udp4", c.To.String())
}

package multicast

import (
	"bytes"
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pion/rtp"
	"golang.org/x/sys/unix"

	"loaxa/audio/frame"
)

// freePort is an even one that nobody listens at.
func freePort(t *testing.T) uint16 {
	t.Helper()
	for range 100 {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			t.Fatal(err)
		}
		port := c.LocalAddr().(*net.UDPAddr).Port
		_ = c.Close()
		if port%2 == 0 && port < 65000 {
			return uint16(port)
		}
	}
	t.Fatal("no even port is free")
	return 0
}

func running(t *testing.T, o Options) *Driver {
	t.Helper()
	d, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	return d
}

func to(address string, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.MustParseAddr(address), port)
}

// TestAGroupHears: a listener that joins the group on the named interface gets
// every sample of the programme, and no packet of it lacks its mark.
func TestAGroupHears(t *testing.T) {
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		t.Skip("skipped: no loopback interface named lo: " + err.Error())
	}
	o := options(L16)
	o.Usual.To, o.Emergency.To, o.Interface = to("239.255.42.7", freePort(t)), to("239.255.42.7", freePort(t)), "lo"
	c, err := net.ListenMulticastUDP("udp4", lo, net.UDPAddrFromAddrPort(o.Usual.To))
	if err != nil {
		t.Skip("skipped: no multicast on loopback: " + err.Error())
	}
	defer func() { _ = c.Close() }()
	d := running(t, o)
	if err := d.OpenStream(3, false); err != nil {
		t.Fatal(err)
	}
	at := d.opt.Now()
	for n := range 10 {
		d.Send(packet(L16, 3, n, at+int64(n)*20_000))
	}
	var got []rtp.Packet
	for len(got) < 20 {
		_ = c.SetReadDeadline(time.Now().Add(10 * time.Second))
		b := make([]byte, 2000)
		n, err := c.Read(b)
		if err != nil {
			t.Fatalf("after %d packets: %v; the driver says %+v", len(got), err, d.Account())
		}
		var p rtp.Packet
		if err := p.Unmarshal(b[:n]); err != nil {
			t.Fatal(err)
		}
		got = append(got, p)
	}
	checkRun(t, L16, got, 10)
}

// TestSocketsCarryTheirMarks: what routers and switches sort by.
func TestSocketsCarryTheirMarks(t *testing.T) {
	d := running(t, options(Opus))
	for i, dscp := range []int{UsualDSCP, EmergencyDSCP} {
		raw, err := d.channels[i].conn.(syscall.Conn).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		var tos, ttl int
		_ = raw.Control(func(fd uintptr) {
			tos, _ = unix.GetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_TOS)
			ttl, _ = unix.GetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_MULTICAST_TTL)
		})
		if tos != dscp<<2 || ttl != 4 {
			t.Errorf("channel %d: tos %d, ttl %d", i, tos, ttl)
		}
	}
}

// TestDescriptionsSayAll that a box must know, line by line.
func TestDescriptionsSayAll(t *testing.T) {
	for c, rtpmap := range map[Coding]string{Opus: "97 opus/48000/2", L16: "96 L16/48000/1", PCMU: "0 PCMU/8000", PCMA: "8 PCMA/8000"} {
		d := running(t, options(c))
		for emergency, port := range map[bool]string{false: "5004", true: "5006"} {
			b, err := d.Description(emergency)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range []string{"v=0", "c=IN IP4 239.255.42.1/4", "t=0 0", "m=audio " + port + " RTP/AVP " + rtpmap[:strings.Index(rtpmap, " ")],
				"a=rtpmap:" + rtpmap, "a=ptime:" + strconv.Itoa(20/c.parts())} {
				if !strings.Contains(string(b), line+"\r\n") {
					t.Errorf("no %q in\n%s", line, b)
				}
			}
		}
	}
}

// TestFfmpegHears: a player that knows nothing of us opens the description and
// decodes L16 and both laws to the samples that were sent.
func TestFfmpegHears(t *testing.T) {
	player, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("skipped: no ffmpeg here")
	}
	for _, c := range []Coding{L16, PCMU, PCMA} {
		t.Run(string(c), func(t *testing.T) { hear(t, player, c) })
	}
}

func hear(t *testing.T, player string, c Coding) {
	o := options(c)
	o.Usual.To, o.Emergency.To = to("127.0.0.1", freePort(t)), to("127.0.0.2", freePort(t))
	if o.Usual.To.Port() == o.Emergency.To.Port() {
		t.Skip("skipped: the same port was free twice")
	}
	d := running(t, o)
	b, err := d.Description(false)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "a.sdp")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 60*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, player, "-hide_banner", "-loglevel", "error", "-nostdin", "-protocol_whitelist", "file,udp,rtp",
		"-analyzeduration", "100000", "-i", file,
		"-t", "0.4", "-f", "s16le", "-") //nolint:gosec // a fixed program on the test's own file
	var out, bad bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &bad
	done := make(chan error, 1)
	go func() { done <- cmd.Run() }()
	if err := d.OpenStream(3, false); err != nil {
		t.Fatal(err)
	}
	at := d.opt.Now()
	for n := 0; ; n++ {
		d.Send(packet(c, 3, n, at+int64(n)*20_000))
		select {
		case err := <-done:
			if err != nil {
				t.Fatalf("%v: %s", err, bad.String())
			}
			compare(t, c, out.Bytes(), n)
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// compare finds what was heard in what was sent: 100 ms from its middle, whole.
func compare(t *testing.T, c Coding, heard []byte, frames int) {
	t.Helper()
	var sent []byte
	for n := range frames {
		for i, p := 0, packet(c, 3, n, 0); i < len(p.Data); i++ {
			if c == L16 {
				sent = binary.LittleEndian.AppendUint16(sent, binary.BigEndian.Uint16(p.Data[i:]))
				i++
				continue
			}
			x := linear(p.Data[i])
			if c == PCMA {
				x = fromALaw(aLaw(x))
			}
			sent = binary.LittleEndian.AppendUint16(sent, uint16(x))
		}
	}
	size := c.rate() / 50 * 2 * 5
	if len(heard) < 2*size {
		t.Fatalf("%d bytes were heard", len(heard))
	}
	if middle := heard[len(heard)/4*2:][:size]; !bytes.Contains(sent, middle) {
		t.Errorf("what was heard was not sent: % x …", middle[:32])
	}
}

var _ frame.Sink = (*Driver)(nil)

package agent_test

import (
	"syscall"
	"testing"
	"time"

	"loaxa/app/agent"
	"loaxa/audio/frame"
	"loaxa/devices"
	"loaxa/devices/devicetest"
)

func TestExp(t *testing.T) {
	s := devicetest.NewStation(t, nil)
	var as []*agent.Agent
	var ids []string
	for i := range 12 {
		key := devicetest.NewKey(t)
		o := options(s, key, "virtual")
		o.ClockPPM = float64(i%5-2) * 20
		a := agent.New(o)
		boot(t, a)
		as, ids = append(as, a), append(ids, key.ID)
	}
	go func() {
		for range s.Fleet.Reports() {
		}
	}()
	for _, a := range as {
		eventually(t, "step", inStep(a))
	}
	time.Sleep(2 * time.Second)
	p := newProgramme(t, 500)
	s.Fleet.Open(devices.StreamOpen{Stream: 1, Broadcast: 1, Class: 5, Codec: p.codec, Live: true, Lead: 60 * time.Millisecond})
	s.Fleet.Assign(1, ids, 0)
	var r0, r1 syscall.Rusage
	syscall.Getrusage(0, &r0)
	start := time.Now()
	base := s.Now() + 60_000
	for i, b := range p.packets {
		time.Sleep(time.Until(start.Add(time.Duration(i) * 20 * time.Millisecond)))
		s.Fleet.Send(frame.Packet{Stream: 1, Seq: uint32(i), PlayAt: base + int64(i)*20000, Data: b})
	}
	time.Sleep(300 * time.Millisecond)
	syscall.Getrusage(0, &r1)
	cpu := (r1.Utime.Nano() + r1.Stime.Nano() - r0.Utime.Nano() - r0.Stime.Nano()) / 1e6
	s.Fleet.CloseStream(1)
	time.Sleep(300 * time.Millisecond)
	t.Logf("send took %v; ", time.Since(start)); t.Logf("cpu %d ms in 10 s for 12 poles and station", cpu)
	for _, a := range as {
		h := a.Health()
		t.Logf("%+v err %.3f ms drift %.1f bound %.3f", h.Account, h.ErrorMS, h.DriftPPM, h.BoundMS)
	}
	for _, l := range s.Fleet.Links() {
		t.Logf("sent %d dropped %d", l.Sent, l.Dropped)
	}
}

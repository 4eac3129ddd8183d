package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/trust"
	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// BenchmarkDistrictOf135Stations is a district with the stations of a province,
// all connected, each with a thousand entries on its disk, while its pages are
// read every second: what it holds, with its files' pages and without.
func BenchmarkDistrictOf135Stations(b *testing.B) {
	for range b.N {
		v, up, head := province(b, 135)
		eventually(b, "everything is on the district's disk", func() bool { return head() == 0 })
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for ctx.Err() == nil {
				pageOf(b, v, "http://"+up.ready.Page+"/metrics")
				time.Sleep(time.Second)
			}
		}()
		watch(b, up)
		b.ReportMetric(ownMemory(b, up.cmd.Process.Pid)*(1<<20)/1e6, "MB-own")
		cancel()
		<-done
	}
}

// province starts a district and n stations' links; waiting is what is not on
// the district's disk.
func province(b *testing.B, n int) (v village, up *proc, waiting func() uint64) {
	b.Helper()
	dir := b.TempDir()
	v = village{dir: dir, district: filepath.Join(dir, "d"), pins: filepath.Join(dir, "pins.json")}
	v.upperID = keyOf(b, v.district)
	var pins boot.Pins
	var ids []*trust.Identity
	for i := range n {
		id, err := trust.LoadOrMake(filepath.Join(dir, fmt.Sprint("s", i)))
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, id)
		pins.Stations = append(pins.Stations, boot.Peer{ID: id.ID(), Name: fmt.Sprint("xã ", i)})
	}
	text, err := json.Marshal(pins)
	if err == nil {
		err = os.WriteFile(v.pins, text, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	up = start(b, "district", "--data", v.district, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
	ctx, cancel := context.WithCancel(context.Background())
	b.Cleanup(cancel)
	var senders []*mirror.Sender
	for i, id := range ids {
		db := storetest.Open(b)
		for range 10 {
			ws := make([]store.Write, 100)
			for k := range ws {
				ws[k] = store.Write{Class: "asrun", Payload: bytes.Repeat([]byte{byte(k)}, 300)}
			}
			if _, err := db.Append(ws...); err != nil {
				b.Fatal(err)
			}
		}
		conf, err := id.ClientConfig(v.upperID, time.Now)
		if err != nil {
			b.Fatal(err)
		}
		s := mirror.NewSender(db, mirror.SenderOptions{Identity: mirror.Identity{Node: id.ID(), Name: fmt.Sprint("xã ", i), Build: "bench"}, Wall: storetest.Wall,
			Dial: mirror.Dial("wss://"+up.ready.Addr+"/ws/mirror", conf, (&net.Dialer{}).DialContext), Timing: mirror.Timing{Base: 100 * time.Millisecond, Cap: time.Second}})
		done := make(chan struct{})
		go func() { defer close(done); _ = s.Run(ctx) }()
		b.Cleanup(func() { cancel(); <-done })
		senders = append(senders, s)
	}
	return v, up, func() (sum uint64) {
		for _, s := range senders {
			if l := s.Link(); !l.Known || l.Waiting > 0 {
				sum += max(1, l.Waiting)
			}
		}
		return sum
	}
}

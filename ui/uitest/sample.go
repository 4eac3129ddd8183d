// Package uitest drives a console without a terminal, holds its frames against
// golden files, draws them as pictures, and makes the sample commune that
// goldens are drawn from. A Driver lives inside a synctest bubble and is used
// by one goroutine.
package uitest

import (
	"fmt"
	"time"

	"loaxa/app/station"
)

// Moment is the wall clock of every sample: a Sunday afternoon.
var Moment = time.Date(2026, 11, 22, 17, 42, 8, 0, time.FixedZone("+07", 7*3600))

// upFor is how long the sample station has been running.
const upFor = 9 * time.Hour

// Ago is the stamp of a moment of the sample.
func Ago(d time.Duration) station.Stamp {
	return station.Stamp{Mono: upFor - d, Wall: Moment.Add(-d), Quality: station.ClockGood}
}

// Outline is an invented border inside the commune's box: DEMO, surveyed by
// nobody.
func Outline() []station.LatLon {
	pts := [][2]float64{{14.066, 108.430}, {14.062, 108.447}, {14.046, 108.462}, {14.041, 108.497}, {14.030, 108.520},
		{14.026, 108.556}, {14.012, 108.572}, {13.992, 108.578}, {13.976, 108.590}, {13.951, 108.601}, {13.921, 108.606},
		{13.901, 108.618}, {13.882, 108.616}, {13.880, 108.588}, {13.897, 108.566}, {13.892, 108.541}, {13.881, 108.518},
		{13.893, 108.500}, {13.917, 108.487}, {13.930, 108.462}, {13.952, 108.446}, {13.968, 108.428}, {13.990, 108.420},
		{14.013, 108.417}, {14.041, 108.419}, {14.066, 108.430}}
	out := make([]station.LatLon, len(pts))
	for i, p := range pts {
		out[i] = station.LatLon{Lat: p[0], Lon: p[1]}
	}
	return out
}

type site struct {
	name, kind, head string
	lat, lon         float64
}

// sites are DEMO points inside the commune, not surveyed places.
var sites = []site{
	{"Tổ dân phố 2 · UBND", "IP", "Trần Văn Mẫu", 13.9733, 108.5525},
	{"Thôn 2 Hà Tam", "IP", "Lê Thị Mẫu", 13.9853, 108.4873},
	{"Làng 3", "IP 4G", "Đinh Mẫu", 14.0598, 108.4420},
	{"Làng Jro Ktu Đak Yang", "IP 4G", "Đinh Thị Mẫu", 14.0090, 108.4296},
	{"Thôn 1 · Nhà văn hóa", "IP", "Phạm Văn Mẫu", 14.0216, 108.5012},
	{"Thôn 4", "IP 4G", "Võ Thị Mẫu", 13.9207, 108.5627},
	{"Làng 7", "IP 4G", "Đinh Văn Mẫu", 13.9623, 108.4544},
	{"Làng Bung Bang Hven", "IP 4G", "Đinh Mẫu Hai", 13.9478, 108.5054},
	{"Thôn 3 Hà Tam", "FM", "Bùi Văn Mẫu", 13.8968, 108.5138},
	{"Thôn 6", "IP 4G", "Nguyễn Văn Mẫu", 13.8881, 108.6055},
	{"Thôn 5 · Chợ", "IP", "Hồ Thị Mẫu", 14.0080, 108.5480},
	{"Làng 8", "IP 4G", "Đinh Thị Mẫu Ba", 13.9330, 108.5960},
}

// ClusterID is the sample's cluster of a number.
func ClusterID(n int) station.ClusterID { return station.ClusterID(fmt.Sprintf("cluster-%02d", n)) }

// Roster is the sample's twelve clusters.
func Roster() []station.Cluster {
	out := make([]station.Cluster, len(sites))
	for i, s := range sites {
		zone := "ha-tam"
		if i%2 == 0 {
			zone = "yang-bac"
		}
		out[i] = station.Cluster{ID: ClusterID(i + 1), Number: i + 1, Name: s.name, Kind: s.kind, Lat: s.lat, Lon: s.lon,
			Zones: []string{zone}, Head: s.head, Phone: fmt.Sprintf("0900 000 %03d", i+1)}
	}
	return out
}

// views gives every cluster as playing the broadcast, but for three in trouble.
func views(b station.BroadcastID) []station.ClusterView {
	var out []station.ClusterView
	for i, c := range Roster() {
		age := time.Duration(1+i%2) * time.Second
		v := station.ClusterView{Cluster: c, State: station.ClusterPlaying, Since: Ago(3 * time.Minute), Report: Ago(age), Proof: Ago(age),
			Broadcast: b, Health: station.ClusterHealth{Playing: b, Output: "virtual", Level: 0.05 + 0.02*float32(i%5),
				OffsetMS: 0.4, BoundMS: 1.2, DriftPPM: 11.5, BufferMS: 180, Uptime: 31000, Version: "0.1.0",
				Account: station.Account{Due: 9600, OnTime: 9590, Repaired: 6, Concealed: 4}}}
		v.Tried.Night = station.Try{At: time.Date(2026, 11, 22, 2, 0, 0, 0, Moment.Location()).Unix(), Found: station.FoundPlayed}
		switch c.Number {
		case 7:
			v.Tried.Tone = station.Try{At: time.Date(2026, 11, 20, 8, 15, 0, 0, Moment.Location()).Unix(), Found: station.FoundPart}
		case 8:
			v.State, v.Missed, v.Report, v.Proof = station.ClusterShaky, 3*time.Second, Ago(2*time.Second), Ago(2*time.Second)
		case 9:
			v = station.ClusterView{Cluster: c, State: station.ClusterUnknown, Since: Ago(upFor)}
		case 10:
			v.State, v.Since, v.Report, v.Proof, v.Why = station.ClusterLost, Ago(14*time.Minute+3*time.Second), Ago(14*time.Minute+3*time.Second), Ago(14*time.Minute+4*time.Second), "power"
			v.Health.Playing = 0
		}
		out = append(out, v)
	}
	return out
}

// Titles of the sample programme, and their lengths.
var programme = []struct {
	title  string
	length time.Duration
}{
	{"Bản tin nông nghiệp", 12 * time.Minute}, {"Nhạc hiệu", 45 * time.Second}, {"Tiếng Ba Na: phòng sốt xuất huyết", 6*time.Minute + 30*time.Second},
	{"Đọc lại: Tiêm chủng", 3 * time.Minute}, {"Nhạc hiệu kết thúc", 45 * time.Second},
}

var kinds = []station.ItemKind{station.KindBulletin, station.KindJingle, station.KindBulletin, station.KindRecording, station.KindMusic}

func library() (items []station.Item, queue []station.QueueEntry) {
	for i, p := range programme {
		it := station.Item{ID: station.ItemID(fmt.Sprintf("item-%d", i+1)), Title: p.title, Codec: "mp3", Length: p.length,
			Kind: kinds[i], At: Moment.Add(-time.Duration(i) * 24 * time.Hour), LUFS: -18.3, TruePk: -1.1, GainDB: -0.7, Bytes: int64(p.length.Seconds()) * 16000, AddedBy: "Nguyễn Thị Hoa"}
		items = append(items, it)
		queue = append(queue, station.QueueEntry{ID: station.EntryID(i + 1), Order: int64(i+1) << 20, Item: it.ID, Title: it.Title,
			Length: it.Length, Targets: station.Everywhere(), By: "Nguyễn Thị Hoa"})
	}
	return items, queue
}

// cut is where the microphone cut the first entry of the sample's play list.
const cut = 4*time.Minute + 25*time.Second

// spoken is how long the microphone has been open in the sample.
const spoken = 3*time.Minute + 12*time.Second

func events() []station.Event {
	return []station.Event{
		{Kind: station.EvMic, At: Ago(spoken), Reason: "open", Actor: "Nguyễn Thị Hoa"},
		{Kind: station.EvSuspend, At: Ago(spoken + 9*time.Second), Broadcast: 41, Title: programme[0].title, Reason: "resume-at-cut", Actor: "station"},
		{Kind: station.EvClusterLost, At: Ago(14*time.Minute + 3*time.Second), Cluster: ClusterID(10), Number: 10, Title: "Thôn 6", Reason: "power", Actor: "station"},
		{Kind: station.EvUpstreamLost, At: Ago(2*time.Hour + 14*time.Minute + 7*time.Second), Actor: "station"},
		{Kind: station.EvBoot, At: Ago(upFor), Actor: "station"},
	}
}

// Live is the sample at its busiest: the microphone is open and interrupts the
// play list, one cluster shaky, one lost, one that cannot report, the upper
// tier cut.
func Live() *station.Snapshot {
	items, queue := library()
	queue[0].From = cut
	live := station.BroadcastView{ID: 42, Class: station.Live, Phase: station.OnAir, Title: "Thông báo tiêm chủng", Who: "Nguyễn Thị Hoa",
		Since: Ago(spoken), Targets: station.Everywhere(), Meant: len(sites), Piece: station.Piece{Tag: "2", Kind: station.FromMic}, PieceAt: Ago(spoken)}
	list := station.BroadcastView{ID: 41, Class: station.Scheduled, Phase: station.Suspended, Title: queue[0].Title, Who: "Nguyễn Thị Hoa",
		Since: Ago(spoken + 9*time.Second), Targets: station.Everywhere(), Meant: len(sites), Queue: true, Fate: station.Fate{ByClass: station.Live},
		Piece: station.Piece{Tag: "e1", Kind: station.FromItem, Item: queue[0].Item, Title: queue[0].Title, Entry: 1}, Length: queue[0].Length}
	for _, c := range Roster() {
		live.Clusters = append(live.Clusters, c.ID)
	}
	strip := Strip(96, 32, "TIÊM CHỦNG", "TRẠM Y TẾ 8 GIỜ")
	return &station.Snapshot{
		Rev: 1, Now: Ago(0),
		Station: station.StationView{ID: "station-demo", Name: "xã Đak Pơ", UpstreamLabel: "Huyện Đak Pơ", Demo: true, Codec: "g711",
			Missing: []string{"opus", "card"}, Tones: []string{"din-33404-3", "attention"}, Zones: []station.Zone{{ID: "ha-tam", Name: "Hà Tam"}, {ID: "yang-bac", Name: "Yang Bắc"}}, Version: "0.1.0", Internet: true, MapRev: "1",
			Rules: station.Rules{Name: "xã Đak Pơ", Ready: true, MicLimit: 10 * time.Minute, MicSilence: 2 * time.Minute, Chime: "chime", DefaultSiren: "din-33404-3", MicRules: station.MicRules{DangerLimit: 30 * time.Minute}}},
		Air: []station.BroadcastView{live, list}, Clusters: views(42),
		Queue: station.QueueView{Entries: queue, Running: true, Current: 1},
		Mic: station.MicView{State: station.MicGood, Name: "mic-fifo", Open: true, Broadcast: 42, OpenedAt: Ago(spoken),
			Limit: 10 * time.Minute, Stage: station.MicSpeak, Ready: 9, Meant: 12, Recording: true, Silence: 2 * time.Minute},
		Boards: []station.BoardView{{Board: station.Board{ID: "board-1", Name: "UBND xã", Width: 96, Height: 32},
			Card: station.Card{Number: 7, Text: "TIÊM CHỦNG\nTRẠM Y TẾ 8 GIỜ"}, Strip: strip, Want: "ab12", Shown: "ab12",
			Confirmed: Ago(8 * time.Second), Up: true, Since: Ago(upFor)}},
		Upstream: station.UpstreamReport{Configured: true, Since: Ago(2*time.Hour + 14*time.Minute + 7*time.Second).Wall, AckedSeq: 5120, Waiting: 312, WaitingBytes: 204800, Why: "link",
			LastAck: Ago(2*time.Hour + 15*time.Minute).Wall, Above: above()},
		Events: events(),
		Faults: []station.Fault{
			{ID: "f2", Kind: station.EvClusterLost, Cluster: ClusterID(10), Subject: "Thôn 6", Reason: "power", Since: Ago(14*time.Minute + 3*time.Second)},
			{ID: "f1", Kind: station.EvUpstreamLost, Reason: "link", Since: Ago(2*time.Hour + 14*time.Minute + 7*time.Second)},
			{ID: "f0", Kind: station.EvBoardMismatch, Subject: "UBND xã", Since: Ago(8 * time.Hour), Acked: true, AckedBy: "Nguyễn Thị Hoa", Over: true}},
		Saved: station.SavedReport{Seq: 5432}, Items: items, Plan: plan(),
	}
}

// Playing is the sample with the play list on air and all well but for the one
// cluster that cannot report.
func Playing() *station.Snapshot {
	s := Live()
	_, s.Queue.Entries = library()
	s.Air = s.Air[1:]
	b := &s.Air[0]
	b.Phase, b.ByClass, b.Since, b.PieceAt = station.OnAir, 0, Ago(cut), Ago(cut)
	s.Mic = station.MicView{State: station.MicReady, Name: "mic-fifo"}
	s.Upstream.Up, s.Upstream.Waiting, s.Upstream.Since, s.Upstream.Why = true, 0, Ago(upFor).Wall, ""
	s.Upstream.LastAck = Ago(40 * time.Second).Wall
	s.Faults = nil
	s.Events = []station.Event{{Kind: station.EvStart, At: Ago(cut), Broadcast: 41, Title: b.Title, Actor: "Nguyễn Thị Hoa"}, s.Events[4]}
	for _, c := range Roster() {
		b.Clusters = append(b.Clusters, c.ID)
	}
	for i := range s.Clusters {
		c := &s.Clusters[i]
		if c.Number == 9 {
			continue
		}
		c.State, c.Missed, c.Why, c.Broadcast = station.ClusterPlaying, 0, "", 41
		c.Report, c.Proof = Ago(time.Second), Ago(time.Second)
		c.Health.Playing = 41
	}
	return s
}

// Emergency is the sample with an emergency on air; with drill it is one of
// practice.
func Emergency(drill bool) *station.Snapshot {
	s := Live()
	const since = 40 * time.Second
	b := &s.Air[0]
	b.Class, b.Title, b.Drill, b.Since = station.Emergency, "Lũ về, bà con ở Thôn 6 lên chỗ cao ngay", drill, Ago(since)
	b.Piece, b.PieceAt = station.Piece{Tag: "1", Kind: station.FromTone, Tone: "din-33404-3"}, Ago(since)
	s.Air[1].ByClass = station.Emergency
	if drill {
		b.Class, s.Air[1].ByClass = station.Live, station.Live
	}
	s.Mic = station.MicView{State: station.MicReady, Name: "mic-fifo"}
	s.Emergency = &station.EmergencyView{Broadcast: b.ID, Text: b.Title, Level: 3, Drill: drill, Since: Ago(since), OnAir: true, Who: b.Who}
	s.Boards[0].Card = station.Card{Number: 8, Text: b.Title, Emergency: true, Drill: drill, Level: 3}
	s.Boards[0].Strip = Strip(96, 32, "LŨ VỀ", "LÊN CHỖ CAO")
	s.Boards[0].Strip.Colour = 3
	s.Events = append([]station.Event{{Kind: station.EvEmergency, At: Ago(since), Title: b.Title, Reason: "open", Actor: b.Who, Drill: drill},
		{Kind: station.EvMic, At: Ago(since + 20*time.Second), Reason: "close", Actor: b.Who}}, s.Events...)
	return s
}

// Idle is the sample with nothing on air.
func Idle() *station.Snapshot {
	s := Playing()
	s.Air, s.Queue = nil, station.QueueView{}
	for i := range s.Clusters {
		if c := &s.Clusters[i]; c.State == station.ClusterPlaying {
			c.State, c.Broadcast, c.Health.Playing, c.Health.Level = station.ClusterIdle, 0, 0, 0
		}
	}
	return s
}

// Levels are meters that fit a sample.
func Levels(s *station.Snapshot) station.Meters {
	m := station.Meters{Clusters: map[station.ClusterID]float32{}, Position: map[station.BroadcastID]station.Moving{}}
	for _, b := range s.Air {
		if b.Phase == station.OnAir {
			m.Air = append(m.Air, station.AirMeter{Broadcast: b.ID, Meter: station.Meter{Peak: 0.5, RMS: 0.1}})
			m.Position[b.ID] = station.Moving{Tag: b.Piece.Tag, At: s.Now.Mono - b.PieceAt.Mono}
		}
	}
	if s.Mic.Open {
		m.Mic = station.Meter{Peak: 0.4, RMS: 0.12}
	}
	for _, c := range s.Clusters {
		if c.State == station.ClusterPlaying {
			m.Clusters[c.ID] = c.Health.Level
		}
	}
	return m
}

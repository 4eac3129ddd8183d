package main

import (
	"fmt"
	"strings"
)

// A bar is what a figure is held to, in the words of its row.
type bar struct {
	room, what  string
	bench, unit string  // package and benchmark, and the unit that it reports
	limit       float64 // in that unit
	least       bool    // the figure is to be at least the limit
	scale       float64 // what the unit is divided by to be shown
	shown       string  // the unit as shown
}

// bars are in the order of their rooms. A bar whose benchmark did not run
// stands in the table as not measured.
var bars = []bar{
	{room: "sound", what: "order → first siren sample at a pole, 12 poles as processes, loopback, p99", bench: "app PressToSiren", unit: "p99-ns", limit: 300e6, scale: 1e6, shown: "ms"},
	{room: "sound", what: "the same, 60 poles on 60 ± 20 ms with 2 % loss, disk dead, no tier above (virtual time), p99", bench: "app/boot PressToSirenOnABadRoad", unit: "p99-ns", limit: 500e6, scale: 1e6, shown: "ms"},
	{room: "sound", what: "the same, the slowest", bench: "app/boot PressToSirenOnABadRoad", unit: "worst-ns", limit: 1e9, scale: 1e6, shown: "ms"},
	{room: "sound", what: "start on the second against the wall clock at 12 poles (virtual time), p99", bench: "app/boot HardStartsKeepTheirSecond", unit: "p99-ns", limit: 50e6, scale: 1e6, shown: "ms"},
	{room: "sound", what: "two MP3 files decoded, one ducked under the other, limited, encoded: processor time for each second", bench: "audio TwoFilesDuckedAndEncoded", unit: "ms-cpu/s", limit: 12, scale: 1, shown: "ms"},
	{room: "sound", what: "the same of two MP3 items decoded before, as what is due is", bench: "audio TwoItemsDecodedAhead", unit: "ms-cpu/s", limit: 12, scale: 1, shown: "ms"},
	{room: "sound", what: "the same from WAV files", bench: "audio TwoFilesWithoutMP3", unit: "ms-cpu/s", limit: 12, scale: 1, shown: "ms"},
	{room: "sound", what: "microphone FIFO → a pole's FIFO, live lane, loopback, p99", bench: "app MicrophoneToPole", unit: "p99-ms", limit: 100, scale: 1, shown: "ms"},
	{room: "sound", what: "the same, median", bench: "app MicrophoneToPole", unit: "p50-ms", limit: 100, scale: 1, shown: "ms"},
	{room: "sound", what: "spread between 5 poles as processes, one crystal, p95", bench: "app SpreadOfFive/one-crystal", unit: "p95-ms", limit: 0.13, scale: 1, shown: "ms"},
	{room: "sound", what: "the same, crystals of ±40 ppm", bench: "app SpreadOfFive/40ppm", unit: "p95-ms", limit: 0.3, scale: 1, shown: "ms"},
	{room: "sound", what: "1000 receive-only poles, live lane: the whole station's share of a core", bench: "app LiveToAThousand", unit: "%core", limit: 60, scale: 1, shown: "%"},
	{room: "sound", what: "the same: frames that came before their time", bench: "app LiveToAThousand", unit: "%ontime", limit: 99, least: true, scale: 1, shown: "%"},
	{room: "sound", what: "200 receive-only poles, programme lane: the whole station's share of a core", bench: "app ProgrammeTo/200", unit: "%core", limit: 4.5, scale: 1, shown: "%"},
	{room: "sound", what: "memory of a station that plays to 60 poles", bench: "app ProgrammeTo/60", unit: "MB", limit: 80, scale: 1, shown: "MB"},
	{room: "pole", what: "memory of a pole that plays", bench: "app PoleOnAir", unit: "MB", limit: 30, scale: 1, shown: "MB"},
	{room: "desk", what: "one decision, 1000 clusters and 50 broadcasts open: an emergency", bench: "app/onair Decide/emergency", unit: "ns/op", limit: 1e6, scale: 1e6, shown: "ms"},
	{room: "desk", what: "the same: a cluster's report", bench: "app/onair Decide/report", unit: "ns/op", limit: 1e6, scale: 1e6, shown: "ms"},
	{room: "desk", what: "the same: a tick", bench: "app/onair Decide/tick", unit: "ns/op", limit: 1e6, scale: 1e6, shown: "ms"},
	{room: "desk", what: "dry run of 14 days, 200 slots, as one hamlet hears them", bench: "app/rundown DryRun/hamlet", unit: "ns/op", limit: 1e9, scale: 1e6, shown: "ms"},
	{room: "screen", what: "key → changed frame, 60 clusters reporting, 120×36, p99", bench: "ui KeyToCell", unit: "p99-ms", limit: 25, scale: 1, shown: "ms"},
	{room: "screen", what: "drawing at 15 frames a second, share of a core", bench: "ui Frame", unit: "busy-%core", limit: 8, scale: 1, shown: "%"},
	{room: "screen", what: "console of an idle station, 12 clusters, share of a core", bench: "app ConsoleIdle", unit: "%core", limit: 1, scale: 1, shown: "%"},
	{room: "screen", what: "console while 12 poles play and report", bench: "app ConsoleOnAir", unit: "%core", limit: 8, scale: 1, shown: "%"},
	{room: "screen", what: "start of the console's program → first true frame, 60 clusters, p99", bench: "app ConsoleFirstFrame", unit: "p99-ns", limit: 200e6, scale: 1e6, shown: "ms"},
	{room: "mirror", what: "the slowest order while 100 000 entries are caught up", bench: "store/mirror CatchUp", unit: "slowest-order-ms", limit: 2000, scale: 1, shown: "ms"},
	{room: "mirror", what: "the same with 100 MB of sounds wanted from above", bench: "store/mirror CatchUpBeside100MB", unit: "slowest-order-ms", limit: 2000, scale: 1, shown: "ms"},
}

// barsTable holds the bars against what was measured.
func (t *table) barsTable() string {
	var b strings.Builder
	b.WriteString("## Held against a bar\n\n| room | what | bar | n | median | worst of n | |\n| --- | --- | ---: | ---: | ---: | ---: | --- |\n")
	for _, want := range bars {
		sign := "≤"
		if want.least {
			sign = "≥"
		}
		head := fmt.Sprintf("| %s | %s | %s %s %s |", want.room, want.what, sign, number(want.limit/want.scale), want.shown)
		r := t.find(want.bench, want.unit)
		if r == nil {
			fmt.Fprintf(&b, "%s 0 | – | – | **not measured** |\n", head)
			continue
		}
		median, worst := r.middle(), r.runs[len(r.runs)-1]
		if want.least {
			worst = r.runs[0]
		}
		verdict := "kept"
		if (worst > want.limit) != want.least && worst != want.limit {
			verdict = "missed once"
			if (median > want.limit) != want.least && median != want.limit {
				verdict = "**missed**"
			}
		}
		fmt.Fprintf(&b, "%s %d | %s | %s | %s |\n", head, len(r.runs), number(median/want.scale), number(worst/want.scale), verdict)
	}
	return b.String()
}

func (t *table) find(name, unit string) *row {
	for _, r := range t.rows {
		if r.name == name && r.unit == unit {
			return r
		}
	}
	return nil
}

package boot

import (
	"strings"
	"testing"

	"loaxa/devices/multicast"
)

// TestOutputsOfAStationFile: two of them are never one place, one way or one
// number, whatever kind they are of.
func TestOutputsOfAStationFile(t *testing.T) {
	group := func(name, addr string, number int) Multicast {
		return Multicast{Place: Place{Name: name, Number: number}, Address: addr, Coding: multicast.PCMU, TTL: 1}
	}
	pull := func(name, path string, number int) Pull {
		return Pull{Place: Place{Name: name, Number: number}, Path: path, Token: "doi-chuoi-nay-16-chu"}
	}
	at := "127.0.0.1:7425"
	for want, o := range map[string]Outputs{
		"":                                     {Multicast: []Multicast{group("Chợ", "239.192.7.1:5004", 21), group("Trường", "239.192.7.2:5004", 0)}, PullAddress: at, Pull: []Pull{pull("Nhà văn hóa", "nvh", 23), pull("Trạm", "tram", 0)}},
		"multicast 2 (Trường): number 21":      {Multicast: []Multicast{group("Chợ", "239.192.7.1:5004", 21), group("Trường", "239.192.7.2:5004", 21)}},
		"239.192.7.1:5004 is used twice":       {Multicast: []Multicast{group("Chợ", "239.192.7.1:5004", 21), group("Trường", "239.192.7.1:5004", 22)}},
		"pull 1 (Nhà văn hóa): number 21":      {Multicast: []Multicast{group("Chợ", "239.192.7.1:5004", 21)}, PullAddress: at, Pull: []Pull{pull("Nhà văn hóa", "nvh", 21)}},
		"pull 2 (Trạm): number 23 is taken":    {PullAddress: at, Pull: []Pull{pull("Nhà văn hóa", "nvh", 23), pull("Trạm", "tram", 23)}},
		"pull 2 (Trạm): path: nvh is used":     {PullAddress: at, Pull: []Pull{pull("Nhà văn hóa", "nvh", 23), pull("Trạm", "nvh", 24)}},
		"pull_address: say where boxes fetch":  {Pull: []Pull{pull("Nhà văn hóa", "nvh", 23)}},
		"gateway 1 (FM xã): number 23 is take": {Multicast: []Multicast{group("Chợ", "239.192.7.1:5004", 23)}, Gateway: []Gateway{{Place: Place{Name: "FM xã", Number: 23}, Kind: "FM", Output: "card:USB"}}},
	} {
		err := o.validate(false)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

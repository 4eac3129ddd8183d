package onair

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
)

// Bounds of the books that are the desk's own.
const (
	maxNumber       = 999 // of a cluster
	maxZoneID       = 40
	maxClusterZones = 20
	maxKind         = 20 // runes of a cluster's kind
)

// rules are as they hold: what was put, with the house's defaults.
func (s *State) rules() station.Rules {
	r, set := s.Books.Rules, s.Settings
	r.MicLimit = cmp.Or(r.MicLimit, set.MicLimit)
	r.DangerLimit = max(cmp.Or(r.DangerLimit, station.DangerLimit), r.MicLimit)
	r.MicSilence = cmp.Or(r.MicSilence, set.MicSilence)
	r.Chime = cmp.Or(r.Chime, set.Chime, noChime)
	r.DefaultSiren, r.LockAfter = cmp.Or(r.DefaultSiren, set.DefaultSiren), cmp.Or(r.LockAfter, station.DefaultLock)
	return r
}

func (s *State) viewStation(v *station.StationView) {
	v.Rules, v.Zones, v.People = s.rules(), s.Books.Zones, s.Books.People
	v.Name = cmp.Or(v.Rules.Name, v.Name)
	v.Rules.Name = v.Name
}

// sortBooks brings what was recovered into the order that the desk keeps.
func (s *State) sortBooks() {
	slices.SortFunc(s.Books.Zones, zoneOrder)
	slices.SortFunc(s.Plan.Slots, slotOrder)
	slices.SortFunc(s.Plan.Starts, startOrder)
	slices.SortFunc(s.Plan.Late, lateOrder)
}

func zoneOrder(a, b station.Zone) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// lineOK makes one clean line of what was typed: composed, without space around.
func lineOK(s string, limit int) (string, *station.Refusal) {
	s = strings.TrimSpace(norm.NFC.String(s))
	if strings.Contains(s, "\n") {
		return "", no(station.TextNotClean, "", 0)
	}
	return s, textOK(s, limit)
}

// phoneOK takes digits and what is written between them.
func phoneOK(s string) bool {
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
		if !strings.ContainsRune("0123456789 .-+()", r) {
			return false
		}
	}
	return len(s) <= station.MaxPhone && (s == "" || digits >= 3)
}

func (d *decision) settingsPut(r station.Rules) *station.Refusal {
	var no1 *station.Refusal
	if r.Name, no1 = lineOK(r.Name, station.MaxName); no1 != nil {
		return no1
	}
	r.Hotline = strings.TrimSpace(r.Hotline)
	tone := func(id string) bool { return id == "" || slices.Contains(d.s.Settings.Tones, id) }
	switch {
	case r.MicLimit != 0 && (r.MicLimit < station.MinMicLimit || r.MicLimit > station.MaxMicLimit):
		return no(station.BadRule, "mic-limit", int(station.MaxMicLimit.Minutes()))
	case r.DangerLimit != 0 && (r.DangerLimit < station.MinMicLimit || r.DangerLimit > station.MaxMicLimit):
		return no(station.BadRule, "mic-limit", int(station.MaxMicLimit.Minutes()))
	case r.MicSilence != 0 && (r.MicSilence < station.MinMicSilence || r.MicSilence > station.MaxMicSilence):
		return no(station.BadRule, "mic-silence", int(station.MaxMicSilence.Minutes()))
	case lockOK(r.LockAfter) != nil:
		return lockOK(r.LockAfter)
	case r.Chime != noChime && r.Chime != d.s.Settings.Chime && !tone(r.Chime):
		return no(station.UnknownTone, clip(r.Chime), 0)
	case !tone(r.DefaultSiren):
		return no(station.UnknownTone, clip(r.DefaultSiren), 0)
	case quietOK(&r, d.s.Books.Rules, d.actor) != nil:
		return quietOK(&r, d.s.Books.Rules, d.actor)
	case !slices.Contains(station.SpeechRegions, r.Speech.Region) || !slices.Contains(station.SpeechRates, r.Speech.Rate):
		return no(station.BadRule, "voice", 0)
	case !micOK(r.Mic):
		return no(station.BadRule, "mic", station.MaxMic)
	case capsOK(&r, d.s.Books.Rules, d.actor) != nil:
		return capsOK(&r, d.s.Books.Rules, d.actor)
	case !phoneOK(r.Hotline):
		return no(station.BadRule, "hotline", station.MaxPhone)
	case len(r.Phrases) > station.MaxPhrases:
		return no(station.TooMany, "", station.MaxPhrases)
	}
	r.Phrases = slices.Clone(r.Phrases)
	for i, p := range r.Phrases {
		p = strings.TrimSpace(norm.NFC.String(p))
		if p == "" {
			return no(station.BadRule, "phrase", 0)
		}
		if no1 := textOK(p, station.MaxEmergency); no1 != nil {
			return no1
		}
		r.Phrases[i] = p
	}
	renamed := d.s.Books.Rules.Name != r.Name
	d.s.Books.Rules = r
	if renamed {
		for _, b := range d.s.Boards {
			d.showCard(b)
		}
	}
	d.note(station.Event{Kind: station.EvSettings, Reason: "rules"})
	return nil
}

func (d *decision) zone(id string) int {
	return slices.IndexFunc(d.s.Books.Zones, func(z station.Zone) bool { return z.ID == id })
}

// nameZones gives every zone that a cluster belongs to a row in the list, named
// like its id until a person names it.
func (d *decision) nameZones() {
	for _, c := range d.s.Roster {
		for _, id := range c.Zones {
			if d.zone(id) < 0 && len(d.s.Books.Zones) < station.MaxZones {
				d.setZone(station.Zone{ID: id, Name: id})
			}
		}
	}
}

// setZone puts a zone into a list of its own; without a name it takes it out.
func (d *decision) setZone(z station.Zone) {
	list := slices.DeleteFunc(slices.Clone(d.s.Books.Zones), func(o station.Zone) bool { return o.ID == z.ID })
	if z.Name != "" {
		list = append(list, z)
	}
	slices.SortFunc(list, zoneOrder)
	d.s.Books.Zones = list
}

func (d *decision) zonePut(z station.Zone) *station.Refusal {
	name, r := lineOK(z.Name, station.MaxName)
	switch {
	case r != nil:
		return r
	case name == "":
		return no(station.BadRule, "zone-name", station.MaxName)
	case slices.ContainsFunc(d.s.Books.Zones, func(o station.Zone) bool { return o.Name == name && o.ID != z.ID }):
		return no(station.BadRule, "zone-name-taken", 0)
	}
	z.Name = name
	if z.ID == "" {
		z.ID = d.zoneID(name)
	}
	i := d.zone(z.ID)
	switch {
	case i < 0 && !zoneIDOK(z.ID):
		return no(station.BadRule, "zone-id", maxZoneID)
	case i < 0 && len(d.s.Books.Zones) >= station.MaxZones:
		return no(station.TooMany, "", station.MaxZones)
	}
	d.setZone(z)
	d.note(station.Event{Kind: station.EvSettings, Reason: "zone", Title: z.Name})
	return nil
}

func zoneIDOK(id string) bool {
	return id != "" && len(id) <= maxZoneID && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// zoneID makes an id of a name that nobody gave one: "Yang Bắc" is "yang-bac".
func (d *decision) zoneID(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(name, "đ", "d"), "Đ", "d"))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteRune('-')
		}
	}
	id := strings.Trim(b.String()[:min(b.Len(), maxZoneID-4)], "-")
	if id == "" {
		id = "zone"
	}
	for n, base := 2, id; d.zone(id) >= 0; n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	return id
}

func (d *decision) zoneRemove(id string) *station.Refusal {
	i := d.zone(id)
	if i < 0 {
		return no(station.UnknownZone, clip(id), 0)
	}
	if where := d.namedBy(func(t station.Targets) bool { return slices.Contains(t.Zones, id) }); where != "" {
		return no(station.ItemInUse, where, 0)
	}
	title := d.s.Books.Zones[i].Name
	d.setZone(station.Zone{ID: id})
	var recs []station.Record
	d.ownRoster()
	for i := range d.s.Roster {
		c := &d.s.Roster[i]
		if !slices.Contains(c.Zones, id) {
			continue
		}
		c.Zones = slices.DeleteFunc(slices.Clone(c.Zones), func(z string) bool { return z == id })
		d.edited(c.ID)
		recs = append(recs, station.Record{Class: station.ClassCluster, Key: string(c.ID), Value: *c})
	}
	d.note(station.Event{Kind: station.EvSettings, Reason: "zone-removed", Title: title}, recs...)
	return nil
}

// namedBy says where targets are in use: on the air, in the queue, or the
// title of a slot; empty: nowhere.
func (d *decision) namedBy(is func(station.Targets) bool) string {
	for i := range d.s.Air {
		if is(d.s.Air[i].Targets) && !d.s.Air[i].Flags.Queue {
			return "air"
		}
	}
	for _, e := range d.s.Queue {
		if is(e.Targets) {
			return "queue"
		}
	}
	for _, sl := range d.s.Plan.Slots {
		if is(sl.Targets) {
			return sl.Title
		}
	}
	return ""
}

func (d *decision) edited(id station.ClusterID) {
	if !slices.Contains(d.s.Books.Edited, id) {
		d.s.Books.Edited = append(slices.Clone(d.s.Books.Edited), id)
	}
}

func (d *decision) clusterPut(c station.Cluster) *station.Refusal {
	old := d.s.cluster(c.ID)
	if old == nil {
		return no(station.UnknownTarget, clip(string(c.ID)), 0)
	}
	if r := d.clusterOK(&c); r != nil {
		return r
	}
	c.Muted = old.Muted
	d.ownRoster()
	*d.s.cluster(c.ID) = c
	d.edited(c.ID)
	slices.SortStableFunc(d.s.Roster, func(a, b station.Cluster) int { return cmp.Compare(a.Number, b.Number) })
	d.note(station.Event{Kind: station.EvRoster, Cluster: c.ID, Number: c.Number, Title: c.Name, Reason: "changed"},
		station.Record{Class: station.ClassCluster, Key: string(c.ID), Value: c})
	d.nowhere()
	return nil
}

// clusterOK cleans a cluster that was typed, or names the field that is wrong.
func (d *decision) clusterOK(c *station.Cluster) *station.Refusal {
	for _, f := range []struct {
		s     *string
		name  string
		limit int
	}{{&c.Name, "name", station.MaxName}, {&c.Head, "head", station.MaxName}, {&c.Kind, "kind", maxKind}} {
		s, r := lineOK(*f.s, f.limit)
		if r != nil {
			return no(station.BadCluster, f.name, f.limit)
		}
		*f.s = s
	}
	c.Phone = strings.TrimSpace(c.Phone)
	c.Zones = slices.Clone(c.Zones)
	slices.Sort(c.Zones)
	c.Zones = slices.Compact(c.Zones)
	inside := func(v, bound float64) bool { return !math.IsNaN(v) && math.Abs(v) <= bound }
	switch {
	case c.Number < 1 || c.Number > maxNumber:
		return no(station.BadCluster, "number", maxNumber)
	case slices.ContainsFunc(d.s.Roster, func(o station.Cluster) bool { return o.Number == c.Number && o.ID != c.ID }):
		return no(station.BadCluster, "number-taken", 0)
	case c.Name == "":
		return no(station.BadCluster, "name", station.MaxName)
	case !inside(c.Lat, 90):
		return no(station.BadCluster, "lat", 90)
	case !inside(c.Lon, 180):
		return no(station.BadCluster, "lon", 180)
	case !slices.Contains(station.Places, c.Near):
		return no(station.BadCluster, "near", 0)
	case !phoneOK(c.Phone):
		return no(station.BadCluster, "phone", station.MaxPhone)
	case len(c.Zones) > maxClusterZones:
		return no(station.TooMany, "", maxClusterZones)
	}
	for _, z := range c.Zones {
		if d.zone(z) < 0 {
			return no(station.UnknownZone, clip(z), 0)
		}
	}
	return nil
}

// clusterRemove takes a cluster off the roster; what it was to play ends there.
func (d *decision) clusterRemove(id station.ClusterID) *station.Refusal {
	c := d.s.cluster(id)
	if c == nil {
		return no(station.UnknownTarget, clip(string(id)), 0)
	}
	gone := *c
	d.s.Roster = slices.DeleteFunc(slices.Clone(d.s.Roster), func(c station.Cluster) bool { return c.ID == id })
	d.s.Books.Removed = append(slices.Clone(d.s.Books.Removed), id)
	d.s.Books.Edited = slices.DeleteFunc(slices.Clone(d.s.Books.Edited), func(e station.ClusterID) bool { return e == id })
	d.faultsGone()
	d.note(station.Event{Kind: station.EvRoster, Cluster: id, Number: gone.Number, Title: gone.Name, Reason: "removed"},
		station.Record{Class: station.ClassCluster, Key: string(id)})
	d.nowhere()
	return nil
}

// itemKinds are what an operator may call an item.
var itemKinds = []station.ItemKind{"", station.KindMusic, station.KindBulletin, station.KindJingle, station.KindRecording}

func (d *decision) itemPut(in station.ItemPut) *station.Refusal {
	it, ok := d.s.Items[in.ID]
	title, r := lineOK(in.Title, station.MaxTitle)
	switch {
	case !ok:
		return no(station.UnknownItem, clip(string(in.ID)), 0)
	case r != nil:
		return r
	case title == "" || !slices.Contains(itemKinds, in.Kind):
		return no(station.TextNotClean, "", 0)
	}
	it.Title, it.Kind = title, in.Kind
	d.setItem(it, true)
	for i := range d.s.Queue {
		if d.s.Queue[i].Item == in.ID {
			d.s.Queue[i].Title = title
		}
	}
	d.note(station.Event{Kind: station.EvItemChanged, Title: title, Item: in.ID, Reason: "changed"},
		station.Record{Class: station.ClassItem, Key: string(in.ID), Value: it})
	return nil
}

func (d *decision) itemRemove(id station.ItemID) *station.Refusal {
	it, ok := d.s.Items[id]
	if !ok {
		return no(station.UnknownItem, clip(string(id)), 0)
	}
	if where := d.itemAt(id); where != "" {
		return no(station.ItemInUse, where, 0)
	}
	d.setItem(it, false)
	d.mended(itemKey(id))
	d.note(station.Event{Kind: station.EvItemChanged, Title: it.Title, Item: id, Reason: "removed"},
		station.Record{Class: station.ClassItem, Key: string(id)})
	return nil
}

// itemAt says where an item is in use, as namedBy does.
func (d *decision) itemAt(id station.ItemID) string {
	for _, e := range d.s.Queue {
		if e.Item == id {
			return "queue"
		}
	}
	for i := range d.s.Air {
		if slices.ContainsFunc(d.s.Air[i].Pieces, func(p station.Piece) bool { return p.Item == id || p.Bed == id }) {
			return "air"
		}
	}
	for _, sl := range d.s.Plan.Slots {
		if slices.Contains(sl.Items, id) || sl.Bed == id {
			return sl.Title
		}
	}
	return ""
}

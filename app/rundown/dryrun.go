package rundown

import (
	"cmp"
	"slices"
	"time"

	"loaxa/app/station"
)

// DryRun plays the timetable of the coming days, today included, without
// sound: what begins when, which starts fall on another one and where, and what
// sounds in the quiet hours. Nothing but the timetable is reckoned with: live
// words and the play list have no hours. Clusters that hear the same slots are
// reckoned once.
//
// Where the slot that was asked about overlaps others, it says in which ways
// that can be answered.
func DryRun(snap *station.Snapshot, now time.Time, zone *time.Location, ask station.DryAsk) station.DryRun {
	out := dryRun(snap, now, zone, ask)
	if ask.Slot != nil {
		out.Ways = ways(snap, now, zone, *ask.Slot, out.Findings)
	}
	return out
}

func dryRun(snap *station.Snapshot, now time.Time, zone *time.Location, ask station.DryAsk) station.DryRun {
	y, m, day := now.In(zone).Date()
	d := dry{zone: zone, out: station.DryRun{From: time.Date(y, m, day, 0, 0, 0, 0, zone), Days: station.DryDays, Quiet: snap.Station.Rules.Quiet},
		at: map[finding]int{}, seen: map[mark]bool{}}
	d.from, d.until = d.out.Quiet.From, d.out.Quiet.Until
	d.session = snap.Station.Rules.Session
	roster := make([]station.Cluster, 0, len(snap.Clusters))
	for i := range snap.Clusters {
		if c := &snap.Clusters[i].Cluster; ask.Cluster == "" || c.ID == ask.Cluster {
			roster = append(roster, *c)
		}
	}
	d.read(snap, ask)
	if d.slots == nil {
		return d.out
	}
	d.alone = ask.Cluster != ""
	d.groups = d.hearers(roster)
	for g := range d.groups {
		d.play(g)
	}
	d.list(roster)
	slices.SortFunc(d.out.Findings, func(a, b station.DryFinding) int {
		return cmp.Or(cmp.Compare(a.Times, b.Times), a.First.Compare(b.First), cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Other, b.Other), cmp.Compare(a.Why, b.Why))
	})
	for i := range d.out.Findings {
		slices.Sort(d.out.Findings[i].Clusters)
	}
	return d.out
}

// dry is one dry run.
type dry struct {
	zone        *time.Location
	out         station.DryRun
	slots       []drySlot
	groups      []group
	alone       bool          // one cluster was asked for: others hear what it does not
	from, until int           // the quiet hours, minutes of the day; equal: none
	session     time.Duration // the longest that one behind the other may sound; 0: no bound
	at          map[finding]int
	seen        map[mark]bool
	over, quiet map[start]bool
	behind      map[start]bool
}

// drySlot is a slot with what it takes.
type drySlot struct {
	station.Slot
	length time.Duration
	starts []time.Time
	lacks  bool // an item left the library
}

// finding is what makes two the same.
type finding struct {
	why         station.DryWhy
	slot, other station.SlotID
}

// mark is a finding on one start: it counts once for all clusters.
type mark struct {
	finding
	at int64
}

// group is the clusters that hear the same slots.
type group struct {
	slots   []int // places in dry.slots
	members []station.Cluster
}

// read takes the slots, the one that was asked about among them.
func (d *dry) read(snap *station.Snapshot, ask station.DryAsk) {
	length := map[station.ItemID]time.Duration{}
	for _, it := range snap.Items {
		length[it.ID] = it.Length
	}
	all := slices.Clone(snap.Plan.Slots)
	if sl := ask.Slot; sl != nil {
		if i := slices.IndexFunc(all, func(o station.Slot) bool { return o.ID == sl.ID && sl.ID != 0 }); i >= 0 {
			all[i] = *sl
		} else {
			all = append(all, *sl)
		}
	}
	d.over, d.quiet, d.behind = map[start]bool{}, map[start]bool{}, map[start]bool{}
	end := d.out.From.AddDate(0, 0, station.DryDays)
	for _, sl := range all[:min(len(all), station.MaxSlots+1)] {
		one := drySlot{Slot: sl, starts: Starts(sl, d.out.From.Add(-1), end.Add(-1), d.zone)}
		for _, id := range sl.Items[:min(len(sl.Items), station.MaxSlotItems)] {
			n, ok := length[id]
			one.lacks = one.lacks || !ok
			one.length += n
		}
		d.slots = append(d.slots, one)
	}
}

// hearers groups the roster by the slots that are heard, and says which slot
// nobody hears.
func (d *dry) hearers(roster []station.Cluster) (groups []group) {
	heard := make([][]int, len(roster))
	place := map[station.ClusterID]int{}
	for i, c := range roster {
		place[c.ID] = i
	}
	for k, sl := range d.slots {
		ids := sl.Targets.Match(roster)
		for _, id := range ids {
			heard[place[id]] = append(heard[place[id]], k)
		}
		for _, t := range sl.starts {
			if sl.lacks {
				d.find(station.DryNoItem, k, -1, t, 0, -1)
			}
			if len(ids) == 0 && !d.alone {
				d.find(station.DryNowhere, k, -1, t, 0, -1)
			}
		}
	}
	byKey := map[string]int{}
	for i, c := range roster {
		key := ""
		for _, k := range heard[i] {
			key += string(rune(k)) + ","
		}
		g, ok := byKey[key]
		if !ok {
			g = len(groups)
			byKey[key] = g
			groups = append(groups, group{slots: heard[i]})
		}
		groups[g].members = append(groups[g].members, c)
	}
	return groups
}

// turn is one start as a group hears it.
type turn struct {
	slot int
	at   time.Time
}

// play runs the timetable of one group of clusters.
func (d *dry) play(at int) {
	g := d.groups[at]
	var turns []turn
	for _, k := range g.slots {
		for _, t := range d.slots[k].starts {
			if !slices.Contains(d.slots[k].Skip, t.Unix()) {
				turns = append(turns, turn{k, t})
			}
		}
	}
	slices.SortStableFunc(turns, func(a, b turn) int { return a.at.Compare(b.at) })
	heard := station.DryHeard{Starts: len(turns)}
	var last turn             // that ends last of those before
	var free, first time.Time // first: when the session began that goes on until free
	for _, t := range turns {
		sl := &d.slots[t.slot]
		heard.Sounds += sl.length
		begin := t.at
		if free.After(t.at) {
			d.find(station.DryOverlap, t.slot, last.slot, t.at, free.Sub(t.at), at)
			if by := free.Sub(t.at); sl.Mode == station.StartSoft && by <= station.StandingOf(station.Scheduled).LateBy {
				d.behind[start{sl.ID, t.at.Unix()}] = true
			} else {
				d.over[start{sl.ID, t.at.Unix()}] = true
				d.over[start{d.slots[last.slot].ID, last.at.Unix()}] = true
			}
			begin = d.begins(sl.Mode, t.at, free)
		}
		if by := d.inQuiet(begin, sl.length); by > 0 {
			d.find(station.DryQuiet, t.slot, -1, t.at, by, at)
			d.quiet[start{sl.ID, t.at.Unix()}] = true
		}
		// What was cut goes on behind what cut it.
		end := begin.Add(sl.length)
		if free.After(begin) {
			end = free.Add(sl.length)
		}
		if begin.Sub(free) > sessionGap {
			first = begin
		}
		if end.After(free) {
			last, free = t, end
		}
		if by := free.Sub(first) - d.session; d.session > 0 && by > 0 {
			d.find(station.DrySession, t.slot, -1, t.at, by, at)
		}
	}
	for _, c := range g.members {
		heard.Cluster, heard.Number, heard.Name = c.ID, c.Number, c.Name
		d.out.Heard = append(d.out.Heard, heard)
	}
}

// sessionGap is the longest silence inside a session: whoever hears what comes
// behind it has not had peace.
const sessionGap = 2 * time.Minute

// begins is when a start is heard while something else sounds until free.
func (d *dry) begins(mode station.StartMode, at, free time.Time) time.Time {
	switch mode {
	case station.StartWait:
		if most := at.Add(station.MaxStartWait); free.After(most) {
			return most
		}
		return free
	case station.StartSoft:
		return free
	default:
		return at
	}
}

// inQuiet is how much of a sound falls into the quiet hours, of the night that
// it begins in and the next.
func (d *dry) inQuiet(at time.Time, length time.Duration) (by time.Duration) {
	if d.from == d.until {
		return 0
	}
	end := at.Add(length)
	y, m, day := at.In(d.zone).Date()
	for n := -1; n <= 1; n++ {
		open := time.Date(y, m, day+n, 0, d.from, 0, 0, d.zone)
		shut := time.Date(y, m, day+n, 0, d.until, 0, 0, d.zone)
		if d.until < d.from {
			shut = time.Date(y, m, day+n+1, 0, d.until, 0, 0, d.zone)
		}
		if a, b := latest(open, at), earliest(shut, end); b.After(a) {
			by += b.Sub(a)
		}
	}
	return by
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// find writes a finding down, once for all its days and clusters; other and
// where, places in slots and groups, are -1 for none.
func (d *dry) find(why station.DryWhy, slot, other int, at time.Time, by time.Duration, where int) {
	sl := &d.slots[slot]
	key := finding{why: why, slot: sl.ID}
	if other >= 0 {
		key.other = d.slots[other].ID
	}
	i, ok := d.at[key]
	if !ok {
		i = len(d.out.Findings)
		d.at[key] = i
		f := station.DryFinding{Why: why, Slot: sl.ID, Title: sl.Title, Mode: sl.Mode, First: at}
		if other >= 0 {
			f.Other, f.With = d.slots[other].ID, d.slots[other].Title
		}
		d.out.Findings = append(d.out.Findings, f)
	}
	f := &d.out.Findings[i]
	if m := (mark{key, at.Unix()}); !d.seen[m] {
		d.seen[m] = true
		f.Times++
	}
	f.By = max(f.By, by)
	if at.Before(f.First) {
		f.First = at
	}
	k := mark{key, -int64(where) - 1} // no start has a time before 1970
	if where < 0 || d.seen[k] {
		return
	}
	d.seen[k] = true
	for _, c := range d.groups[where].members {
		f.Clusters = append(f.Clusters, c.Number)
	}
}

// list makes the list of starts as it is shown.
func (d *dry) list(roster []station.Cluster) {
	for k := range d.slots {
		sl := &d.slots[k]
		n := len(sl.Targets.Match(roster))
		if n == 0 {
			continue
		}
		for _, t := range sl.starts {
			id := start{sl.ID, t.Unix()}
			skip := slices.Contains(sl.Skip, t.Unix())
			if !skip {
				d.out.Count++
			}
			d.out.Starts = append(d.out.Starts, station.DryStart{Slot: sl.ID, Title: sl.Title, At: t, Length: sl.length, Mode: sl.Mode, Clusters: n,
				Skipped: skip, Over: d.over[id], Behind: d.behind[id], Quiet: d.quiet[id]})
		}
	}
	slices.SortStableFunc(d.out.Starts, func(a, b station.DryStart) int { return a.At.Compare(b.At) })
	d.out.Starts = d.out.Starts[:min(len(d.out.Starts), station.MaxDryStarts)]
	slices.SortFunc(d.out.Heard, func(a, b station.DryHeard) int { return cmp.Compare(a.Number, b.Number) })
}

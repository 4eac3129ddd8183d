package onair

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
)

// leave says whether who asked may do so; glass: only because danger knows no
// lock. A drill is no danger.
func (d *decision) leave(in Input) (glass bool, r *station.Refusal) {
	if in.By == nil {
		return false, nil
	}
	act := station.ActOf(in.Intent)
	if e, ok := in.Intent.(station.EmergencyStart); ok && e.Drill {
		act = station.ActLive
	}
	a, leave := station.Judge(d.s.Books.People, *in.By, act)
	if leave == station.LeaveGlass {
		return true, nil
	}
	if r := Refused(a, leave); r != nil {
		return false, r
	}
	if a.Role == station.RoleHead {
		return false, d.within(a, in.Intent)
	}
	return false, nil
}

// Refused makes the refusal of a leave; nil where there is none.
func Refused(a station.User, l station.Leave) *station.Refusal {
	switch l {
	case station.LeaveLocked:
		return no(station.ScreenLocked, "", 0)
	case station.LeaveNo:
		return no(station.RoleSmaller, string(a.Role), 0)
	default:
		return nil
	}
}

// May says whether a person may do what is no intent: bring a file, let a
// machine in. It is safe for concurrent use.
func (d *Desk) May(by station.Person, act station.Act) *station.Refusal {
	return Refused(station.Judge(d.Snapshot().Station.People, by, act))
}

// within keeps a hamlet head to his part of the commune and his hours. What
// has no place of its own is the whole commune's: not his.
func (d *decision) within(a station.User, in station.Intent) *station.Refusal {
	zone := d.s.Settings.Zone
	if zone == nil {
		zone = time.FixedZone("+07", 7*3600)
	}
	at := d.now.Wall.In(zone)
	if a.From != a.Until && !(station.Quiet{From: a.From, Until: a.Until}).Has(at.Hour()*60+at.Minute()) {
		return no(station.OutsideHours, "", 0)
	}
	var t station.Targets
	switch in := in.(type) {
	case station.LiveStart:
		t = in.Targets
	case station.PlayNow:
		t = in.Targets
	case station.MicTest, station.LiveStop, station.RecordStop:
		return nil
	case station.BroadcastEnd:
		b := d.s.find(in.ID)
		if b == nil || b.Who == a.Name {
			return nil
		}
		return no(station.OutsideArea, "", 0)
	default:
		return no(station.OutsideArea, "", 0)
	}
	his := a.Area.Match(d.s.Roster)
	for _, id := range t.Match(d.s.Roster) {
		if !slices.Contains(his, id) {
			return no(station.OutsideArea, "", 0)
		}
	}
	return nil
}

// maxGlass bounds the faults of broken glass that stand at once; their rows
// have no bound.
const maxGlass = 20

// brokeGlass says loudly that danger went past the lock, until somebody who
// was let in has seen it.
func (d *decision) brokeGlass(in Input) {
	what, why := "glass-emergency", "screen-locked"
	switch in.Intent.(type) {
	case station.EmergencyEnd:
		what = "glass-end"
	case station.EmergencyCorrect:
		what = "glass-correction"
	case station.StopAll:
		what = "glass-stop"
	}
	if in.By.Account != "" {
		why = "role-smaller"
	}
	d.note(station.Event{Kind: station.EvGlass, Title: what, Reason: why})
	n := 0
	for _, f := range d.s.Faults {
		if f.Kind == station.EvGlass && !f.Over {
			n++
		}
	}
	if n < maxGlass {
		d.s.Counters.Glass++
		d.fault("break-glass-"+slotKey(station.SlotID(d.s.Counters.Glass)), station.EvGlass, "", d.actor, what)
	}
}

const accountsFault = "accounts"

func sameAccount(a, b station.User) bool {
	return a.Name == b.Name && a.Role == b.Role && a.Rev == b.Rev && a.From == b.From && a.Until == b.Until && a.Area.Equal(b.Area)
}

// accountsSet takes the list of those who have a PIN, and writes what changed.
func (d *decision) accountsSet(f station.AccountsSet) {
	d.actor = clip(f.By)
	if f.Damaged {
		if !slices.ContainsFunc(d.s.Faults, func(o station.Fault) bool { return o.ID == accountsFault && !o.Over }) {
			d.note(station.Event{Kind: station.EvAccounts, Reason: "accounts-unfit"})
			d.fault(accountsFault, station.EvAccounts, "", "", "accounts-unfit")
		}
		return
	}
	d.mended(accountsFault)
	now := slices.Clone(f.Accounts)
	slices.SortFunc(now, func(a, b station.User) int { return strings.Compare(a.Name, b.Name) })
	old := d.s.Books.People
	if slices.EqualFunc(old, now, sameAccount) {
		return
	}
	d.s.Books.People = now
	find := func(list []station.User, name string) int {
		return slices.IndexFunc(list, func(a station.User) bool { return a.Name == name })
	}
	for _, a := range now {
		i, why := find(old, a.Name), "account-changed"
		switch {
		case i < 0:
			why = "account-made"
		case sameAccount(old[i], a):
			continue
		case old[i].Rev != a.Rev && old[i].Role == a.Role:
			why = "pin-changed"
		}
		d.note(station.Event{Kind: station.EvAccount, Title: cmp.Or(clip(a.Name), "?"), Reason: why})
	}
	for _, a := range old {
		if find(now, a.Name) < 0 {
			d.note(station.Event{Kind: station.EvAccount, Title: clip(a.Name), Reason: "account-removed"})
		}
	}
}

// lockOK checks when a console locks itself.
func lockOK(after time.Duration) *station.Refusal {
	if after != 0 && (after < station.MinLock || after > station.MaxLock) {
		return no(station.BadRule, "lock-after", int(station.MaxLock.Minutes()))
	}
	return nil
}

package onair

import (
	"cmp"
	"slices"
	"time"

	"loaxa/app/station"
)

// emergency is an open one by its ID; 0 is the one that stands before the
// others. Nil: there is none. It points into the state.
func (s *State) emergency(id station.BroadcastID) *station.EmergencyView {
	for i := range s.Open {
		if id == 0 || s.Open[i].ID == id {
			return &s.Open[i]
		}
	}
	return nil
}

// lead is a copy of the emergency that stands before the others, or nil.
func (s *State) lead() *station.EmergencyView {
	if len(s.Open) == 0 {
		return nil
	}
	em := s.Open[0]
	return &em
}

func openOrder(a, b station.EmergencyView) int {
	return cmp.Or(cmp.Compare(b.Level, a.Level), cmp.Compare(b.ID, a.ID))
}

func (d *decision) addOpen(em station.EmergencyView) {
	d.s.Open = append(d.s.Open, em)
	slices.SortFunc(d.s.Open, openOrder)
}

// after is the moment that comes so much later.
func after(at station.Stamp, by time.Duration) station.Stamp {
	at.Mono, at.Wall = at.Mono+by, at.Wall.Add(by)
	return at
}

// breath is the least silence between two readings of one emergency.
const breath = 30 * time.Second

// readOver notes that a reading of an emergency ended; another may go on
// elsewhere.
func (d *decision) readOver(of station.BroadcastID) {
	em := d.s.emergency(of)
	if of == 0 || em == nil || slices.ContainsFunc(d.s.Air, func(b Broadcast) bool { return b.Of == of }) {
		return
	}
	em.OnAir = false
	if least := after(d.now, breath); em.Repeat.Times > 0 && em.Next.Mono < least.Mono {
		em.Next = least
	}
}

// emergencyTick reads again what is planned to be.
func (d *decision) emergencyTick() {
	for i := range d.s.Open {
		em := &d.s.Open[i]
		if em.OnAir || em.Repeat.Times == 0 || d.now.Mono < em.Next.Mono || len(em.Targets.Match(d.s.Roster)) == 0 {
			continue
		}
		in := station.EmergencyStart{Text: em.Text, Siren: em.Siren, Level: em.Level, Targets: em.Targets, Second: em.Second}
		b := d.begin(Broadcast{Class: station.Emergency, Who: em.Who, Title: firstLine(em.Text), Targets: em.Targets,
			Pieces: d.emergencyPieces(in, "")})
		d.out.Started = 0
		b.Of, b.Level = em.ID, em.Level
		em.Broadcast, em.OnAir = b.ID, true
		em.Repeat.Times--
		em.Next = after(d.now, em.Repeat.Every)
		if em.Repeat.Times == 0 {
			em.Next = station.Stamp{}
		}
		d.note(d.about(b, station.EvRepeat, ""), alertRecord(b.ID, station.Alert{ID: em.ID, Of: em.ID}))
	}
}

// makeRoom: an empty office must not silence another warning. What was read
// and that nobody ended goes when the same comes again, or when the list is
// full; what is being read goes last, the lowest level first.
func (d *decision) makeRoom(in station.EmergencyStart) {
	for _, em := range slices.Clone(d.s.Open) {
		if !em.Drill && !em.OnAir && em.Text == in.Text {
			d.closeEmergency(em, "replaced")
		}
	}
	for len(d.s.Open) >= station.MaxOpen {
		gone := d.s.Open[len(d.s.Open)-1]
		for i := len(d.s.Open) - 1; i >= 0; i-- {
			if !d.s.Open[i].OnAir {
				gone = d.s.Open[i]
				break
			}
		}
		d.closeEmergency(gone, "replaced")
	}
}

// openAgain puts what was open before a restart into this run's time. A plan
// goes on where it stood; a clock that was set cannot make it wait longer.
func (d *decision) openAgain() {
	for i := range d.s.Open {
		em := &d.s.Open[i]
		left := min(max(em.Next.Wall.Sub(d.now.Wall), 0), em.Repeat.Every)
		em.Since = rebase(em.Since, d.now)
		if em.Repeat.Times > 0 {
			em.Next = after(d.now, left)
		}
		em.OnAir = false
	}
	slices.SortFunc(d.s.Open, openOrder)
	for i := range d.s.Air {
		b := &d.s.Air[i]
		if em := d.s.emergency(b.Of); b.Of != 0 && em != nil {
			b.Level, em.OnAir = em.Level, station.StandingOf(b.Class).Resume == station.Restart || em.OnAir
		}
		if n := d.s.Books.Notice; n != nil && n.Broadcast == b.ID {
			b.Level = noticeLevel
		}
	}
}

package onair

import (
	"testing"
	"time"

	"loaxa/app/station"
)

// jumper is a desk whose clock can be set and whose station can be restarted.
type jumper struct {
	t    *testing.T
	s    State
	d    disk
	mono time.Duration // of this run
	wall time.Time
}

func newJumper(t *testing.T) *jumper {
	j := &jumper{t: t, s: village(), d: disk{}, mono: time.Minute, wall: stamp(0).Wall}
	j.do(Input{Intent: station.SlotPut{Slot: station.Slot{Title: "x", Minute: 1080, Days: station.EveryDay, Mode: station.StartHard,
		Items: []station.ItemID{"news"}, Targets: station.Everywhere()}}})
	return j
}

func (j *jumper) now() station.Stamp {
	return station.Stamp{Mono: j.mono, Wall: j.wall, Quality: station.ClockGood}
}

func (j *jumper) do(in Input) {
	j.t.Helper()
	s, o := Decide(j.s, in, j.now())
	if o.Refusal != nil {
		j.t.Fatal(o.Refusal)
	}
	j.s = s
	j.d.save(j.t, o.Events)
}

// passes lets real time go by, with what the clock shows and a tick at its end.
func (j *jumper) passes(by time.Duration) {
	j.t.Helper()
	for by > 0 {
		step := min(by, 5*time.Minute)
		by -= step
		j.mono, j.wall = j.mono+step, j.wall.Add(step)
		j.do(Input{Tick: true})
	}
}

// restart is a kill and a start, off for a while; the clock then shows wall.
func (j *jumper) restart(wall time.Time) {
	j.t.Helper()
	got, err := Recover(j.d, j.s.Settings)
	if err != nil {
		j.t.Fatal(err)
	}
	v := village()
	got.Roster, got.Boards = v.Roster, v.Boards
	for id, it := range v.Items {
		got.Items[id] = it
	}
	j.mono, j.wall = 3*time.Second, wall
	s, o := Restarted(got, nil, j.now())
	j.s = s
	j.d.save(j.t, o.Events)
}

// due tells of the evening's start and whether it went on the air; asked: it
// waits for the operator's word.
func (j *jumper) due() (heard, asked bool) {
	j.t.Helper()
	evening := stamp(18 * time.Minute).Wall
	n, late := len(j.s.Air), len(j.s.Plan.Late)
	j.do(Input{Fact: station.SlotDue{Slot: 1, At: evening.Unix(), Late: j.wall.Sub(evening) > 30*time.Minute}})
	heard, asked = len(j.s.Air) > n, len(j.s.Plan.Late) > late
	if heard {
		id := j.s.Air[len(j.s.Air)-1].ID
		j.do(Input{Fact: station.PieceStarted{Broadcast: id, Tag: "1"}})
		j.do(Input{Fact: station.Drained{Broadcast: id}})
	}
	return heard, asked
}

// TestARestartAfterAJumpOfTheClock: the evening's start is heard once, whatever
// the clock did before, over or after a restart; where nobody can tell, the
// operator is asked.
func TestARestartAfterAJumpOfTheClock(t *testing.T) {
	evening := stamp(18 * time.Minute).Wall
	for name, c := range map[string]struct {
		play         func(j *jumper) // after the start was heard once, at 18:00 by the clock of then
		heard, asked bool
	}{
		"the jump back was wrong, put right after the restart": {func(j *jumper) {
			j.wall = j.wall.Add(-3 * time.Hour)
			j.passes(2 * time.Minute)
			j.restart(j.wall.Add(20 * time.Second))
			j.passes(5 * time.Minute)
			j.wall = j.wall.Add(3 * time.Hour)
		}, false, false},
		"the jump back was wrong, put right over the restart": {func(j *jumper) {
			j.wall = j.wall.Add(-3 * time.Hour)
			j.passes(2 * time.Minute)
			j.restart(j.wall.Add(3*time.Hour + 20*time.Second))
		}, false, true},
		"the jump back was wrong and came over the restart": {func(j *jumper) {
			j.passes(2 * time.Minute)
			j.restart(j.wall.Add(-3 * time.Hour))
			j.passes(5 * time.Minute)
			j.wall = j.wall.Add(3 * time.Hour)
		}, false, false},
		"restarted before the jump back, which was wrong": {func(j *jumper) {
			j.restart(j.wall.Add(20 * time.Second))
			j.passes(5 * time.Minute)
			j.wall = j.wall.Add(-3 * time.Hour)
			j.passes(5 * time.Minute)
			j.wall = j.wall.Add(3 * time.Hour)
		}, false, false},
		"the clock had been ahead, and was put right before the restart": {func(j *jumper) {
			j.wall = j.wall.Add(-3 * time.Hour)
			j.passes(2 * time.Minute)
			j.restart(j.wall.Add(20 * time.Second))
			j.passes(evening.Sub(j.wall))
		}, true, false},
		"the clock had been ahead, and was put right over the restart": {func(j *jumper) {
			j.passes(2 * time.Minute)
			j.restart(j.wall.Add(-5 * time.Hour))
			j.passes(evening.Sub(j.wall))
		}, true, false},
		"it had been ahead, and an hour's run later the station is restarted": {func(j *jumper) {
			j.wall = j.wall.Add(-5 * time.Hour)
			j.passes(3 * time.Hour)
			j.restart(j.wall.Add(20 * time.Second))
			j.passes(evening.Sub(j.wall))
		}, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJumper(t)
			j.passes(18 * time.Minute)
			if heard, _ := j.due(); !heard {
				t.Fatal("the first start was not heard")
			}
			j.passes(time.Minute)
			c.play(j)
			heard, asked := j.due()
			if heard != c.heard || asked != c.asked {
				t.Errorf("heard again %t, asked %t; want %t, %t", heard, asked, c.heard, c.asked)
			}
		})
	}
}

package boot

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loaxa/app/station"
	"loaxa/app/trust"
)

// epochs is a station's machine through restarts, with a clock that somebody
// turns; true is what a telephone would show.
type epochs struct {
	true  time.Time
	off   time.Duration // of the machine's clock
	boot  time.Time     // true time of the start
	clock *Clock
	kept  struct { // what the journal has
		own    time.Time
		good   bool
		signed time.Time
	}
}

func (m *epochs) wall() time.Time { return m.true.Add(m.off) }

func (m *epochs) restart() {
	m.boot = m.true
	m.clock = newClock(m.wall(), m.wall, func() time.Duration { return m.true.Sub(m.boot) })
	if m.kept.good {
		m.clock.RaiseOwn(m.kept.own)
	}
	m.clock.Raise(m.kept.signed)
}

func (m *epochs) write() {
	w, q := m.clock.Wall()
	m.kept.own, m.kept.good = w, q == station.ClockGood
}

// TestNoClockRevivesOrLosesAnOrder: whatever clock, battery and restarts do, by
// minutes or by twenty years, an order is not taken when its end lies before
// what was signed; where the machine's clock is right and believed it is taken
// exactly while it is valid; where it is not believed nothing is called expired
// that is not, and a person's word for the order, or for the clock, is enough.
func TestNoClockRevivesOrLosesAnOrder(t *testing.T) {
	issuer, err := trust.NewOfficer("Ban chỉ huy")
	if err != nil {
		t.Fatal(err)
	}
	here := strings.Repeat("a", 32)
	keys := station.KeySet{Version: 1, Keys: []station.IssuerKey{{Name: issuer.Name, Key: issuer.Public().Key, Roles: station.MayIssue, Top: station.Emergency}}}
	taken, refused := 0, map[station.RefusalCode]int{}
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 8))
		m := &epochs{true: clockFloor.AddDate(0, 1+rng.IntN(6), 0)}
		m.restart()
		var kept []station.SignedOrder // were not taken when they came
		counter := uint64(0)
		for range 60 {
			switch rng.IntN(9) {
			case 0, 1:
				m.true = m.true.Add(time.Duration(rng.Int64N(int64(50 * time.Hour))))
			case 2:
				m.off = []time.Duration{time.Hour, 30 * time.Minute, 400 * 24 * time.Hour, 20 * 365 * 24 * time.Hour}[rng.IntN(4)] * time.Duration(1-2*rng.IntN(2))
			case 3, 4:
				m.off = 0
			case 5:
				m.write()
				m.restart()
			case 6:
				m.write()
			}
			counter++
			o := station.Order{ID: newOrderID(), Issuer: issuer.Name, KeyID: issuer.ID(), Counter: counter, Kind: station.OrderPlay, Class: station.Priority,
				Audience: station.Audience{Stations: []string{here}, Targets: station.Everywhere()}, IssuedAt: m.true.UnixMilli(),
				Expires: m.true.Add(time.Minute + time.Duration(rng.Int64N(int64(40*time.Hour)))).UnixMilli(), Content: station.OrderContent{Text: "Họp dân"}}
			s := o.Sign(func(b []byte) []byte { return issuer.Sign(b) }, nil)
			if len(kept) > 0 && rng.IntN(2) == 0 {
				s = kept[rng.IntN(len(kept))]
			}
			word := rng.IntN(4) == 0
			_, q := m.clock.Wall()
			_, why := station.CheckOrder(s.Encode(), station.OrderContext{Keys: keys, Station: here, Seen: station.NewOrderMemory(), Now: m.clock.forOrders(word)})
			valid := m.true.UnixMilli() < s.Expires
			switch right := m.off == 0 && q == station.ClockGood; {
			case why == nil && s.Expires <= m.kept.signed.UnixMilli():
				rt.Fatalf("an order that ended before %v was signed is taken", m.kept.signed)
			case right && valid != (why == nil):
				rt.Fatalf("the clock is right and believed; valid %v, refused %v", valid, why)
			case m.off == 0 && word && valid && why != nil:
				rt.Fatalf("the clock is right, a person vouches for the order, and it is refused: %v", why)
			case q != station.ClockGood && valid && why != nil && why.Code == station.OrderExpired:
				rt.Fatal("an order is called expired by a clock that nobody believes")
			}
			if why == nil {
				taken++
				if at := time.UnixMilli(s.IssuedAt); at.After(m.kept.signed) {
					m.kept.signed = at
				}
				m.clock.Raise(time.UnixMilli(s.IssuedAt))
				continue
			}
			refused[why.Code]++
			kept = append(kept, s)
		}
		// Somebody sets the clock right and says so: all is as it should be.
		m.off = 0
		if !m.clock.Possible() {
			rt.Fatal("a clock that is right is called impossible")
		}
		m.clock.Confirm()
		if _, q := m.clock.Wall(); q != station.ClockGood {
			rt.Fatal("a clock that is right and was confirmed is not believed")
		}
		m.write()
		m.true = m.true.Add(time.Hour)
		m.restart()
		if _, q := m.clock.Wall(); q != station.ClockGood {
			rt.Fatal("a restart undoes the confirmation")
		}
	})
	if taken < 500 || refused[station.OrderExpired] < 100 || refused[station.OrderClockUnsure] < 100 {
		t.Errorf("%d were taken, refused %v: that proves little", taken, refused)
	}
}

// TestWhatWasKnownIsKnownLater: a clock that is turned back while the station
// runs is seen by how long it has run.
func TestWhatWasKnownIsKnownLater(t *testing.T) {
	m := &epochs{true: clockFloor.AddDate(0, 1, 0)}
	m.kept.own, m.kept.good = m.true, true
	m.restart()
	m.true = m.true.Add(10 * time.Hour)
	m.off = -time.Minute
	if _, q := m.clock.Wall(); q != station.ClockGood {
		t.Error("a minute's correction makes the clock unsure")
	}
	m.off = -time.Hour
	if _, q := m.clock.Wall(); q != station.ClockUnsure {
		t.Error("a clock that was turned back by an hour is believed")
	}
	if got := m.clock.Bound(); !got.Equal(m.true) {
		t.Errorf("the bound is %v, true is %v", got, m.true)
	}
}

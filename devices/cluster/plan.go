package cluster

import (
	"fmt"
	"math"
	"time"
)

// Plan is what a cluster may do when no station is there, and how loud and how
// often it may sound at any time.
type Plan struct {
	Version uint64     `cbor:"1,keyasint"` // only grows
	Station string     `cbor:"2,keyasint"` // fingerprint: a plan of another station is none
	Made    int64      `cbor:"3,keyasint"` // Unix s
	Until   int64      `cbor:"4,keyasint"` // Unix s; later it is not aired
	After   int        `cbor:"5,keyasint"` // s without a station before the timetable is aired
	Zone    int        `cbor:"6,keyasint"` // s east of Greenwich
	Slots   []PlanSlot `cbor:"7,keyasint"`
	Last    []LastWord `cbor:"8,keyasint"`
	Guard   Guard      `cbor:"9,keyasint"`
	// Keep is every file that the cluster is to hold, the most needed first.
	Keep []PlanFile `cbor:"10,keyasint"`
}

// PlanFile is one file to hold.
type PlanFile struct {
	Asset string `cbor:"1,keyasint"`
	Bytes int64  `cbor:"2,keyasint"`
}

// PlanSlot is a line of the timetable for this cluster.
type PlanSlot struct {
	ID     uint64      `cbor:"1,keyasint"`
	Title  string      `cbor:"2,keyasint"`
	Minute int         `cbor:"3,keyasint"` // of the day
	Days   uint8       `cbor:"4,keyasint"` // bit 0 Monday
	From   string      `cbor:"5,keyasint"` // first day, 2006-01-02; empty: no bound
	To     string      `cbor:"6,keyasint"` // last day
	Play   []PlanPiece `cbor:"7,keyasint"`
	Skip   []int64     `cbor:"8,keyasint"` // starts to pass over, Unix s
}

// PlanPiece is one sound.
type PlanPiece struct {
	Asset string  `cbor:"1,keyasint"`
	Gain  float32 `cbor:"2,keyasint"`
}

// LastWord is an emergency message that may sound without a station: from
// After seconds without one, every Every seconds, Times times, never later than
// Until.
type LastWord struct {
	ID    uint64      `cbor:"1,keyasint"` // of the emergency
	Title string      `cbor:"2,keyasint"`
	After int         `cbor:"3,keyasint"`
	Every int         `cbor:"4,keyasint"`
	Times int         `cbor:"5,keyasint"`
	Until int64       `cbor:"6,keyasint"` // Unix s
	Play  []PlanPiece `cbor:"7,keyasint"`
}

// Guard is what a cluster never goes beyond, whoever asks.
type Guard struct {
	QuietFrom int     `cbor:"1,keyasint"` // minute of the day; equal to QuietTo: none
	QuietTo   int     `cbor:"2,keyasint"`
	Cap       float32 `cbor:"3,keyasint"` // linear gain; 0: none
	QuietCap  float32 `cbor:"4,keyasint"` // in quiet hours; programmes of the timetable are silent then, emergencies as ever
	PerMinute int     `cbor:"5,keyasint"` // streams that may begin in a minute; 0: DefaultPerMinute
}

// Bounds of a plan.
const (
	MaxPlanSlots     = 200
	MaxPlanPieces    = 50
	MaxLastWords     = 8
	MaxPlanKeep      = 200
	DefaultPerMinute = 60
	minAfter         = 5
	maxTimes         = 50
	maxSkip          = 50
)

// Encode is the bytes that are signed and kept.
func (p *Plan) Encode() ([]byte, error) {
	if err := p.valid(); err != nil {
		return nil, err
	}
	b, err := encMode.Marshal(p)
	if err == nil && len(b) > maxPlanDoc {
		err = fmt.Errorf("plan of %d bytes: %w", len(b), ErrMessage)
	}
	return b, err
}

// ParsePlan reads Encode's form.
func ParsePlan(b []byte) (*Plan, error) {
	if len(b) == 0 || len(b) > maxPlanDoc {
		return nil, fmt.Errorf("plan: %w", ErrMessage)
	}
	p := &Plan{}
	if err := planMode.Unmarshal(b, p); err != nil {
		return nil, fmt.Errorf("plan: %w: %w", ErrMessage, err)
	}
	if err := p.valid(); err != nil {
		return nil, err
	}
	return p, nil
}

// SignedPlan is what the station's key signs of a plan.
func SignedPlan(doc []byte) []byte { return append([]byte("loaxa cluster plan 1\x00"), doc...) }

func (p *Plan) valid() error {
	bad := fmt.Errorf("plan: %w", ErrMessage)
	if p.Version == 0 || len(p.Slots) > MaxPlanSlots || len(p.Last) > MaxLastWords || len(p.Keep) > MaxPlanKeep ||
		p.After < minAfter || p.Zone < -14*3600 || p.Zone > 14*3600 || !p.Guard.valid() {
		return bad
	}
	for _, f := range p.Keep {
		if !FileName(f.Asset) || f.Bytes <= 0 || f.Bytes > MaxAsset {
			return bad
		}
	}
	for _, s := range p.Slots {
		if s.Minute < 0 || s.Minute >= 24*60 || !piecesOK(s.Play) || len(s.From) > 10 || len(s.To) > 10 || len(s.Skip) > maxSkip || words(s.Title) != nil {
			return bad
		}
	}
	for _, l := range p.Last {
		if l.After < minAfter || l.Every < 30 || l.Times < 1 || l.Times > maxTimes || !piecesOK(l.Play) || words(l.Title) != nil {
			return bad
		}
	}
	return nil
}

func piecesOK(ps []PlanPiece) bool {
	for _, p := range ps {
		g := float64(p.Gain)
		if assetOK(p.Asset) != nil || math.IsNaN(g) || g < 0 || g > maxGain {
			return false
		}
	}
	return len(ps) <= MaxPlanPieces
}

func (g Guard) valid() bool {
	const day = 24 * 60
	for _, v := range []float32{g.Cap, g.QuietCap} {
		if math.IsNaN(float64(v)) || v < 0 || v > 1 {
			return false
		}
	}
	return g.QuietFrom >= 0 && g.QuietFrom < day && g.QuietTo >= 0 && g.QuietTo < day && g.PerMinute >= 0 && g.PerMinute <= 600
}

// Quiet tells whether a moment lies in the quiet hours.
func (g Guard) Quiet(t time.Time) bool {
	m := t.Hour()*60 + t.Minute()
	switch {
	case g.QuietFrom == g.QuietTo:
		return false
	case g.QuietFrom < g.QuietTo:
		return m >= g.QuietFrom && m < g.QuietTo
	}
	return m >= g.QuietFrom || m < g.QuietTo
}

// On is the slot's start on the day of t, in t's zone; false when it has none.
func (s PlanSlot) On(t time.Time) (time.Time, bool) {
	day := t.Format(time.DateOnly)
	if s.Days&(1<<((int(t.Weekday())+6)%7)) == 0 || s.From != "" && day < s.From || s.To != "" && day > s.To {
		return time.Time{}, false
	}
	y, m, d := t.Date()
	at := time.Date(y, m, d, s.Minute/60, s.Minute%60, 0, 0, t.Location())
	for _, skip := range s.Skip {
		if skip == at.Unix() {
			return time.Time{}, false
		}
	}
	return at, true
}

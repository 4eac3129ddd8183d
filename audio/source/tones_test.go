package source

import (
	"math"
	"slices"
	"strings"
	"testing"

	"loaxa/audio/frame"
)

// The phase in whole numbers is the integral of the pitch, also an hour on and
// in every kind of sweep.
func TestPhaseIsTheIntegralOfThePitch(t *testing.T) {
	for name, p := range map[string]Pattern{
		"steady": {From: 800, To: 800}, "down": {From: 1200, To: 500, Period: 1},
		"up": {From: 500, To: 1200, Period: 3.5}, "swing": {From: 400, To: 800, Period: 4, Swing: true},
		"odd": {From: 853, To: 960, Period: 0.40001, Swing: true}, "wide": {From: 20, To: 12000, Period: 600},
	} {
		for _, n := range []int64{1, 17, 48_000, 95_999, 1_000_003, 28_000_000} {
			step := float64(p.phase(n+1)-p.phase(n)) / turn
			if step < 0 {
				step++
			}
			period, m := samples(p.Period), float64(0)
			hz := p.From
			if period > 0 {
				m = (float64(n%period) + 0.5) / float64(period)
				if p.Swing {
					m = 1 - math.Abs(2*m-1)
				}
				hz += (p.To - p.From) * m
			}
			if math.Abs(step*frame.Rate-hz) > 0.1 {
				t.Errorf("%s after %d samples: %.3f hz, want %.3f", name, n, step*frame.Rate, hz)
			}
		}
	}
}

func TestTimelineShowsBlastsAndPitch(t *testing.T) {
	for id, want := range map[string]string{
		"all-clear": "▄▄▄▄▄▄▄▄▄▄", "hue-flood-2": "", "chime": "███▁▁▁▁▁▁▁",
	} {
		p, _ := FindTone(Tones(), id)
		got := p.Timeline(10)
		if want != "" && got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	p, _ := FindTone(Tones(), "hue-flood-2") // 10 on, 10 off, 10 on, 10 rest, and again
	if got := p.Timeline(700); strings.ContainsRune(got[:100], '·') ||
		strings.Count(got, "·") != 300 || slices.Max([]rune(got)) != '█' || !strings.ContainsRune(got, '▁') {
		t.Errorf("%s", got)
	}
	p, _ = FindTone(Tones(), "din-33404-3")
	if got := p.Timeline(480); !strings.HasPrefix(got, "█▇▆▅▄▃▂▁█▇") {
		t.Errorf("%.40s", got)
	}
	if p.Timeline(0) != "" || (Pattern{}).Timeline(10) != "" {
		t.Error("a line of nothing")
	}
}

// A drill and an all-clear must never be taken for a siren.
func TestTableHasOneOfEachUse(t *testing.T) {
	use := map[Use]int{}
	seen := map[string]bool{}
	for _, p := range Tones() {
		if err := p.Check(); err != nil || seen[p.ID] || p.Authority == "" || p.Name == "" {
			t.Errorf("%+v: %v", p, err)
		}
		seen[p.ID] = true
		use[p.Use]++
	}
	if use[Drill] != 1 || use[Clear] != 1 || use[Call] != 1 || use[Siren] < 6 {
		t.Errorf("%v", use)
	}
	p, _ := FindTone(Tones(), "iso-8201")
	cycle := p.group() + samples(p.Rest)
	if cycle != 4*frame.Rate {
		t.Errorf("a cycle of iso 8201 lasts %d samples, want 4 s", cycle)
	}
}

package panel

import (
	"math"
	"strings"

	"loaxa/app/station"
	"loaxa/ui/theme"
)

// The scale of the meters: the empty end in dB of full scale, and where words
// change. Speech at the target loudness stands near −20.
const (
	meterFloor = -60.0
	tooQuiet   = -42.0
	tooLoud    = -1.0
)

// DB is a linear level, full scale 1, in decibels; nothing is −120.
func DB(v float32) float64 {
	if v < 1e-6 {
		return -120
	}
	return 20 * math.Log10(float64(v))
}

// Filled tells how many of n cells a level fills.
func Filled(v float32, n int) int {
	return min(n, max(0, int(math.Round((DB(v)-meterFloor)/-meterFloor*float64(n)))))
}

// Bar draws a level, linear, full scale 1, in n cells.
func Bar(th *theme.Theme, v float32, n int) Line {
	k := Filled(v, n)
	return Line{{theme.Level, strings.Repeat(th.G.Bar[0], k)}, {theme.Dim, strings.Repeat(th.G.Bar[1], n-k)}}
}

// LevelWord says a level as the officer hears it.
func LevelWord(s *Scene, m station.Meter) (string, theme.Role) {
	l := s.T.Mic.Levels
	switch rms := DB(m.RMS); {
	case rms <= meterFloor:
		return l[3], theme.Warn
	case DB(m.Peak) > tooLoud:
		return l[2], theme.Warn
	case rms < tooQuiet:
		return l[1], theme.Warn
	}
	return l[0], theme.Good
}

// Out is the level of what goes out to the clusters: the loudest broadcast.
func (s *Scene) Out() (m station.Meter, ok bool) {
	if s.Meters == nil {
		return m, false
	}
	for _, a := range s.Meters.Air {
		if a.RMS >= m.RMS {
			m, ok = a.Meter, true
		}
	}
	return m, ok
}

// OutLine is the meter of what goes out to the clusters, n cells long.
func OutLine(s *Scene, n int) Line {
	l := L(theme.Title, s.T.Mic.OutTitle+" ")
	m, ok := s.Out()
	if top := s.Top(); top == nil || !ok || !s.Link.Up {
		l = append(l, Bar(s.Th, 0, n)...)
		if top == nil && s.Link.Up {
			return append(l, Seg{theme.Dim, " " + s.T.Mic.OutNone})
		}
		return append(l, Seg{theme.Unsure, " ?"})
	}
	word, role := LevelWord(s, m)
	l = append(append(l, Bar(s.Th, m.RMS, n)...), Seg{role, " " + word})
	if s.Cursor.Technical {
		l = append(l, Seg{theme.Dim, " " + s.T.Number(DB(m.RMS), 1) + " dBFS"})
	}
	return l
}

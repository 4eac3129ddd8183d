package receive

import "math"

// point is one measurement with its standard deviation.
type point struct{ x, y, sd float64 }

// line is a weighted least-squares line y = y0 + slope·(x-x0) whose slope was
// pulled to a seed as strongly as the seed was sure.
type line struct {
	x0, y0, slope float64
	sdY0, sdSlope float64
}

// fitLine fits; seedSD is the standard deviation of the slope's seed. The
// deviations grow where the points scatter more than their own say.
func fitLine(points []point, seed, seedSD float64) line {
	var sw, sx, sy float64
	for _, p := range points {
		w := 1 / (p.sd * p.sd)
		sw, sx, sy = sw+w, sx+w*p.x, sy+w*p.y
	}
	l := line{x0: sx / sw, y0: sy / sw}
	prior := 1 / (seedSD * seedSD)
	sxx, sxy := prior, prior*seed
	for _, p := range points {
		w, dx := 1/(p.sd*p.sd), p.x-l.x0
		sxx, sxy = sxx+w*dx*dx, sxy+w*dx*(p.y-l.y0)
	}
	l.slope = sxy / sxx
	chi := 0.0
	for _, p := range points {
		d := (p.y - l.at(p.x)) / p.sd
		chi += d * d
	}
	grow := math.Sqrt(math.Max(1, chi/float64(max(len(points)-1, 1))))
	l.sdY0, l.sdSlope = grow/math.Sqrt(sw), grow/math.Sqrt(sxx)
	return l
}

func (l line) at(x float64) float64 { return l.y0 + l.slope*(x-l.x0) }

// sd is the standard deviation of at(x).
func (l line) sd(x float64) float64 { return math.Hypot(l.sdY0, l.sdSlope*(x-l.x0)) }

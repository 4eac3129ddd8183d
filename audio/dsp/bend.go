package dsp

// BendTaps is how many samples Between looks at: half before its place, half
// after it.
const BendTaps = 32

const (
	bendPhases = 512
	// Kaiser's formula for 96 dB: images of what is below 19 kHz are more than
	// 90 dB down.
	bendBeta = 0.1102 * (96 - 8.7)
)

// bendTable holds the windowed sinc at bendPhases+1 fractions of a sample;
// between them the filter is interpolated, 120 dB below the sound at 10 kHz.
// The rows at 0 and 1 pass samples unchanged.
var bendTable = func() *[bendPhases + 1][BendTaps]float32 {
	t := new([bendPhases + 1][BendTaps]float32)
	for p := range t {
		f := float64(p) / bendPhases
		sum := 0.0
		var row [BendTaps]float64
		for k := range row {
			x := float64(k-BendTaps/2+1) - f
			row[k] = kaiser(x/(BendTaps/2), bendBeta) * sinc(x)
			if p == 0 || p == bendPhases { // sin(πn) is not quite zero in floating point
				row[k] = 0
				if x == 0 {
					row[k] = 1
				}
			}
			sum += row[k]
		}
		for k, v := range row {
			t[p][k] = float32(v / sum)
		}
	}
	return t
}()

// Between is the value of a signal at fraction f, 0 to 1, behind its sample
// in[BendTaps/2-1]; in holds BendTaps samples. It bends the pace of one clock
// to that of another.
func Between(in []float32, f float64) float32 {
	at := f * bendPhases
	p := min(int(at), bendPhases-1)
	w := float32(at - float64(p))
	lo := dot(bendTable[p][:], in[:BendTaps])
	hi := dot(bendTable[p+1][:], in[:BendTaps])
	return lo + float32(w*(hi-lo))
}

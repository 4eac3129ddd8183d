package audiotest

import (
	"math"
	"math/bits"
)

const rate = 48000

// Sine makes n samples of a sine; from is the index of the first.
func Sine(hz, level float64, from, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(level * math.Sin(2*math.Pi*hz*float64(from+i)/rate))
	}
	return out
}

// Noise makes n samples of white noise within ±level, the same for a seed.
func Noise(seed uint64, level float64, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		seed = seed*6364136223846793005 + 1442695040888963407
		out[i] = float32(level * (float64(int32(seed>>32)) / (1 << 31)))
	}
	return out
}

// Clicks makes a train of clicks, each a 2 kHz burst of 2 ms, every seconds.
// Being no single sample they survive codecs.
func Clicks(every float64, n int) []float32 {
	out := make([]float32, n)
	step := int(every * rate)
	for at := 0; at < n; at += step {
		for i := range min(96, n-at) {
			w := math.Sin(math.Pi * float64(i) / 96)
			out[at+i] = float32(0.8 * w * w * math.Sin(2*math.Pi*2000*float64(i)/rate))
		}
	}
	return out
}

// FindClicks returns where bursts above a level begin, at least 50 ms apart.
func FindClicks(s []float32, level float32) []int {
	var at []int
	quiet := rate / 20
	for i, x := range s {
		if x <= level && x >= -level {
			quiet++
			continue
		}
		if quiet >= rate/20 {
			at = append(at, i)
		}
		quiet = 0
	}
	return at
}

// RMS is the root mean square.
func RMS(s []float32) float64 {
	sum := 0.0
	for _, x := range s {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum / max(float64(len(s)), 1))
}

// DB is a linear level in dB; -200 for nothing.
func DB(x float64) float64 { return 20 * math.Log10(max(x, 1e-10)) }

// LevelPerSecond is the RMS in dBFS of each whole second.
func LevelPerSecond(s []float32) []float64 {
	var out []float64
	for ; len(s) >= rate; s = s[rate:] {
		out = append(out, DB(RMS(s[:rate])))
	}
	return out
}

// Gap is a run of silence.
type Gap struct{ At, Samples int }

// Gaps finds runs below a level that last at least a number of samples.
func Gaps(s []float32, level float32, least int) []Gap {
	var out []Gap
	run := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] <= level && s[i] >= -level {
			run++
			continue
		}
		if run >= least {
			out = append(out, Gap{i - run, run})
		}
		run = 0
	}
	return out
}

// SNR is how much louder want is than what got differs from it, in dB.
func SNR(want, got []float32) float64 {
	n := min(len(want), len(got))
	var sig, err float64
	for i := range n {
		d := float64(got[i]) - float64(want[i])
		sig += float64(want[i]) * float64(want[i])
		err += d * d
	}
	return 10 * math.Log10((sig+1e-30)/(err+1e-30))
}

// Delay finds by cross-correlation how many samples got lags want, between
// -most and most, to a fraction of a sample, and how alike they are there: 1
// is the same shape.
func Delay(want, got []float32, most int) (samples, likeness float64) {
	n := 1 << bits.Len(uint(max(len(want), len(got))+most))
	a, b := make([]complex128, n), make([]complex128, n)
	for i, x := range want {
		a[i] = complex(float64(x), 0)
	}
	for i, x := range got {
		b[i] = complex(float64(x), 0)
	}
	fft(a, false)
	fft(b, false)
	for i := range a {
		a[i] = b[i] * complex(real(a[i]), -imag(a[i]))
	}
	fft(a, true)
	at := func(lag int) float64 { return real(a[(lag+n)%n]) }
	best := -most
	for lag := -most; lag <= most; lag++ {
		if at(lag) > at(best) {
			best = lag
		}
	}
	left, mid, right := at(best-1), at(best), at(best+1)
	frac := 0.0
	if d := left - 2*mid + right; d != 0 {
		frac = 0.5 * (left - right) / d
	}
	norm := RMS(want) * RMS(got) * math.Sqrt(float64(len(want))*float64(len(got)))
	return float64(best) + frac, mid / (norm*float64(n) + 1e-30)
}

// fft transforms in place (Cooley and Tukey 1965); the inverse is not scaled.
func fft(x []complex128, inverse bool) {
	n := len(x)
	shift := 64 - bits.Len(uint(n-1))
	for i := range x {
		if j := int(bits.Reverse64(uint64(i)) >> shift); i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	sign := -2 * math.Pi
	if inverse {
		sign = -sign
	}
	for size := 2; size <= n; size *= 2 {
		half := size / 2
		tw := make([]complex128, half)
		for k := range tw {
			s, c := math.Sincos(sign * float64(k) / float64(size))
			tw[k] = complex(c, s)
		}
		for from := 0; from < n; from += size {
			for k, w := range tw {
				u, v := x[from+k], x[from+k+half]*w
				x[from+k], x[from+k+half] = u+v, u-v
			}
		}
	}
}

// NullDepth aligns got to want by whole samples and gives the SNR of the best
// place within most samples: 60 dB and more are the same sound.
func NullDepth(want, got []float32, most int) (db float64, lag int) {
	d, _ := Delay(want, got, most)
	lag = int(math.Round(d))
	if lag >= 0 {
		return SNR(want, got[min(lag, len(got)):]), lag
	}
	return SNR(want[min(-lag, len(want)):], got), lag
}

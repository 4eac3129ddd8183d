package library

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"loaxa/audio/frame"
	"loaxa/audio/wavfile"
)

// DemoFiles are the files Demo writes.
type DemoFiles struct {
	Bed       string // a tune of about 90 s
	Signature string // a station's signature, about 7 s
}

// Demo writes the demonstration's music to a folder: tunes by formula on the
// five notes of the Bắc mode, the same bytes each time, nobody's recording.
// Files that are there already are kept.
func Demo(dir string) (DemoFiles, error) {
	f := DemoFiles{filepath.Join(dir, "Nhac nen.wav"), filepath.Join(dir, "Nhac hieu.wav")}
	for path, notes := range map[string][]pluck{f.Bed: bedTune(), f.Signature: signatureTune()} {
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := writeTune(path, notes); err != nil {
			return f, fmt.Errorf("demo music: %w", err)
		}
	}
	return f, nil
}

// pluck is a plucked note.
type pluck struct {
	at    float64 // s
	hz    float64
	level float64
}

const (
	ring  = 2.2  // s a note sounds
	beat  = 0.36 // s
	tonic = 293.66

	echoAfter = frame.Rate * 27 / 100 // samples
)

// bacMode is the scale: tonic, second, fourth, fifth and sixth, in semitones.
var bacMode = [5]int{0, 2, 5, 7, 9}

// degree is the pitch of a step of the scale; 5 is an octave above 0.
func degree(n int) float64 {
	octave := int(math.Floor(float64(n) / 5))
	return tonic * math.Pow(2, float64(octave)+float64(bacMode[n-5*octave])/12)
}

// bedTune walks through the scale by a fixed rule, with a bass on each bar.
func bedTune() []pluck {
	phrases := [][]int{
		{5, 4, 3, 4, 5, 7, 5, -9}, {3, 4, 5, 4, 3, 1, 3, -9}, {0, 1, 3, 4, 3, 1, 0, -9}, {7, 5, 4, 5, 7, 8, 7, -9},
	}
	order := []int{0, 1, 0, 2, 3, 0, 1, 2}
	var notes []pluck
	for bar := range 31 {
		phrase := phrases[order[bar%len(order)]]
		start := float64(bar*len(phrase)) * beat
		notes = append(notes, pluck{start, degree(-5), 0.30}, pluck{start + 4*beat, degree(-2), 0.22})
		for i, n := range phrase {
			if n == -9 { // a breath
				continue
			}
			if bar%4 == 3 && i%2 == 1 { // every fourth bar goes in half the notes
				continue
			}
			notes = append(notes, pluck{start + float64(i)*beat, degree(n), 0.32})
		}
	}
	return notes
}

func signatureTune() []pluck {
	var notes []pluck
	for i, n := range []int{0, 3, 5, 7, 5, 8, 10} {
		notes = append(notes, pluck{float64(i) * 0.5, degree(n), 0.4}, pluck{float64(i) * 0.5, degree(n - 5), 0.2})
	}
	return append(notes, pluck{4.5, degree(5), 0.4}, pluck{4.5, degree(0), 0.3}, pluck{4.5, degree(-5), 0.3})
}

// sound adds the note to mix: six harmonics that die the faster the higher
// they are. Each is a damped sine by its recurrence,
// y[n] = 2r·cos(w)·y[n-1] - r²·y[n-2], thirty times cheaper than sines.
func (p pluck) sound(mix []float64) {
	n := int(ring * frame.Rate)
	note := make([]float64, n)
	for k := 1.0; k <= 6; k++ {
		w := 2 * math.Pi * p.hz * k / frame.Rate
		r := math.Exp(-(1.2 + 0.9*k) / frame.Rate)
		a, b := 2*r*math.Cos(w), -r*r
		y, last := p.level/(k*k)*r*math.Sin(w), 0.0
		for i := 1; i < n; i++ {
			note[i] += y
			y, last = a*y+b*last, y
		}
	}
	start := int(p.at * frame.Rate)
	for i, v := range note {
		t := float64(i) / frame.Rate
		v *= min(t/0.004, 1, (ring-t)/0.1)
		mix[start+i] += v
		if echo := start + i + echoAfter; echo < len(mix) {
			mix[echo] += v * 0.25
		}
	}
}

func writeTune(path string, notes []pluck) (err error) {
	end := 0.0
	for _, n := range notes {
		end = max(end, n.at+ring)
	}
	mix := make([]float64, int((end+0.3)*frame.Rate))
	for _, n := range notes {
		n.sound(mix)
	}
	top := 0.0
	for _, v := range mix {
		top = max(top, v, -v)
	}
	out := make([]float32, len(mix))
	for i, v := range mix {
		out[i] = float32(v * 0.7 / top)
	}
	w, err := wavfile.Create(path + ".part")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(path + ".part") // half a tune
		}
	}()
	for from := 0; from < len(out); from += frame.Samples {
		if err := w.Write(out[from:min(from+frame.Samples, len(out))]); err != nil {
			_ = w.Close()
			return err
		}
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.Rename(path+".part", path)
}

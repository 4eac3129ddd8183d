package boot

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
	"loaxa/audio/source"
)

// far is a relay of which nothing comes for a time, then what is given.
type far struct {
	*source.Silence
	lack    int64 // samples of nothing
	starved int64
	s       []float32
	at      int
}

func (f *far) Read(out []float32) int {
	clear(out)
	if f.starved < f.lack {
		f.starved += int64(len(out))
	} else if len(f.s) > 0 {
		for i := range out {
			out[i] = f.s[(f.at+i)%len(f.s)]
		}
		f.at += len(out)
	}
	return len(out)
}

func (f *far) Starved() int64 { return f.starved }

// A relay is told as back after some seconds of sound, not for a line that is
// open and silent, hums or hisses; and again while the music still plays.
func TestARelayIsBackWhenItSounds(t *testing.T) {
	const rate = frame.Rate
	hum := audiotest.Sine(50, 0.2, 0, 30*rate)
	for name, c := range map[string]struct {
		lack time.Duration
		s    []float32
		want time.Duration // of the first word; 0: none in a minute
	}{
		"sound after twenty seconds": {20 * time.Second, audiotest.Clicks(0.3, 30*rate), 26 * time.Second},
		"nothing comes":              {time.Hour, nil, 0},
		"silence comes":              {5 * time.Second, nil, 0},
		"hum comes":                  {5 * time.Second, hum, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				began, told := time.Now(), []time.Duration(nil)
				listenForRelay(ctx, func() source.Source {
					return &far{Silence: source.NewSilence(-1), lack: int64(max(c.lack-time.Since(began), 0)) * rate / int64(time.Second), s: c.s}
				}, func() { told = append(told, time.Since(began)) })
				switch {
				case c.want == 0 && len(told) > 0:
					t.Errorf("told after %v", told)
				case c.want > 0 && (len(told) < 2 || (told[0]-c.want).Abs() > time.Second):
					t.Errorf("told after %v, want %v and again", told, c.want)
				}
			})
		})
	}
}

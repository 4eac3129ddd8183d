package playout_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/app/playout"
	"loaxa/app/station"
	"loaxa/audio"
)

func TestBrokenPiecesAreLeftOut(t *testing.T) {
	for _, c := range []struct{ pieces, order string }{
		{"x a b", "x breaks, a starts, a ends, b starts, b ends, drained"},
		{"a x b", "a starts, x breaks, a ends, b starts, b ends, drained"},
		{"a b x", "a starts, x breaks, a ends, b starts, b ends, drained"},
		{"x x x", "x breaks, x breaks, x breaks, drained"},
		{"a x", "a starts, x breaks, a ends, drained"},
	} {
		t.Run(c.pieces, func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["a"], s.files["b"] = file{length: 3 * sec}, file{length: 3 * sec}
				s.files["x"] = file{delay: 250 * time.Millisecond, err: errRead}
				var pieces []station.Piece
				for _, tag := range strings.Fields(c.pieces) {
					pieces = append(pieces, item(tag))
				}
				s.cue(queue(pieces...))
				s.wait(20 * sec)
				want(t, s.order(), c.order)
				if _, _, holes := s.fleet.sound(1); len(holes) > 0 || s.fleet.alive() > 0 {
					t.Errorf("holes %v, %d streams open", holes, s.fleet.alive())
				}
			})
		})
	}
}

func emergency(pieces ...station.Piece) station.CueOpen {
	return station.CueOpen{Broadcast: 1, Class: station.Emergency, Clusters: []station.ClusterID{"c1"}, Pieces: pieces}
}

func TestSirenThenWords(t *testing.T) {
	siren := station.Piece{Tag: "siren", Kind: station.FromTone, Tone: "siren"}
	first := station.Piece{Tag: "first", Kind: station.FromSpeech, Text: "first"}
	again := station.Piece{Tag: "again", Kind: station.FromSpeech, Text: "again"}
	for _, c := range []struct {
		name  string
		words file
		order string
		begin time.Duration // of the words
	}{
		{"in time", file{length: 2 * sec, delay: sec / 2}, "siren starts, siren ends, first starts, first ends, again starts, again ends, drained", 1060 * time.Millisecond},
		{"late", file{length: 5 * sec, delay: 3 * sec}, "siren starts, siren ends, first starts, first ends, again starts, again ends, drained", 3080 * time.Millisecond},
		{"never", file{delay: sec / 2, err: errRead}, "siren starts, first breaks, again breaks, siren ends, drained", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(s *stage) {
				s.files["siren"], s.files["first"], s.files["again"] = file{length: sec}, c.words, c.words
				s.cue(emergency(siren, first, again))
				s.wait(20 * sec)
				want(t, s.order(), c.order)
				for _, f := range s.told() {
					if p, ok := f.fact.(station.PieceStarted); ok && p.Tag == "first" {
						near(t, "the first word", time.Duration(f.at)*time.Microsecond, c.begin)
					}
				}
				_, to, holes := s.fleet.sound(1)
				if late := c.name == "late"; late != (len(holes) == 1) {
					t.Errorf("holes %v", holes)
				}
				if c.begin == 0 {
					near(t, "the end of the siren", to, 1060*time.Millisecond)
				}
				if n := len(s.fleet.streams); n != 1 || s.fleet.alive() > 0 {
					t.Errorf("%d streams, %d open", n, s.fleet.alive())
				}
			})
		})
	}
}

func TestChimeThenMicrophone(t *testing.T) {
	run(t, func(s *stage) {
		s.files["chime"], s.files["mic"] = file{length: 2 * sec}, file{length: time.Hour}
		s.cue(station.CueOpen{Broadcast: 1, Class: station.Live, Clusters: []station.ClusterID{"c1"}, Pieces: []station.Piece{
			{Tag: "chime", Kind: station.FromTone, Tone: "chime"}, {Tag: "mic", Kind: station.FromMic}}})
		s.until(5 * sec)
		s.cue(stop)
		s.wait(sec)
		want(t, s.log(), "0.060 chime starts\n2.060 chime ends\n2.060 mic starts\n5.060 closed in mic")
		_, closed := s.closes()
		near(t, "the microphone's time", closed.At, 3*sec)
		if _, to, holes := s.fleet.sound(1); len(holes) > 0 || to > 5070*time.Millisecond {
			t.Errorf("heard until %v with holes %v", to, holes)
		}
	})
}

func TestTargets(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: 5 * sec, delay: sec}, file{length: sec}
		s.cue(queue(item("a")))
		s.cue(station.CueTargets{Broadcast: 1, Clusters: []station.ClusterID{"c2", "c3"}})
		s.until(2 * sec)
		if st := s.fleet.at(1); !slices.Equal(st.assigned, []string{"c2", "c3"}) || st.assigns != 1 {
			t.Errorf("assigned before it began: %v, %d times", st.assigned, st.assigns)
		}
		s.until(5 * sec) // rendered to its end
		s.cue(next(item("b")))
		s.cue(station.CueTargets{Broadcast: 1, Clusters: []station.ClusterID{"c3"}})
		for n := range uint16(2) {
			if to := s.fleet.at(n + 1).assigned; !slices.Equal(to, []string{"c3"}) {
				t.Errorf("stream %d goes to %v", n+1, to)
			}
		}
		if s.fleet.alive() != 2 {
			t.Errorf("%d streams", s.fleet.alive())
		}
		s.wait(5 * sec)
		s.cue(station.CueTargets{Broadcast: 1, Clusters: []station.ClusterID{"c1"}}) // of nothing
	})
}

// The position is told up to the last sample, also where the engine has done
// with the stream long before it is heard.
func TestPositionsAndMeters(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"], s.files["b"] = file{length: 5 * sec}, file{length: sec}
		s.cue(queue(item("a")))
		s.until(4 * sec)
		s.cue(next(item("b")))
		for _, c := range []struct {
			at   time.Duration
			tag  string
			here time.Duration
		}{{4500 * time.Millisecond, "a", 4300 * time.Millisecond}, {5100 * time.Millisecond, "a", 4900 * time.Millisecond},
			{5700 * time.Millisecond, "b", sec / 2}, {6150 * time.Millisecond, "b", 950 * time.Millisecond}} {
			s.until(c.at)
			p := s.p.Positions()[1]
			if p.Tag != c.tag || len(s.p.Meters()) != 1 {
				t.Errorf("at %v: %+v, meters %v", c.at, p, s.p.Meters())
			}
			near(t, fmt.Sprint("the position at ", c.at), p.At, c.here)
		}
		s.wait(sec)
		if len(s.p.Positions())+len(s.p.Meters()) > 0 {
			t.Error("something is on the air")
		}
	})
}

// Readers of any number do not disturb the loop; the race detector looks on.
func TestReadersWhileItPlays(t *testing.T) {
	run(t, func(s *stage) {
		s.files["a"] = file{length: sec / 4}
		done := make(chan struct{})
		for range 4 {
			go func() {
				for {
					select {
					case <-done:
						return
					case <-time.After(7 * time.Millisecond):
						s.p.Positions()
						s.p.Meters()
					}
				}
			}()
		}
		s.cue(queue(slices.Repeat([]station.Piece{item("a")}, 10)...))
		s.wait(sec)
		s.cue(skip)
		s.wait(4 * sec)
		close(done)
		synctest.Wait()
	})
}

// refusing is a sound engine that opens no stream.
type refusing struct{ *audio.Engine }

func (refusing) Open(o audio.BusOptions) error {
	for _, p := range o.Pieces {
		_ = p.Source.Close()
	}
	return errors.New("no encoder")
}

func TestStreamsThatCannotBeOpened(t *testing.T) {
	for _, sound := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			s := build(t)
			if sound {
				s.parts.Sound = refusing{s.eng}
			} else {
				s.fleet.refuse = errors.New("codec unknown")
			}
			s.start()
			s.files["a"], s.files["b"] = file{length: sec}, file{length: sec, delay: sec}
			s.cue(queue(item("a"), item("b")))
			s.wait(3 * sec)
			want(t, s.order(), "a breaks, b breaks, drained")
			if s.fleet.alive() > 0 {
				t.Errorf("%d streams open", s.fleet.alive())
			}
			s.strike()
		})
	}
}

func TestCuesAreNeverWaitedFor(t *testing.T) {
	p := playout.New(playout.Parts{})
	for range 64 {
		if err := p.Cue([]station.Cue{stop}); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Cue([]station.Cue{stop}); !errors.Is(err, playout.ErrStuck) {
		t.Errorf("full: %v", err)
	}
	if err := p.Cue(nil); err != nil {
		t.Errorf("no cues: %v", err)
	}
}

// A desk that does not listen for a while loses nothing: the answers of more
// loaders than the inbox holds wait.
func TestADeskThatDoesNotListen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := build(t)
		deaf := make(chan struct{})
		s.parts.Report = func(f station.Fact) { <-deaf; s.report(f) }
		s.start()
		s.files["a"] = file{length: sec, delay: sec}
		s.cue(station.CueClose{Broadcast: 1000}, queue())
		for b := range station.BroadcastID(30) { // its answers come while playout waits for the desk
			c := queue(item("a"))
			c.Broadcast = b + 2
			if err := s.p.Cue([]station.Cue{c}); err != nil {
				t.Fatal(err)
			}
		}
		s.wait(5 * sec)
		close(deaf)
		s.wait(10 * sec)
		if n := strings.Count(s.order(), "a ends"); n != 30 {
			t.Errorf("%d pieces were heard", n)
		}
		s.strike()
	})
}

// A board that takes its time delays no sound; of its cards the newest is drawn.
func TestSlowBoards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := build(t)
		card := s.parts.Card
		s.parts.Card = func(b station.Board, c station.Card) { time.Sleep(sec); card(b, c) }
		s.start()
		s.files["siren"] = file{length: sec}
		show := func(b station.BoardID, text string) station.Cue {
			return station.CueCard{Board: station.Board{ID: b}, Card: station.Card{Text: text}}
		}
		s.cue(show("b1", "one"), show("b2", "two"))
		s.cue(show("b1", "three"), show("b1", "four"), show("b2", "five"))
		s.cue(emergency(station.Piece{Tag: "siren", Kind: station.FromTone, Tone: "siren"}))
		s.wait(5 * sec)
		want(t, s.log(), "0.060 siren starts\n1.060 siren ends\n1.080 drained")
		want(t, strings.Join(s.cards, ", "), "b1 one, b1 four, b2 five")
		s.strike()
	})
}

// Any cues in any order: each opening ends in one drained or is closed, each
// close is answered once, nothing is told after the end, nothing stays open.
func TestAnyCues(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			run(t, func(s *stage) { anyCues(t, s, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

func anyCues(t *testing.T, s *stage, r *rand.Rand) {
	ids := []string{"a", "b", "c", "d", "x"}
	for i, id := range ids {
		s.files[station.ItemID(id)] = file{length: time.Duration(r.IntN(4000)) * time.Millisecond, deaf: i%2 == 0}
		if f := s.files[station.ItemID(id)]; r.IntN(2) == 0 {
			f.delay = time.Duration(r.IntN(3000)) * time.Millisecond
			s.files[station.ItemID(id)] = f
		}
	}
	s.files["x"] = file{delay: sec / 3, err: errRead}
	tags, closes := 0, 0
	piece := func() station.Piece {
		tags++
		p := item(ids[r.IntN(len(ids))])
		p.Tag = fmt.Sprint(tags)
		if r.IntN(4) == 0 {
			p.Kind, p.Tone = station.FromTone, "a"
		}
		return p
	}
	open, closing, read := map[station.BroadcastID]bool{}, map[station.BroadcastID]bool{}, 0
	for range 40 {
		b := station.BroadcastID(1 + r.IntN(3))
		switch n := r.IntN(10); {
		case closing[b]: // the desk waits for the answer
		case !open[b]:
			open[b] = true
			c := queue(piece(), piece())
			c.Broadcast, c.Class = b, station.Class(1+r.IntN(7))
			s.cue(c)
		case n < 5:
			p := piece()
			s.cue(station.CueNext{Broadcast: b, Piece: &p})
		case n < 6:
			s.cue(station.CueNext{Broadcast: b})
		case n < 8:
			s.cue(station.CueSkip{Broadcast: b})
		default:
			open[b], closing[b], closes = false, true, closes+1
			s.cue(station.CueClose{Broadcast: b})
		}
		s.wait(time.Duration(r.IntN(1500)) * time.Millisecond)
		for _, f := range s.told()[read:] {
			read++
			switch f := f.fact.(type) {
			case station.Drained:
				open[f.Broadcast] = false
			case station.Closed:
				closing[f.Broadcast] = false
			}
		}
	}
	s.wait(30 * sec)
	s.check(closes)
}

// check holds what was told to the contract of facts.
func (s *stage) check(closes int) {
	s.t.Helper()
	if n, _ := s.closes(); n != closes || s.fleet.alive() > 0 {
		s.t.Errorf("%d answers to %d closes, %d streams open\n%s", n, closes, s.fleet.alive(), s.log())
	}
	for b := station.BroadcastID(1); b <= 3; b++ {
		sounds, seen := "", map[string]bool{}
		for _, f := range s.told(b) {
			switch f := f.fact.(type) {
			case station.PieceStarted:
				if sounds != "" || seen[f.Tag] {
					s.t.Errorf("%s starts while %q sounds, or again\n%s", f.Tag, sounds, s.log(b))
				}
				sounds, seen[f.Tag] = f.Tag, true
			case station.PieceEnded:
				if seen[f.Tag] && sounds != f.Tag {
					s.t.Errorf("%s ends while %q sounds\n%s", f.Tag, sounds, s.log(b))
				}
				if sounds == f.Tag {
					sounds = ""
				}
				seen[f.Tag] = true
			case station.Drained:
				if sounds != "" {
					s.t.Errorf("drained while %q sounds\n%s", sounds, s.log(b))
				}
			case station.Closed:
				if f.Tag != sounds {
					s.t.Errorf("closed in %q while %q sounds\n%s", f.Tag, sounds, s.log(b))
				}
				sounds = ""
			}
		}
		if sounds != "" {
			s.t.Errorf("%q sounds for ever\n%s", sounds, s.log(b))
		}
	}
}

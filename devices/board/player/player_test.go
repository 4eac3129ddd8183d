package player

import (
	"crypto/ed25519"
	"crypto/tls"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"loaxa/devices/board"
	"loaxa/devices/board/raster"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCardArrivesAndIsConfirmed(t *testing.T) {
	s := newStation(t, nil)
	w := &wire{addr: s.addr()}
	card := notice(7, "TIÊM CHỦNG / TRẠM Y TẾ 8 GIỜ")
	show(t, s, card)
	p := newPlayer(t, w, nil)
	run(t, p)
	r := s.await(t, "confirmed", equal(7))
	if r.By != board.ByFramebuffer {
		t.Errorf("confirmed by %q without a page", r.By)
	}
	if r.Pixels != hexSum(card.Strip.Pixels()) {
		t.Errorf("pixels %s are not the card's", r.Pixels)
	}
	if r.At.UnixMilli() != 1_700_000_000_000 || r.Width != width || r.Height != height {
		t.Errorf("report %+v", r)
	}
	if got := p.Strip().Picture(); got != card.Strip.Picture() {
		t.Errorf("the board shows\n%s", got)
	}
	emergency := board.Draw(8, raster.Card{Text: "Lũ đang lên", Emergency: true, Level: 3}, width, height)
	show(t, s, emergency)
	s.await(t, "taken over by the emergency", equal(8))
	if p.Strip().Colour != 3 {
		t.Errorf("colour %d", p.Strip().Colour)
	}
}

func TestReconnectGetsTheLastCard(t *testing.T) {
	s := newStation(t, nil)
	w := &wire{addr: s.addr()}
	run(t, newPlayer(t, w, nil))
	show(t, s, notice(1, "một"))
	s.await(t, "confirmed", equal(1))
	w.cut()
	s.await(t, "down", func(r board.Report) bool { return !r.Up && r.Why != "" })
	show(t, s, notice(2, "hai"))
	show(t, s, notice(3, "ba"))
	w.point(s.addr())
	s.await(t, "confirmed after the reconnect", equal(3))
}

func TestStationRestartsWithoutMemoryOfOrders(t *testing.T) {
	first := newStation(t, nil)
	w := &wire{addr: first.addr()}
	run(t, newPlayer(t, w, nil))
	for n := range uint64(5) {
		show(t, first, notice(n+1, "tin"))
		first.await(t, "confirmed", equal(n+1))
	}
	w.cut()
	second := newStation(t, nil)
	show(t, second, notice(9, "sau khi khởi động lại"))
	w.point(second.addr())
	second.await(t, "confirmed", equal(9))
}

func TestWrongPixelIsSeen(t *testing.T) {
	s := newStation(t, nil)
	p := newPlayer(t, &wire{addr: s.addr()}, nil)
	show(t, s, notice(1, "một"))
	run(t, p)
	good := s.await(t, "confirmed", equal(1))
	p.mu.Lock()
	p.canvas.pixels[5*width+5] ^= 1
	p.mu.Unlock()
	bad := s.await(t, "another hash", func(r board.Report) bool { return r.Pixels != r.Want })
	if bad.Want != good.Want || bad.Card != 1 {
		t.Errorf("report %+v after %+v", bad, good)
	}
}

func TestCardsThatAreRefused(t *testing.T) {
	key := stationKey("station")
	p := newPlayer(t, &wire{}, nil)
	p.take(signed(t, notice(1, "đúng"), 10, key))
	right := p.Shown()
	if right.Why != "" || right.Number != 1 || right.Order != 10 {
		t.Fatalf("the right card: %+v", right)
	}
	for name, test := range map[string]struct {
		card *board.Signed
		want error
	}{
		"another key":     {signed(t, notice(2, "x"), 11, stationKey("thief")), board.ErrSignature},
		"older":           {signed(t, notice(2, "x"), 9, key), board.ErrReplay},
		"again":           {signed(t, notice(1, "đúng"), 10, key), board.ErrReplay},
		"another size":    {signed(t, board.Draw(2, raster.Card{Text: "x"}, 64, 16), 11, key), board.ErrSize},
		"another board":   {changed(t, key, func(s *board.Signed) { s.Board = "other" }), board.ErrForeign},
		"another station": {changed(t, key, func(s *board.Signed) { s.Station = "other" }), board.ErrForeign},
		"other text":      {changed(t, key, func(s *board.Signed) { s.Text = "khác" }), board.ErrSignature},
		"a drill no more": {changed(t, key, func(s *board.Signed) { s.Drill = !s.Drill }), board.ErrSignature},
		"other order":     {changed(t, key, func(s *board.Signed) { s.Order = 99 }), board.ErrSignature},
	} {
		if err := test.card.Verify(p.terms(10)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		p.take(test.card)
		got := p.Shown()
		if got.Hash != right.Hash || got.Order != 10 || !strings.Contains(got.Why, test.want.Error()) {
			t.Errorf("%s: board says %+v", name, got)
		}
	}
	p.take(signed(t, notice(2, "tiếp"), 11, key))
	if got := p.Shown(); got.Why != "" || got.Number != 2 {
		t.Errorf("after the refusals: %+v", got)
	}
}

// changed is a card of order 11, altered after it was signed.
func changed(t *testing.T, key ed25519.PrivateKey, change func(*board.Signed)) *board.Signed {
	s := signed(t, notice(2, "x"), 11, key)
	change(s)
	return s
}

func TestForeignSignatureReachesTheStationInWords(t *testing.T) {
	thief := stationKey("thief")
	s := newStation(t, func(o *board.Options) {
		o.Sign = func(msg []byte) []byte { return ed25519.Sign(thief, msg) }
	})
	show(t, s, notice(1, "một"))
	p := newPlayer(t, &wire{addr: s.addr()}, nil)
	run(t, p)
	r := s.await(t, "refused", func(r board.Report) bool { return r.Why != "" })
	if r.Pixels == r.Want || !strings.Contains(r.Why, board.ErrSignature.Error()) {
		t.Errorf("report %+v", r)
	}
}

func TestCacheSurvivesRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "board")
	inDir := func(o *Options) { o.Dir = dir }
	s := newStation(t, nil)
	w := &wire{addr: s.addr()}
	p := newPlayer(t, w, inDir)
	stop := run(t, p)
	show(t, s, notice(4, "Lịch cắt điện"))
	r := s.await(t, "confirmed", equal(4))
	stop()
	w.cut()

	left := filepath.Join(dir, cacheFile+".123.tmp")
	if err := os.WriteFile(left, []byte("cut short"), 0o600); err != nil {
		t.Fatal(err)
	}
	again := newPlayer(t, w, inDir)
	if got := again.Shown(); got.Hash != r.Want || got.Number != 4 {
		t.Errorf("after the restart %+v, want %s", got, r.Want)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("the half-written file stays")
	}
	old := signed(t, notice(1, "cũ"), 1, stationKey("station"))
	again.take(old)
	if got := again.Shown(); got.Number != 4 || got.Why == "" {
		t.Errorf("an older card is shown after the restart: %+v", got)
	}
}

func TestDamagedCacheIsSaidNotShown(t *testing.T) {
	frame, err := board.Encode(signed(t, notice(1, "x"), 1, stationKey("thief")))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"foreign": frame, "cut": frame[:len(frame)/2], "empty": {}, "noise": []byte("hello"),
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, cacheFile), content, 0o600); err != nil {
			t.Fatal(err)
		}
		p := newPlayer(t, &wire{}, func(o *Options) { o.Dir = dir })
		if got := p.Shown(); got.Why == "" || strings.Contains(p.Strip().Picture(), "#") {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestDeadDiskStillShows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := newPlayer(t, &wire{}, func(o *Options) { o.Dir = filepath.Join(file, "below") })
	p.take(signed(t, notice(1, "x"), 1, stationKey("station")))
	if got := p.Shown(); got.Number != 1 || !strings.Contains(got.Why, "not kept") {
		t.Errorf("%+v", got)
	}
}

func TestDefaultCardLosesItsClockWithoutStation(t *testing.T) {
	dir := t.TempDir()
	inDir := func(o *Options) { o.Dir = dir }
	face := raster.Card{Name: "XÃ ĐAK PƠ", Clock: "18:05"}
	bare := raster.Draw(raster.Card{Name: face.Name}, width, height).Hash()
	p := newPlayer(t, &wire{}, inDir)
	p.times.clockKept = 4 * time.Millisecond
	p.take(signed(t, board.Draw(0, face, width, height), 1, stationKey("station")))
	if p.Shown().Hash == bare {
		t.Fatal("the clock was never shown")
	}
	run(t, p)
	<-p.Changes() // the card itself
	for p.Shown().Hash != bare {
		<-p.Changes()
	}
	if got := newPlayer(t, &wire{}, inDir).Shown().Hash; got != bare {
		t.Error("a clock of unknown age is shown from the disk")
	}
}

func TestUnknownBoardIsRefusedInWords(t *testing.T) {
	for name, change := range map[string]func(*board.Options){
		"not that of a board": func(o *board.Options) { o.Known = func(string) bool { return false } },
		"no key here":         func(o *board.Options) { o.Peer = noKey },
		"HELLO names":         func(o *board.Options) { o.Peer = otherKey; o.Known = all },
	} {
		s := newStation(t, change)
		log := &lines{want: name, got: make(chan string, 1)}
		p := newPlayer(t, &wire{addr: s.addr()}, func(o *Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
		stop := run(t, p)
		select {
		case <-log.got:
		case <-time.After(20 * time.Second):
			t.Errorf("the board never learned %q", name)
		}
		stop()
	}
}

func noKey(*tls.ConnectionState) (string, error)    { return "", errors.New("no key here") }
func otherKey(*tls.ConnectionState) (string, error) { return "other", nil }
func all(string) bool                               { return true }

// lines tells when a wanted line is logged.
type lines struct {
	mu   sync.Mutex
	want string
	got  chan string
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if strings.Contains(string(b), l.want) {
		select {
		case l.got <- string(b):
		default:
		}
	}
	return len(b), nil
}

func TestTerminal(t *testing.T) {
	s := raster.Draw(raster.Card{Text: "ợ"}, 8, 16)
	got := Terminal(s)
	if n := strings.Count(got, "\n"); n != 8 {
		t.Errorf("%d lines for 16 rows", n)
	}
	lit := strings.Count(got, "▀") + strings.Count(got, "▄") + 2*strings.Count(got, "█")
	if want := strings.Count(s.Picture(), "#"); lit != want {
		t.Errorf("%d pixels lit, want %d:\n%s", lit, want, got)
	}
}

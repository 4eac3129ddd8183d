package boot

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loaxa/audio/frame"
	"loaxa/audio/soundcard"
	"loaxa/devices/devicetest"
	"loaxa/devices/gateway"
)

// cardEar keeps what a virtual card plays, sample by sample.
type cardEar struct {
	mu    sync.Mutex
	begin int64 // µs of the first sample
	heard []float32
}

func (e *cardEar) mark(at int64) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := (at - e.begin) * frame.Rate / 1_000_000
	if i < 0 || i >= int64(len(e.heard)) {
		return 0
	}
	return devicetest.MarkOfSample(e.heard[i])
}

// keyLog is a transmitter's key.
type keyLog struct {
	mu   sync.Mutex
	said []bool
	at   []time.Time
	fail error
}

func (k *keyLog) set(on bool) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fail != nil {
		return k.fail
	}
	k.said, k.at = append(k.said, on), append(k.at, time.Now())
	return nil
}

// gatewayRig is a gateway on a virtual card, in a bubble.
func gatewayRig(t *testing.T, ahead time.Duration, key *keyLog) (*devicetest.Rig, *gateway.Driver) {
	t.Helper()
	epoch := time.Now().Add(-time.Second)
	now := func() int64 { return time.Since(epoch).Microseconds() }
	e := &cardEar{begin: now()}
	l, err := openLineOn(func(pull soundcard.Pull) (soundcard.Player, error) {
		return soundcard.OpenPlayer("virtual", 0, func(out []float32) {
			pull(out)
			e.mu.Lock()
			defer e.mu.Unlock()
			e.heard = append(e.heard, out...)
		})
	}, ahead, now, epoch)
	if err != nil {
		t.Fatal(err)
	}
	o := gateway.Options{Line: l, Now: now, Close: l.close}
	if key != nil {
		o.Key = gateway.Keying{Switch: key.set, Ahead: ahead, Hold: time.Second}
	}
	d := gateway.New(o)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { d.Run(ctx); close(done) }()
	time.Sleep(2 * time.Second) // the card's crystal is known
	return &devicetest.Rig{Driver: d, Now: now, At: e.mark, Stop: func() { cancel(); <-done }, Delay: ahead, Fade: 70 * time.Millisecond}, d
}

// TestTheGatewayPassesTheDriversSuite on a virtual card.
func TestTheGatewayPassesTheDriversSuite(t *testing.T) {
	devicetest.CheckDriver(t, func(t *testing.T) *devicetest.Rig {
		r, _ := gatewayRig(t, 0, nil)
		return r
	})
}

// TestTheTransmitterIsOnBeforeTheFirstWord: switched on its time before the
// sound, which is as late as that, and off behind it; a key that does not obey
// is said.
func TestTheTransmitterIsOnBeforeTheFirstWord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := &keyLog{}
		const ahead = 800 * time.Millisecond
		r, d := gatewayRig(t, ahead, key)
		defer r.Stop()
		at := r.Now() + 500_000
		first := time.Now().Add(500*time.Millisecond + ahead)
		if err := d.OpenStream(1, false); err != nil {
			t.Fatal(err)
		}
		for i := range int64(50) {
			d.Send(devicetest.Marked(frame.L16, 1, uint32(i), at+i*20_000, 7))
		}
		d.CloseStream(1)
		time.Sleep(5 * time.Second)
		if got := r.At(at + ahead.Microseconds() + 30_000); got != 7 || r.At(at+ahead.Microseconds()-30_000) != 0 {
			t.Errorf("the first word is not as late as the transmitter: %d", got)
		}
		key.mu.Lock()
		defer key.mu.Unlock()
		if len(key.said) != 3 || key.said[0] || !key.said[1] || key.said[2] {
			t.Fatalf("the key was set %v", key.said)
		}
		if early := first.Sub(key.at[1]); early < ahead-50*time.Millisecond || early > ahead+100*time.Millisecond {
			t.Errorf("on %v before the first word, not %v", early, ahead)
		}
		if hold := key.at[2].Sub(first.Add(time.Second)); hold < 900*time.Millisecond || hold > 1300*time.Millisecond {
			t.Errorf("off %v behind the last word", hold)
		}
	})
}

// TestAKeyThatFailsIsSaid, and again when it obeys.
func TestAKeyThatFailsIsSaid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := &keyLog{fail: os.ErrPermission}
		r, d := gatewayRig(t, 0, key)
		defer r.Stop()
		if _, err := d.Sent(); err == nil {
			t.Error("a key that does not obey is passed over")
		}
		key.mu.Lock()
		key.fail = nil
		key.mu.Unlock()
		time.Sleep(5 * time.Second)
		if _, err := d.Sent(); err != nil {
			t.Errorf("it obeys again: %v", err)
		}
	})
}

// TestAGatewayInTheStationFile that cannot be is refused in words.
func TestAGatewayInTheStationFile(t *testing.T) {
	good := "[[gateway]]\nname = 'FM cũ'\nkind = 'FM'\noutput = 'wav:" + filepath.Join(t.TempDir(), "a.wav") + "'\nkey = 'rts:/dev/ttyS0'\npre_key = 800\n"
	if _, err := ParseConfig([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for was, bad := range map[string][2]string{
		"kind = 'FM'":            {"kind = 'AM'", "neither FM nor line"},
		"output = 'wav:":         {"output = 'mp3:", "say card:NAME"},
		"key = 'rts:/dev/ttyS0'": {"key = 'usb:1'", "say cmd:COMMAND"},
		"pre_key = 800":          {"pre_key = 80000", "outside 0 to 10000"},
		"name = 'FM cũ'":         {"name = ''", "name"},
		"key = 'rts:":            {"#", "needs key"},
	} {
		if _, err := ParseConfig([]byte(strings.Replace(good, was, bad[0], 1))); err == nil || !strings.Contains(err.Error(), bad[1]) {
			t.Errorf("%s: %v", bad[0], err)
		}
	}
	if _, err := ParseConfig([]byte(good + good)); err == nil || !strings.Contains(err.Error(), "used twice") {
		t.Errorf("one card for two: %v", err)
	}
	if _, err := ParseConfig([]byte("[[gateway]]\nname = 'a'\nkind = 'FM'\noutput = 'virtual'\n")); err == nil {
		t.Error("a virtual line counts outside a demonstration")
	}
}

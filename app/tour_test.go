//go:build unix

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// More keys as a terminal sends them.
const (
	keyF5 = "\x1b[15~"
	keyF8 = "\x1b[19~"
	keyF9 = "\x1b[20~"
	ctrlG = "\x07"
	ctrlO = "\x0f"
	ctrlW = "\x17"
)

var openTwoSeconds = regexp.MustCompile(`MỜI ĐỌC  00:0[2-9]`)

// onDemo starts the sample commune on a terminal of 80 by 24, with a voice of
// 900 Hz at its microphone.
func onDemo(t *testing.T) (c *terminal, demo string) {
	t.Helper()
	dir := t.TempDir()
	env := []string{"XDG_RUNTIME_DIR=" + filepath.Join(dir, "run"), "XDG_STATE_HOME=" + dir}
	if err := os.MkdirAll(filepath.Join(dir, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	mic := filepath.Join(dir, "mic")
	demo = filepath.Join(dir, "d")
	c = onTerminal(t, 80, 24, env, "demo", "--data", demo, "--clusters", "4", "--mic", "fifo:"+mic)
	c.shows("bắt đầu 7 bước")
	c.shows("LOA: 4 đang phát")
	t.Cleanup(feeder(t, mic, 900, 4*time.Minute))
	return c, demo
}

// leave ends the sample commune as its user does.
func (c *terminal) leave() {
	c.t.Helper()
	c.press(keyEsc, keyEsc, ctrlQ)
	c.shows("Enter: thoát")
	c.press(keyEnter)
	select {
	case <-c.end:
	case <-time.After(20 * time.Second):
		c.t.Fatalf("leaving does not end:\n%s", c.screen())
	}
}

// trial breaks or mends a part through the window, as its number is typed.
func (c *terminal) trial(number, then string) {
	c.t.Helper()
	c.press(ctrlW)
	c.shows("THỬ LÀM HỎNG")
	c.shows("1  Đứt đường lên huyện") // the list has come
	c.press(number)
	c.shows(then)
	c.press(keyEsc)
}

// hear writes down what a cluster plays until the returned func is called.
func hear(t *testing.T, demo, number string) func() []float32 {
	t.Helper()
	out := filepath.Join(t.TempDir(), "heard.wav")
	cmd := program("listen", number, "--data", filepath.Join(demo, "cluster-"+number), "--out", out)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	t.Cleanup(func() {
		if !ended {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	return func() []float32 {
		ended = true
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
		return audiotest.ReadFile(t, out)
	}
}

// stretches are where one tone sounds, in seconds: a half second of it at least,
// and a second without it at least between two of them. A frame that a busy
// machine lost parts none.
func stretches(s []float32, hz float64) (at [][2]float64) {
	const quarters = 4
	run, without := 0, quarters
	for i := 0; i+frame.Rate/quarters <= len(s); i += frame.Rate / quarters {
		if tone(s[i:i+frame.Rate/quarters], hz) < 0.6 {
			if without++; without >= quarters {
				run = 0
			}
			continue
		}
		without = 0
		end := float64(i)/frame.Rate + 1.0/quarters
		switch run++; {
		case run == 2:
			at = append(at, [2]float64{end - 2.0/quarters, end})
		case run > 2:
			at[len(at)-1][1] = end
		}
	}
	return at
}

// TestTheSevenStepsOnATerminal goes through the first ten minutes with nothing
// but what the screen says, and hears at a cluster what was said: live, and
// again from the library.
func TestTheSevenStepsOnATerminal(t *testing.T) {
	t.Parallel() // it mostly waits
	c, demo := onDemo(t)
	if s := snapshot(t, filepath.Join(demo, "station")); slices.Contains(s.Station.Missing, "speech") {
		t.Skip("skipped: this machine cannot speak, and a drill must say that it is one")
	}
	heard := hear(t, demo, "4")
	c.press(keyEnter)
	c.shows("BƯỚC 1/7")
	c.press(ctrlO)
	c.shows("Kho âm thanh")
	c.press(ctrlG)
	c.shows("PHÁT NGAY")

	c.shows("BƯỚC 2/7")
	c.press("\x1bOS")
	c.shows("Enter: dạo chuông")
	c.press(keyEnter)
	c.shows("MỜI ĐỌC")
	eventually(t, "the microphone was open for two seconds", func() bool { return openTwoSeconds.MatchString(c.screen()) })
	c.press(keyF4)
	c.shows("Nghe lại lời vừa đọc")
	c.press(ctrlO)
	c.shows("Kho âm thanh")
	c.press(ctrlG)

	c.shows("BƯỚC 3/7")
	c.press("2") // whichever had trouble for a moment is first in the list
	c.trial("3", "ĐANG HỎNG")
	c.shows("✕1")
	c.shows("gọi Mẫu 0900 000 002")
	c.trial("3", "Mất điện ở đài 4 giây")

	c.shows("BƯỚC 4/7")
	c.trial("1", "ĐANG HỎNG")
	c.shows("HUYỆN ngắt")
	c.shows("chờ gửi")
	c.trial("1", "Mất điện ở đài 4 giây")
	c.shows("đã gửi hết")

	c.shows("BƯỚC 5/7")
	c.press(keyF5)
	c.shows("F5 Bảng điện tử")
	c.press("H", "O", "P", keyF5)
	c.shows("Enter: đăng ngay")
	c.press(keyEnter)

	c.shows("BƯỚC 6/7")
	c.press(keyF12)
	c.shows("DIỄN TẬP")
	c.press("3", ctrlK)
	c.shows("DIỄN TẬP 00:0")
	c.shows("F12 rồi F8")
	c.press(keyF12)
	c.shows("ĐÍNH CHÍNH: đây chỉ là diễn tập")
	c.press(keyF8)

	c.shows("BƯỚC 7/7")
	c.press(keyF8)
	c.shows("nghe đủ")
	c.press(keyEsc)
	c.shows("Xong bảy bước")
	c.shows("loaxa listen 6")
	sound := heard()
	if at := stretches(sound, 900); len(at) != 2 {
		t.Errorf("the voice was heard at %.2f s at cluster 4, want live and once again", at)
	}
	if len(sound) == 0 || audiotest.RMS(sound) < 0.005 {
		t.Errorf("cluster 4 played %d samples, %.4f loud", len(sound), audiotest.RMS(sound))
	}
	c.leave()
	eventually(t, "no process is left", func() bool { return len(processesOf(demo)) == 0 })
}

// TestEveryTrialOnATerminal breaks each part of the sample commune with one key
// and mends it with the same; the screen says what is broken, a cluster behind
// a stranger's machine plays nothing of his.
func TestEveryTrialOnATerminal(t *testing.T) {
	t.Parallel() // it mostly waits
	c, demo := onDemo(t)
	data := filepath.Join(demo, "station")
	c.press(keyEsc)
	whole := func() { t.Helper(); c.shows("LOA: 4 đang phát"); c.shows("đã gửi hết") }

	c.trial("2", "ĐANG HỎNG")
	c.shows("✕2")
	c.shows("INTERNET MẤT")
	c.trial("2", "Mất điện ở đài 4 giây")
	whole()

	heard := hear(t, demo, "3")
	c.trial("5", "ĐANG HỎNG")
	c.shows("✕1")
	eventually(t, "the stranger is in the book", func() bool { return hasFault(snapshot(t, data), "stranger", "") })
	c.press(keyF9)
	c.shows("máy lạ")
	c.press(keyEsc)
	c.trial("5", "Mất điện ở đài 4 giây")
	whole()
	if s := heard(); len(stretches(s, 1000)) > 0 {
		t.Error("a stranger's sound was heard")
	}

	c.trial("6", "ĐANG HỎNG")
	c.shows("HUYỆN ngắt")
	eventually(t, "the false district is in the book", func() bool { return hasFault(snapshot(t, data), "stranger", "wrong-key") })
	c.press(keyF9)
	c.shows("khóa không phải của tuyến trên")
	c.press(keyEsc)
	c.trial("6", "Mất điện ở đài 4 giây")
	whole()

	c.trial("4", "ĐANG HỎNG")
	c.shows("KHÔNG LIÊN LẠC ĐƯỢC VỚI ĐÀI")
	whole()
	c.leave()
}

func hasFault(s *station.Snapshot, kind station.EventKind, words string) bool {
	for _, f := range s.Faults {
		if f.Kind == kind && strings.Contains(f.Subject+f.Reason, words) {
			return true
		}
	}
	return false
}

// TestTheDemonstrationInLines: for a screen reader the same commune is told in
// lines, and a drill is begun by the same keys.
func TestTheDemonstrationInLines(t *testing.T) {
	t.Parallel() // it mostly waits
	dir := t.TempDir()
	env := []string{"XDG_RUNTIME_DIR=" + filepath.Join(dir, "run"), "XDG_STATE_HOME=" + dir}
	if err := os.MkdirAll(filepath.Join(dir, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	demo := filepath.Join(dir, "d")
	c := onTerminal(t, 160, 50, env, "demo", "--data", demo, "--clusters", "2", "--mic", "none", "--linear")
	c.shows("LOA: 2 đang phát")
	c.press("\x1b")
	c.press(keyF12)
	c.shows("3 · DIỄN TẬP")
	c.press("3")
	c.shows("Ctrl+K: DIỄN TẬP ở cả xã")
	if s := snapshot(t, filepath.Join(demo, "station")); !slices.Contains(s.Station.Missing, "speech") {
		c.press(ctrlK)
		c.shows("DIỄN TẬP 00:0")
	}
	if strings.ContainsAny(c.screen(), "╭│╰⣿▮") {
		t.Errorf("strokes are drawn:\n%s", c.screen())
	}
	c.press(keyEsc, keyEsc, ctrlQ)
	c.shows("Enter: thoát")
	c.press(keyEnter)
	select {
	case <-c.end:
	case <-time.After(20 * time.Second):
		t.Fatalf("leaving does not end:\n%s", c.screen())
	}
}

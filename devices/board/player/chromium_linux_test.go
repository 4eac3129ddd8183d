package player

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/devices/board"
	"loaxa/devices/board/raster"
)

// chromium opens one page without a screen and returns what runs a script in it.
func chromium(t *testing.T, url string) (evaluate func(script string) string) {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("skipped: no chromium is installed")
	}
	dir := t.TempDir()
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-dev-shm-usage", "--user-data-dir="+dir,
		"--remote-debugging-port=0", url)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Skipf("skipped: chromium does not start: %v", err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	})
	conn := debugger(t, dir)
	t.Cleanup(func() { _ = conn.Close() })
	id := 0
	return func(script string) string {
		t.Helper()
		id++
		call := map[string]any{"id": id, "method": "Runtime.evaluate",
			"params": map[string]any{"expression": script, "returnByValue": true}}
		if err := conn.WriteJSON(call); err != nil {
			t.Fatal(err)
		}
		for {
			var answer struct {
				ID     int             `json:"id"`
				Result json.RawMessage `json:"result"`
			}
			if err := conn.ReadJSON(&answer); err != nil {
				t.Fatal(err)
			}
			if answer.ID == id {
				return string(answer.Result)
			}
		}
	}
}

// debugger finds the page's debugging socket; the port stands in a file.
func debugger(t *testing.T, dir string) *websocket.Conn {
	t.Helper()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	client := http.Client{Transport: transport, Timeout: 5 * time.Second}
	for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(100 * time.Millisecond) {
		port, err := os.ReadFile(filepath.Join(dir, "DevToolsActivePort"))
		if err != nil {
			continue
		}
		r, err := client.Get(fmt.Sprintf("http://127.0.0.1:%s/json/list", strings.Fields(string(port))[0]))
		if err != nil {
			continue
		}
		var targets []struct {
			Type   string `json:"type"`
			Socket string `json:"webSocketDebuggerUrl"`
		}
		err = json.NewDecoder(r.Body).Decode(&targets)
		_ = r.Body.Close()
		if err != nil {
			continue
		}
		for _, target := range targets {
			if target.Type != "page" {
				continue
			}
			conn, _, err := websocket.DefaultDialer.Dial(target.Socket, nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = conn.SetReadDeadline(time.Now().Add(time.Minute))
			return conn
		}
	}
	t.Fatal("chromium never opened its page")
	return nil
}

func TestChromiumConfirmsItsOwnPixels(t *testing.T) {
	s := newStation(t, nil)
	w := &wire{addr: s.addr()}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayer(t, w, func(o *Options) { o.PageListen = l })
	// The browser may be starved for long on a busy machine.
	p.times.pageFresh = time.Minute
	run(t, p)
	evaluate := chromium(t, "http://"+l.Addr().String()+"/")
	byPage := func(number uint64) func(board.Report) bool {
		return func(r board.Report) bool { return equal(number)(r) && r.By == board.ByPage }
	}

	show(t, s, notice(1, "TIÊM CHỦNG / TRẠM Y TẾ 8 GIỜ"))
	s.await(t, "confirmed by the page", byPage(1))
	level := raster.Card{Text: "Nước sông Ba lên nhanh, bà con hai bên bờ di dời", Emergency: true, Level: 4}
	emergency := board.Draw(2, level, width, height)
	if emergency.Strip.Speed == 0 {
		t.Fatal("this text should scroll")
	}
	show(t, s, emergency)
	s.await(t, "confirmed by the page, scrolling in red", byPage(2))

	wrong := func(canvas, colour string) {
		evaluate(fmt.Sprintf(`{const c = document.getElementById('%s').getContext('2d');
			c.fillStyle = '%s'; c.fillRect(1, 1, 1, 1)}`, canvas, colour))
		r := s.await(t, "a wrong pixel on "+canvas, func(r board.Report) bool { return r.Pixels != r.Want })
		if r.By != board.ByPage || r.Card != 2 {
			t.Errorf("report %+v", r)
		}
		evaluate("draw()")
		s.await(t, "healed", byPage(2))
	}
	dark, lit := "#000", "#ff2a2a"
	if emergency.Strip.At(1, 1) {
		wrong("strip", dark)
		wrong("again", dark)
	} else {
		wrong("strip", lit)
		wrong("again", lit)
	}
	wrong("strip", "#00ff00")

	w.cut()
	moves := `document.getElementById('track').style.transform`
	before := evaluate(moves)
	for start := time.Now(); evaluate(moves) == before; time.Sleep(50 * time.Millisecond) {
		if time.Since(start) > 20*time.Second {
			t.Fatal("the strip stands still with the station gone")
		}
	}
}

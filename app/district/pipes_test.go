package district_test

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"loaxa/app/district"
)

// exchange is a district that lays pipes between one station and its poles.
type exchange struct {
	t     *testing.T
	pipes *district.Pipes
	http  *httptest.Server
}

func newExchange(t *testing.T, station string) *exchange {
	e := &exchange{t: t, pipes: district.NewPipes(func(id string) bool { return id == station }, peerID)}
	e.http = httptest.NewUnstartedServer(e.pipes.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "journals")
	})))
	cert, _ := newKey(t)
	e.http.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequestClientCert}
	e.http.StartTLS()
	t.Cleanup(func() { e.http.Close(); e.pipes.Close() })
	return e
}

// knock asks for a path with a key; 101 gives the bare connection.
func (e *exchange) knock(cert tls.Certificate, path string, query url.Values) (int, net.Conn, *bufio.Reader) {
	e.t.Helper()
	conn, err := tls.Dial("tcp", e.http.Listener.Addr().String(), &tls.Config{Certificates: []tls.Certificate{cert}, InsecureSkipVerify: true})
	if err != nil {
		e.t.Fatal(err)
	}
	e.t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(conn, "GET %s?%s HTTP/1.1\r\nHost: district\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n", path, query.Encode(), district.PipeName)
	in := bufio.NewReader(conn)
	resp, err := http.ReadResponse(in, &http.Request{Method: http.MethodGet})
	if err != nil {
		e.t.Fatal(err)
	}
	return resp.StatusCode, conn, in
}

// TestAPipeIsLaidForWhomTheStationNamed and for nobody else; it carries bytes
// both ways as they are, a pole has room for two, and what does not belong to a
// door is refused there.
func TestAPipeIsLaidForWhomTheStationNamed(t *testing.T) {
	stationCert, station := newKey(t)
	poleCert, pole := newKey(t)
	thiefCert, _ := newKey(t)
	e := newExchange(t, station)
	to := url.Values{"to": {station}}
	if code, _, _ := e.knock(poleCert, district.PipePole, to); code != http.StatusForbidden {
		t.Errorf("no station waits: %d", code)
	}
	code, line, calls := e.knock(stationCert, district.PipeStation, nil)
	if code != http.StatusSwitchingProtocols {
		t.Fatal(code)
	}
	if err := json.NewEncoder(line).Encode(district.PipePoles{Poles: []string{pole}}); err != nil {
		t.Fatal(err)
	}
	for !e.pipes.Knows(pole) {
		time.Sleep(time.Millisecond)
	}
	for what, got := range map[string]func() int{
		"a thief":                   func() int { c, _, _ := e.knock(thiefCert, district.PipePole, to); return c },
		"a pole as a station":       func() int { c, _, _ := e.knock(poleCert, district.PipeStation, nil); return c },
		"a pole at the journals":    func() int { c, _, _ := e.knock(poleCert, "/ws/mirror", nil); return c },
		"a pole at another station": func() int { c, _, _ := e.knock(poleCert, district.PipePole, url.Values{"to": {pole}}); return c },
		"a pole for another's call": func() int { c, _, _ := e.knock(poleCert, district.PipeAnswer, url.Values{"call": {"00"}}); return c },
	} {
		if code := got(); code != http.StatusForbidden {
			t.Errorf("%s: %d", what, code)
		}
	}
	if code, _, _ := e.knock(stationCert, district.PipeAnswer, url.Values{"call": {"00"}}); code != http.StatusNotFound {
		t.Errorf("a call that nobody made: %d", code)
	}

	type end struct {
		code int
		conn net.Conn
		in   *bufio.Reader
	}
	lay := func() (far, near end) {
		t.Helper()
		came := make(chan end, 1)
		go func() {
			c, conn, in := e.knock(poleCert, district.PipePole, to)
			came <- end{c, conn, in}
		}()
		var call district.PipeCall
		for call.Call == "" {
			b, err := calls.ReadBytes('\n')
			if err != nil || json.Unmarshal(b, &call) != nil {
				t.Error(err)
				return
			}
		}
		if call.Pole != pole {
			t.Errorf("called for %s", call.Pole)
		}
		far.code, far.conn, far.in = e.knock(stationCert, district.PipeAnswer, url.Values{"call": {call.Call}})
		if again, _, _ := e.knock(stationCert, district.PipeAnswer, url.Values{"call": {call.Call}}); again != http.StatusNotFound {
			t.Errorf("one call was answered twice: %d", again)
		}
		return far, <-came
	}
	far, near := lay()
	if far.code != http.StatusSwitchingProtocols || near.code != far.code {
		t.Fatal(far.code, near.code)
	}
	for _, way := range [][2]end{{far, near}, {near, far}} {
		sent, got := []byte("\x00\x16\x03\x01 bytes\nand nothing else\xff"), make([]byte, 28)
		if _, err := way[0].conn.Write(sent); err != nil {
			t.Fatal(err)
		}
		if n, err := io.ReadFull(way[1].in, got[:len(sent)]); err != nil || string(got[:n]) != string(sent) {
			t.Errorf("%q came as %q: %v", sent, got[:n], err)
		}
	}
	second, _ := lay()
	if code, _, _ := e.knock(poleCert, district.PipePole, to); code != http.StatusServiceUnavailable {
		t.Errorf("a third pipe of one pole: %d", code)
	}
	_ = second.conn.Close()
	for e.pipes.Open() > 1 {
		time.Sleep(time.Millisecond)
	}
	_ = near.conn.Close() // the other end hears of it
	if n, err := far.in.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes of a pipe that ended", n)
	}
	_ = line.Close()
	for e.pipes.Knows(pole) {
		time.Sleep(time.Millisecond)
	}
}

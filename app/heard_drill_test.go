package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"loaxa/app/boot"
	"loaxa/app/station"
	"loaxa/audio/audiotest"
	"loaxa/audio/frame"
)

// TestWhatWasSaidIsHeardAtTheDistrict: somebody there asks for the recording of
// a live broadcast on the page and hears, byte for byte, what the station kept.
func TestWhatWasSaidIsHeardAtTheDistrict(t *testing.T) {
	t.Parallel() // it mostly waits
	v := newVillage(t, 1)
	if err := os.WriteFile(filepath.Join(v.station, boot.StationFile), []byte("demo = true\n[upstream]\nrecordings = 50\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	voice := audiotest.WriteWAV(t, "giọng.wav", audiotest.Sine(440, 0.25, 0, 60*frame.Rate))
	up := start(t, "district", "--data", v.district, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--pins", v.pins)
	s := start(t, "station", "--data", v.station, "--listen", "127.0.0.1:0", "--page", "127.0.0.1:0", "--mic", "file:"+voice, "--pins", v.pins,
		"--district", up.ready.Addr, "--peer", v.upperID)
	start(t, "cluster", "--data", v.clusters[0], "--station", s.ready.Addr, "--peer", v.stationID, "--out", "virtual")
	eventually(t, "the roster is known", func() bool { return len(snapshot(t, v.station).Clusters) == 1 })
	must(t, "ctl", "--data", v.station, "live", "start", "--title", "Tiêm chủng", "--no-chime")
	eventually(t, "it is recorded", func() bool { m := snapshot(t, v.station).Mic; return m.Open && m.Recording })
	time.Sleep(time.Second) // of speech
	must(t, "ctl", "--data", v.station, "live", "stop")
	var it station.Item
	eventually(t, "the recording is there", func() bool {
		got := recordings(snapshot(t, v.station))
		if len(got) == 1 {
			it = got[0]
		}
		return len(got) == 1
	})

	words := filepath.Join(v.dir, "words")
	if err := os.WriteFile(words, []byte("mật khẩu đủ dài\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "district", "account", "add", "hoa", "--data", v.district, "--passphrase-file", words)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	person := http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	base := "http://" + up.ready.Page
	visit := func(method, path string, form url.Values) (string, int) {
		req, err := http.NewRequest(method, base+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := person.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(b), resp.StatusCode
	}
	visit(http.MethodPost, "/login", url.Values{"name": {"hoa"}, "password": {"mật khẩu đủ dài"}})
	page, token := "/station?id="+v.stationID, ""
	eventually(t, "its record is at the district", func() bool {
		body, _ := visit(http.MethodGet, page, nil)
		if m := regexp.MustCompile(`name="form" value="([0-9a-f]{64})"`).FindStringSubmatch(body); m != nil {
			token = m[1]
		}
		return strings.Contains(body, string(it.ID)) && strings.Contains(body, "Tiêm chủng")
	})
	visit(http.MethodPost, "/recordings", url.Values{"form": {token}, "station": {v.stationID}, "id": {string(it.ID)}})
	var heard string
	eventually(t, "it can be heard", func() bool {
		body, code := visit(http.MethodGet, "/recording?station="+v.stationID+"&id="+string(it.ID), nil)
		heard = body
		return code == http.StatusOK
	})
	kept, err := os.ReadFile(filepath.Join(v.station, "library", "blobs", string(it.ID)))
	if err != nil || heard != string(kept) {
		t.Errorf("%d bytes are heard, %d were kept: %v", len(heard), len(kept), err)
	}
}

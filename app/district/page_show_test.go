package district_test

import (
	"bytes"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"loaxa/app/district"
)

func TestMetricsAreRead(t *testing.T) {
	h, ids := busyHub(t)
	defer h.stop(t)
	body, resp := get(t, h.page.URL+"/metrics")
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
		t.Error(resp.Header)
	}
	p := expfmt.NewTextParser(model.UTF8Validation)
	all, err := p.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	value := func(name, id string) float64 {
		for _, m := range all["loaxa_district_"+name].GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() == "station" && l.GetValue() == id {
					return m.GetGauge().GetValue()
				}
			}
		}
		return -1
	}
	for name, want := range map[string][3]float64{"station_up": {1, 1, 0}, "station_emergency": {0, 1, 0}, "station_on_air": {1, 1, 1},
		"station_faults_open": {1, 1, 1}, "station_behind_entries": {0, 0, 0}, "station_entries": {10, 10, 10}, "station_replica_fault": {0, 0, 0}} {
		for i, id := range ids {
			if got := value(name, id); got != want[i] {
				t.Errorf("%s of station %d: %g, want %g", name, i, got, want[i])
			}
		}
	}
	if value("station_link_age_seconds", ids[0]) < 0 || len(all["loaxa_district_station_info"].GetMetric()) != 3 {
		t.Error("link age or names are missing")
	}
}

// chromium is a browser without a window; the test is skipped where there is
// none.
func chromium(t *testing.T, args ...string) (out, said string) {
	t.Helper()
	exe := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			exe = p
			break
		}
	}
	if exe == "" {
		t.Skip("skipped: no chromium on this machine")
	}
	cmd := exec.Command(exe, append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
		"--user-data-dir=" + t.TempDir(), "--enable-logging=stderr", "--window-size=1280,1100", "--virtual-time-budget=2000"}, args...)...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	done := make(chan error, 1) // one answer
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("%v\n%s", err, e.String())
		}
	case <-time.After(2 * time.Minute):
		_ = cmd.Process.Kill()
		<-done
		t.Fatal("the browser does not end")
	}
	return o.String(), e.String()
}

func TestThePageInABrowser(t *testing.T) {
	h, _ := busyHub(t)
	defer h.stop(t)
	v := newVisitor(t, h.page.URL).login("hoa", "mật khẩu đủ dài")
	base, _ := url.Parse(h.page.URL)
	session := v.c.Jar.Cookies(base)[0]
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // the browser of one who has logged in
		r.AddCookie(session)
		h.Page().ServeHTTP(w, r)
	}))
	defer inside.Close()
	shot := filepath.Join(t.TempDir(), "page.png")
	if dir := os.Getenv("LOAXA_PICTURES"); dir != "" {
		shot = filepath.Join(dir, "district.png")
	}
	_, said := chromium(t, "--screenshot="+shot, inside.URL+"/")
	for _, bad := range []string{"Content Security Policy", "Refused to", "ERR_"} {
		if strings.Contains(said, bad) {
			t.Errorf("the browser complains: %s", said)
		}
	}
	f, err := os.Open(shot)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(3, 3).RGBA(); r>>8 != 0x12 || g>>8 != 0x32 || b>>8 != 0x4a {
		t.Errorf("the style was not taken: the head is %x %x %x", r>>8, g>>8, b>>8)
	}
	dom, _ := chromium(t, "--dump-dom", h.page.URL+"/")
	if !strings.Contains(dom, "Đăng nhập") || strings.Contains(dom, "Đak Pơ") {
		t.Errorf("a stranger's browser sees %s", dom)
	}
}

// TestThePageHasAllItsWords reads the kinds of events and the reasons of
// refused orders from where they are declared.
func TestThePageHasAllItsWords(t *testing.T) {
	var missing []string
	for file, want := range map[string]string{"event.go": `EventKind += "([a-z-]+)"`, "refusal.go": `RefusalCode = "((?:order|keys)-[a-z-]+)"`} {
		src, err := os.ReadFile(filepath.Join("..", "station", file))
		if err != nil {
			t.Fatal(err)
		}
		prefix := "ev "
		if file == "refusal.go" {
			prefix = "why "
		} else {
			want = `EventKind\s+= "([a-z-]+)"`
		}
		found := regexp.MustCompile(want).FindAllStringSubmatch(string(src), -1)
		if len(found) < 15 {
			t.Fatalf("%s: only %d words found", file, len(found))
		}
		for _, m := range found {
			for lang, words := range district.Words() {
				if words[prefix+m[1]] == "" {
					missing = append(missing, lang+": "+prefix+m[1])
				}
			}
		}
	}
	// A newer station's word is shown as it is: one or two may be behind.
	if len(missing) > 4 {
		t.Errorf("no words for %v", missing)
	}
	w := district.Words()
	for k := range w["vi"] {
		if w["en"][k] == "" {
			t.Errorf("English lacks %q", k)
		}
	}
	if len(w["vi"]) != len(w["en"]) {
		t.Error("English has words that Vietnamese lacks")
	}
}

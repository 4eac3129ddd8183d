package upstream

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk answers documents by their last letter: f for good, everything else not.
type desk struct {
	mu   sync.Mutex
	docs []string
}

func (d *desk) accept(_ context.Context, doc []byte, via string) Receipt {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.docs = append(d.docs, via+" "+string(doc))
	return Receipt{Code: "obeyed", Final: strings.HasSuffix(string(doc), "f"), Saved: true}
}

func (d *desk) count(doc string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, one := range d.docs {
		if one == doc {
			n++
		}
	}
	return n
}

func TestAFolderIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		put := func(name, text string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		put("a", "LXORDER1 f")
		put("b", "LXORDER1 later")
		put("z", "LXKEYS01 f")
		put("note.txt", "nothing of ours")
		put(".hidden", "LXORDER1 f")
		put("x.json", "LXORDER1 f")
		if err := os.Symlink("/etc/passwd", filepath.Join(dir, "link")); err != nil {
			t.Fatal(err)
		}
		warned := 0
		run := func(d *desk) (stop func()) {
			f := &Folder{Dir: dir, Every: time.Second, Warn: func(string, error) { warned++ }}
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan error, 1)
			go func() { done <- f.Run(ctx, d.accept) }()
			return func() {
				cancel()
				if err := <-done; err != nil {
					t.Error(err)
				}
			}
		}
		d := &desk{}
		stop := run(d)
		time.Sleep(10500 * time.Millisecond)
		stop()
		if d.count("folder LXORDER1 f") != 1 || d.count("folder LXKEYS01 f") != 1 || d.count("folder LXORDER1 later") != 11 || d.docs[0] != "folder LXKEYS01 f" {
			t.Errorf("brought: %v", d.docs)
		}
		if warned != 1 {
			t.Errorf("warned %d times of what is no document", warned)
		}
		b, err := os.ReadFile(filepath.Join(dir, "a.receipt.json"))
		var r Receipt
		if err != nil || json.Unmarshal(b, &r) != nil || r != (Receipt{"obeyed", true, true}) {
			t.Errorf("receipt %s %v", b, err)
		}
		again := &desk{}
		stop = run(again)
		time.Sleep(1500 * time.Millisecond)
		stop()
		if again.count("folder LXORDER1 f") != 0 || again.count("folder LXORDER1 later") != 2 {
			t.Errorf("after a restart: %v", again.docs)
		}
		f := &Folder{Dir: dir}
		if err := f.Report(t.Context(), Statistics{Form: 1, Day: "2026-11-22", Broadcasts: 3}); err != nil {
			t.Error(err)
		}
		if b, err := os.ReadFile(filepath.Join(dir, "statistics-2026-11-22.json")); err != nil || !strings.Contains(string(b), `"broadcasts": 3`) {
			t.Errorf("%s %v", b, err)
		}
	})
}

// office is the other end of an HTTPS road.
type office struct {
	mu       sync.Mutex
	fail     bool
	lost     bool // receipts are lost
	receipts []answerTo
	days     []Statistics
	wrong    int
}

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer secret" {
		o.wrong++
	}
	b, _ := io.ReadAll(r.Body)
	switch {
	case o.fail, o.lost && r.URL.Path == "/receipts":
		http.Error(w, "not now", http.StatusServiceUnavailable)
	case r.URL.Path == "/documents" && r.URL.Query().Get("station") == "us":
		_ = json.NewEncoder(w).Encode(listing{[]listed{{"1", []byte("LXORDER1 later")}, {"2", []byte("LXDIRCT1 f")}, {"3", []byte("LXKEYS01 f")}}})
	case r.URL.Path == "/receipts":
		var a answerTo
		_ = json.Unmarshal(b, &a)
		o.receipts = append(o.receipts, a)
	case r.URL.Path == "/statistics":
		var s Statistics
		_ = json.Unmarshal(b, &s)
		o.days = append(o.days, s)
	default:
		http.NotFound(w, r)
	}
}

func TestAnHTTPSRoadIsAnswered(t *testing.T) {
	o := &office{}
	srv := httptest.NewServer(o)
	defer srv.Close()
	d := &desk{}
	h := &HTTPS{URL: srv.URL, Token: "secret", Station: "us", Client: srv.Client(), final: map[string]bool{}}
	ctx := t.Context()
	o.lost = true
	if err := h.round(ctx, d.accept); err == nil {
		t.Error("lost receipts are no error")
	}
	o.lost = false
	for range 2 {
		if err := h.round(ctx, d.accept); err != nil {
			t.Fatal(err)
		}
	}
	if d.docs[0] != "https LXKEYS01 f" || d.count("https LXDIRCT1 f") != 2 || d.count("https LXORDER1 later") != 3 {
		t.Errorf("brought: %v", d.docs)
	}
	if len(o.receipts) != 4 || o.receipts[0].ID != "3" || !o.receipts[0].Final || o.receipts[0].Station != "us" || o.wrong > 0 {
		t.Errorf("receipts %+v, without the token %d", o.receipts, o.wrong)
	}
	if err := h.Report(ctx, Statistics{Form: 1, Day: "2026-11-22"}); err != nil || len(o.days) != 1 {
		t.Errorf("%v %v", err, o.days)
	}
	o.fail = true
	if err := h.Report(ctx, Statistics{}); err == nil {
		t.Error("a failed report is no error")
	}
	if err := (&HTTPS{URL: "http://example.com", Client: srv.Client()}).Run(ctx, d.accept); err == nil {
		t.Error("a plain address elsewhere was taken")
	}
}

func FuzzListing(f *testing.F) {
	f.Add([]byte(`{"documents":[{"id":"1","data":"TFhPUkRFUjE="}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseListing(b)
		if err != nil {
			return
		}
		for _, d := range l.Documents {
			if d.ID == "" || len(d.ID) > maxDocID || !Documents(d.Data) {
				t.Fatalf("%q was taken", d)
			}
		}
	})
}

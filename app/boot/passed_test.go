package boot

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"testing"

	"loaxa/audio/audiotest"
)

// TestAListOfPiecesIsReadByTheProgram: HLS from a server, and nothing but web
// addresses: a list that points at a file of this machine gives no byte of it.
func TestAListOfPiecesIsReadByTheProgram(t *testing.T) {
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("skipped: no ffmpeg")
	}
	dir := t.TempDir()
	wav := audiotest.WriteWAV(t, "secret.wav", audiotest.Sine(600, 0.3, 0, 4*48000))
	make := exec.CommandContext(t.Context(), bin, "-loglevel", "error", "-i", wav, "-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0", filepath.Join(dir, "live.m3u8"))
	if out, err := make.CombinedOutput(); err != nil {
		t.Skipf("skipped: this ffmpeg makes no HLS: %s", out)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.HandleFunc("/trap.m3u8", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nfile://"+wav+"\n#EXT-X-ENDLIST\n")
	})
	srv := httptest.NewServer(mux)
	defer srv.Close()
	for path, want := range map[string]int{"/live.m3u8": 3 * 96000, "/trap.m3u8": 0} {
		r, raw, err := dialRelay(t.Context(), srv.URL+path, false)
		if err != nil || !raw {
			t.Fatal(raw, err)
		}
		b, _ := io.ReadAll(r)
		_, _ = r.Close(), r.Close()
		if len(b) < want || want == 0 && len(b) > 0 {
			t.Errorf("%s gives %d bytes, want %d", path, len(b), want)
		}
	}
	if _, _, err := dialRelay(t.Context(), srv.URL+"/none.mp3", false); err == nil {
		t.Error("404 was taken for sound")
	}
}

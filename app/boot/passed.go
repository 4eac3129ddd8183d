package boot

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"time"

	"loaxa/app/station"
	"loaxa/audio/library"
	"loaxa/audio/source"
)

// relayClient asks the servers of other stations. Its body is bounded by who
// reads it: the relay's own ring and time.
var relayClient = &http.Client{
	Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: 10 * time.Second, MaxResponseHeaderBytes: 64 << 10, DisableKeepAlives: true},
	CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) >= 5 || r.URL.Scheme != "http" && r.URL.Scheme != "https" {
			return errors.New("redirected too often, or to what is no web address")
		}
		return nil
	},
}

// relayItem takes an address into the library. It is not asked now: at night a
// station may be silent.
func (s *stationRooms) relayItem(ctx context.Context, typed, actor string) (station.Item, error) {
	it, err := station.ParseRelay(typed)
	if err != nil {
		return it, worded(err)
	}
	it.AddedBy, it.At = actor, s.clock.Now().Wall
	return it, s.addItem(ctx, it)
}

// openRelay passes a broadcast on from there.
func (s *stationRooms) openRelay(ctx context.Context, it station.Item, from time.Duration) source.Source {
	return source.NewRelay(ctx, source.RelayOptions{
		Open: func(ctx context.Context, foreign bool) (io.ReadCloser, bool, error) {
			return dialRelay(ctx, it.Tags, foreign)
		},
		Length: samplesOf(it.Length), From: samplesOf(from), Target: library.TargetLUFS,
		Told: func(err error) { s.log.Info("relay", "address", it.Tags, "ended", err) },
	})
}

// dialRelay connects to an address. What is not decoded in process, or is a list
// of pieces, ffmpeg reads where it is installed.
func dialRelay(ctx context.Context, address string, foreign bool) (io.ReadCloser, bool, error) {
	if foreign || strings.Contains(strings.ToLower(address), ".m3u8") {
		r, err := ffmpegRelay(ctx, address)
		return r, true, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, false, err
	}
	req.Header.Set("User-Agent", "loaxa")
	resp, err := relayClient.Do(req)
	if err != nil {
		return nil, false, err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, false, fmt.Errorf("the server answers %s", resp.Status)
	}
	return struct {
		io.Reader
		io.Closer
	}{bufio.NewReaderSize(resp.Body, 16<<10), resp.Body}, false, nil
}

// ffmpegRelay reads HLS, AAC and the like from web addresses alone.
func ffmpegRelay(ctx context.Context, address string) (io.ReadCloser, error) {
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, fmt.Errorf("relay: %w", library.ErrFFmpeg)
	}
	ctx, cancel := context.WithCancel(ctx)
	cmd := exec.CommandContext(ctx, bin, "-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "http,https,tcp,tls,crypto,httpproxy",
		"-rw_timeout", "10000000", "-i", address, "-vn", "-sn", "-dn", "-ac", "1", "-ar", "48000", "-f", "s16le", "-")
	cmd.WaitDelay = time.Second
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	return &programOut{ReadCloser: out, cmd: cmd, cancel: cancel}, nil
}

// programOut is what a program writes; Close ends it.
type programOut struct {
	io.ReadCloser
	cmd    *exec.Cmd
	cancel context.CancelFunc
	once   sync.Once
}

// Close implements io.Closer; it may be called more than once and from any
// goroutine.
func (p *programOut) Close() error {
	p.cancel()
	var err error
	p.once.Do(func() { err = p.cmd.Wait() })
	return err
}

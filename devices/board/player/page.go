package player

import (
	"context"
	"crypto/subtle"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"loaxa/devices/board"
	"loaxa/devices/board/raster"
)

//go:embed page.html
var pageHTML string

// pageStrip is what the page draws.
type pageStrip struct {
	Version uint64   `json:"version"` // of the player's drawing
	Width   int      `json:"width"`
	Height  int      `json:"height"`
	Window  int      `json:"window"`
	Speed   int      `json:"speed"`
	Colour  uint8    `json:"colour"`
	Palette []uint32 `json:"palette"` // 0xRRGGBB
	Bits    []byte   `json:"bits"`    // base64
	Hash    string   `json:"hash"`
}

// pageShown is what the page read back.
type pageShown struct {
	Page    string `json:"page"` // its own random name
	Version uint64 `json:"version"`
	Hash    string `json:"hash"`
}

// maxPageBody is the largest report of a page, in bytes.
const maxPageBody = 1 << 10

// servePage serves the board's own page until ctx ends.
func (p *Player) servePage(ctx context.Context) error {
	server := &http.Server{
		Handler:           p.pageHandler(p.opt.PageListen.Addr().String()),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	err := server.Serve(p.opt.PageListen)
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("player: page: %w", err)
}

// pageHandler answers only to the address it listens on: a foreign name in Host
// is another site's page that reaches for this one.
func (p *Player) pageHandler(addr string) http.Handler {
	hosts := map[string]bool{addr: true}
	if _, port, err := net.SplitHostPort(addr); err == nil {
		hosts["localhost:"+port] = true
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.getPage)
	mux.HandleFunc("GET /strip", p.withToken(p.getStrip))
	mux.HandleFunc("POST /shown", p.withToken(p.postShown))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !hosts[r.Host] {
			http.Error(w, "this is not the address of the board's page", http.StatusMisdirectedRequest)
			return
		}
		if o := r.Header.Get("Origin"); o != "" && o != "http://"+r.Host {
			http.Error(w, "another page may not ask here", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func (p *Player) withToken(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Board-Token")), []byte(p.token)) != 1 {
			http.Error(w, "the page is of an earlier start: load it again", http.StatusForbidden)
			return
		}
		next(w, r)
	}
}

// getPage gives the page with this start's token. The nonce may be as old as the
// token: whoever can read it can read the page.
func (p *Player) getPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; "+
		"script-src 'nonce-"+p.token+"'; style-src 'nonce-"+p.token+"'; "+
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	domain := strings.TrimSuffix(raster.Domain, "\n") + `\n`
	page := strings.NewReplacer("@NONCE@", p.token, "@TOKEN@", p.token, "@DOMAIN@", domain)
	_, _ = page.WriteString(w, pageHTML)
}

// getStrip gives what is to be drawn, or 204 where the page has it.
func (p *Player) getStrip(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	s, version := p.shown.card.Strip, p.version
	p.mu.Unlock()
	if r.URL.Query().Get("have") == strconv.FormatUint(version, 10) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(pageStrip{
		Version: version, Width: s.Width, Height: s.Height, Window: s.Window, Speed: s.Speed,
		Colour: s.Colour, Palette: raster.Palette[:], Bits: s.Bits, Hash: s.Hash(),
	})
}

// postShown takes what a page read back from its canvas.
func (p *Player) postShown(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") == "" {
		http.Error(w, "a page says where it is from", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxPageBody+1))
	if err != nil {
		return
	}
	s, err := decodePageShown(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if !p.sight(s.Page, s.Version, s.Hash) {
		http.Error(w, "not what is shown now, or too many pages", http.StatusConflict)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func decodePageShown(body []byte) (s pageShown, err error) {
	if len(body) > maxPageBody {
		return s, errors.New("too long")
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return s, errors.New("not JSON of this page")
	}
	if s.Page == "" || len(s.Page) > 32 || !board.IsHash(s.Hash) {
		return s, errors.New("page or hash out of bounds")
	}
	return s, nil
}

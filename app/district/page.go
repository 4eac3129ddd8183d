package district

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/store/mirror"
)

//go:embed page/page.html page/style.css
var pageFiles embed.FS

// nobody has an account.
type nobody struct{}

func (nobody) Check(string, string) bool { return false }
func (nobody) Has(string) bool           { return false }
func (nobody) Any() bool                 { return false }

// Page serves people who have logged in: / the map, the stations and the
// orders, /station?id=ID one station's day, /recording a recording that was
// fetched; and programs that show the token:
// /status.json, /proof.json?station=ID, /metrics. Nothing on it is changed but
// by the forms to log in, to log out, to bring a signed order, and to ask for a
// recording. No script, nothing from elsewhere.
func (s *Server) Page() http.Handler {
	g, mux := s.opt.Gate, http.NewServeMux()
	mux.HandleFunc("GET /{$}", g.people(s.home))
	mux.HandleFunc("GET /station", g.people(s.station))
	mux.HandleFunc("GET /recording", g.people(s.recording))
	mux.HandleFunc("POST /recordings", g.form(4<<10, s.askRecording))
	mux.HandleFunc("POST /orders", g.form(mirror.MaxOrder+8<<10, s.putOrder))
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) { s.showLogin(w, r, http.StatusOK, "") })
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST /logout", g.form(1<<10, func(w http.ResponseWriter, r *http.Request) {
		g.logout(r)
		http.SetCookie(w, g.cookie(r, ""))
		http.Redirect(w, r, "/login", http.StatusSeeOther)
	}))
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, _ *http.Request) {
		b, err := pageFiles.ReadFile("page/style.css")
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(b) // the reader has gone
	})
	mux.HandleFunc("GET /status.json", g.both(func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Status()) }))
	mux.HandleFunc("GET /proof.json", g.both(func(w http.ResponseWriter, r *http.Request) { s.proof(w, r.URL.Query().Get("station")) }))
	mux.HandleFunc("GET /metrics", g.both(s.metrics().ServeHTTP))
	return guarded(mux)
}

// guarded sets what every answer carries, and refuses what another site's page
// sends.
func guarded(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// pageData is what the templates show. The embedded Status is empty where
// nobody has logged in.
type pageData struct {
	Status
	W      map[string]string
	Renew  template.URL // of this page, after some seconds; empty: never
	Person string
	Form   string
	Note   string
	Put    bool
	Map    *mapView
	OnAir  []stationAir
	One    *StationStatus
	Log    []LogLine
	Older  string
	Spoken []SpokenRow
}

type stationAir struct {
	ID, Station string
	Stale       bool // as the station said last: it is not connected
	OnAir
}

func (s *Server) data(r *http.Request) *pageData {
	now, _ := s.opt.Wall()
	d := &pageData{W: s.words(), Status: Status{Name: s.opt.Identity.Name, Now: now}}
	if who := sessionOf(r); who != nil {
		d.Person, d.Form = who.name, who.form
	}
	return d
}

func (s *Server) show(w http.ResponseWriter, code int, name string, d *pageData) {
	var b bytes.Buffer
	if err := s.tmpl().ExecuteTemplate(&b, name, d); err != nil {
		http.Error(w, "the page cannot be made", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(code)
	_, _ = w.Write(b.Bytes()) // the reader has gone
}

func (s *Server) home(w http.ResponseWriter, r *http.Request) { s.showHome(w, r, http.StatusOK, "") }

func (s *Server) showHome(w http.ResponseWriter, r *http.Request, code int, note string) {
	d := s.data(r)
	d.Status, d.Put, d.Note = s.Status(), s.opt.Put != nil, note
	if note == "" { // a person must have the time to read it
		d.Renew = "/?" + renewed
	}
	d.Map = drawMap(d.Stations)
	for i := range d.Stations {
		one := &d.Stations[i]
		if one.Books == nil {
			continue
		}
		for _, a := range one.Books.Air {
			d.OnAir = append(d.OnAir, stationAir{one.ID, one.Title(), !one.Connected, a})
		}
	}
	slices.SortStableFunc(d.OnAir, func(a, b stationAir) int { return int(yes(b.Emergency) - yes(a.Emergency)) })
	slices.SortStableFunc(d.Stations, func(a, b StationStatus) int { return int(yes(a.Connected) - yes(b.Connected)) }) // trouble first
	s.show(w, code, "home", d)
}

func (s *Server) station(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	d := s.data(r)
	d.Status = s.Status()
	i := slices.IndexFunc(d.Stations, func(o StationStatus) bool { return o.ID == id })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	d.One = &d.Stations[i]
	d.Note = s.words()["note "+r.URL.Query().Get("note")]
	before, _ := strconv.ParseUint(r.URL.Query().Get("before"), 10, 64) // what is no number is the newest
	if book, err := s.opt.Ledger.Reader(id); err == nil {
		if d.Log, err = AsRun(book, before, logLines); err != nil {
			d.One.Error = err.Error()
		}
		if d.Spoken, err = spoken(book, d.One.Heard); err != nil {
			d.One.Error = err.Error()
		}
	}
	heard := slices.ContainsFunc(d.One.Heard, func(w Wish) bool { return w.Here })
	if d.One.Coming() > 0 && !heard && before == 0 && d.Note == "" { // a page that is renewed stops what is being heard
		d.Renew = template.URL("/station?" + url.Values{"id": {id}, renewed: {""}}.Encode())
	}
	if n := len(d.Log); n == logLines {
		d.Older = fmt.Sprintf("/station?id=%s&before=%d", id, d.Log[n-1].Seq)
	}
	s.show(w, http.StatusOK, "station", d)
}

func (s *Server) showLogin(w http.ResponseWriter, r *http.Request, code int, note string) {
	if note == "" && !s.opt.Gate.accounts.Any() {
		note = s.words()["noaccount"]
	}
	d := s.data(r)
	d.Note = note
	s.show(w, code, "login", d)
}

func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	name, password := r.PostFormValue("name"), r.PostFormValue("password")
	token, wait := s.opt.Gate.login(r.RemoteAddr, name, password)
	switch {
	case wait > 0:
		secs := int(wait/time.Second) + 1
		w.Header().Set("Retry-After", strconv.Itoa(secs))
		s.showLogin(w, r, http.StatusTooManyRequests, fmt.Sprintf(s.words()["wait"], secs))
	case token == "":
		s.showLogin(w, r, http.StatusForbidden, s.words()["wrong"])
	default:
		http.SetCookie(w, s.opt.Gate.cookie(r, token))
		http.Redirect(w, r, "/", http.StatusSeeOther)
	}
}

// putOrder takes a signed order or key set to be carried; the district signs
// nothing and cannot change it.
func (s *Server) putOrder(w http.ResponseWriter, r *http.Request) {
	if s.opt.Put == nil {
		http.NotFound(w, r)
		return
	}
	f, _, err := r.FormFile("doc")
	if err != nil {
		s.showHome(w, r, http.StatusBadRequest, s.words()["nofile"])
		return
	}
	defer func() { _ = f.Close() }()
	doc, err := io.ReadAll(io.LimitReader(f, mirror.MaxOrder+1))
	if err == nil && len(doc) > mirror.MaxOrder {
		err = fmt.Errorf("more than %d bytes", mirror.MaxOrder)
	}
	if err == nil {
		_, err = s.opt.Put(doc)
	}
	if err != nil {
		s.showHome(w, r, http.StatusBadRequest, s.words()["badorder"]+" ("+err.Error()+")")
		return
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// makeTemplates reads the page's own files; they are part of the program.
func (s *Server) makeTemplates() *template.Template {
	when := func(t time.Time) string {
		if t.IsZero() {
			return "—"
		}
		return t.In(s.opt.Zone).Format("02/01/2006 15:04:05")
	}
	return template.Must(template.New("").Funcs(template.FuncMap{
		"when": when,
		"whenp": func(t *time.Time) string {
			if t == nil {
				return "—"
			}
			return when(*t)
		},
		"short": func(id string) string { return id[:min(len(id), 4)] + "-" + id[min(len(id), 4):min(len(id), 8)] },
		"code":  func(c station.RefusalCode) string { return string(c) },
		"dict":  func(p, v any) map[string]any { return map[string]any{"P": p, "V": v} },
	}).ParseFS(pageFiles, "page/page.html"))
}

// Code is a typed word in a person's words; one that is not known stands as it
// is.
func (d *pageData) Code(c string) string {
	if w, ok := d.W["why "+c]; ok {
		return w
	}
	return c
}

// Kind is what happened, in a person's words.
func (d *pageData) Kind(k station.EventKind) string {
	if w, ok := d.W["ev "+string(k)]; ok {
		return w
	}
	return string(k)
}

// Event is a row of the log.
func (d *pageData) Event(l LogLine) string {
	parts := []string{d.Kind(l.Kind)}
	if l.Drill {
		parts = append([]string{d.W["drill"]}, parts...)
	}
	if l.Title != "" {
		parts = append(parts, "“"+l.Title+"”")
	}
	if l.Number > 0 {
		parts = append(parts, fmt.Sprintf("%s %d", d.W["pole"], l.Number))
	}
	if l.Reason != "" && l.Kind != station.EvItem { // whose reason is where the sound comes from
		parts = append(parts, "("+d.Code(l.Reason)+")")
	}
	if l.Actor != "" && l.Actor != "station" {
		parts = append(parts, "· "+l.Actor)
	}
	return strings.Join(parts, " ")
}

// NameOf is a station's name.
func (d *pageData) NameOf(id string) string {
	for i := range d.Stations {
		if d.Stations[i].ID == id {
			return d.Stations[i].Title()
		}
	}
	return id[:min(len(id), 9)]
}

// Trouble is what is wrong with a station's link or replica.
func (d *pageData) Trouble(s StationStatus) string {
	if s.Books != nil && s.Books.Error != "" {
		return s.Books.Error
	}
	return s.Error
}

// Age is how long ago, in the words of the page.
func (d *pageData) Age(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	a := max(0, d.Now.Sub(t))
	h, m := int(a/time.Hour), int(a/time.Minute)%60
	switch {
	case h >= 48:
		return fmt.Sprintf("%d %s", h/24, d.W["days"])
	case h > 0:
		return fmt.Sprintf("%d %s %d %s", h, d.W["hours"], m, d.W["minutes"])
	case a >= time.Minute:
		return fmt.Sprintf("%d %s", m, d.W["minutes"])
	}
	return fmt.Sprintf("%d %s", int(a/time.Second), d.W["seconds"])
}

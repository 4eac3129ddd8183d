package district

import (
	"html/template"
	"net/http"
	"time"
)

// Page serves people, reading only: / as a table that renews itself,
// /status.json, and /proof.json?station=ID. It holds no form and no script.
func (s *Server) Page() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = page.Execute(w, pageData{s.Status(), s.words()}) // the reader has gone
	})
	mux.HandleFunc("GET /status.json", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, s.Status()) })
	mux.HandleFunc("GET /proof.json", func(w http.ResponseWriter, r *http.Request) {
		s.proof(w, r.URL.Query().Get("station"))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

type pageData struct {
	Status
	W map[string]string
}

func (s *Server) words() map[string]string {
	if s.opt.Lang == "en" {
		return english
	}
	return vietnamese
}

var vietnamese = map[string]string{
	"lang": "vi", "title": "Các đài truyền thanh", "station": "Đài", "link": "Kết nối", "up": "đang nối", "down": "mất nối",
	"since": "từ", "entries": "Mục đã nhận", "behind": "còn thiếu", "ack": "Xác nhận cuối", "error": "Ghi chú", "none": "Chưa có đài nào kết nối.",
}

var english = map[string]string{
	"lang": "en", "title": "Stations", "station": "Station", "link": "Link", "up": "up", "down": "down",
	"since": "since", "entries": "Entries received", "behind": "missing", "ack": "Last acknowledged", "error": "Note", "none": "No station has connected yet.",
}

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"when": func(t any) string {
		switch t := t.(type) {
		case time.Time:
			if !t.IsZero() {
				return t.Format("02/01/2006 15:04:05")
			}
		case *time.Time:
			if t != nil {
				return t.Format("02/01/2006 15:04:05")
			}
		}
		return "—"
	},
	"short": func(id string) string { return id[:min(len(id), 16)] },
	"minus": func(a, b uint64) uint64 { return a - min(a, b) },
}).Parse(`<!doctype html>
<html lang="{{.W.lang}}"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><title>{{.W.title}} · {{.Name}}</title>
<style>body{font:16px system-ui,sans-serif;margin:2em}table{border-collapse:collapse}th,td{padding:.4em .8em;border-bottom:1px solid #bbb;text-align:left}
.up{color:#060}.down{color:#a00;font-weight:bold}small{color:#555}</style></head><body>
<h1>{{.W.title}} <small>{{.Name}} · {{when .Now}}</small></h1>
{{if .Stations}}<table><tr><th>{{.W.station}}</th><th>{{.W.link}}</th><th>{{.W.entries}}</th><th>{{.W.ack}}</th><th>{{.W.error}}</th></tr>
{{range .Stations}}<tr><td>{{.Name}}<br><small>{{short .ID}}</small></td>
<td>{{if .Connected}}<span class="up">● {{$.W.up}}</span>{{else}}<span class="down">○ {{$.W.down}}</span>{{end}}<br><small>{{$.W.since}} {{when .Since}}</small></td>
<td>{{.Seq}}{{with minus .Head .Seq}} <small>({{$.W.behind}} {{.}})</small>{{end}}</td>
<td>{{when .LastAck}}</td><td>{{.Error}}</td></tr>
{{end}}</table>{{else}}<p>{{.W.none}}</p>{{end}}</body></html>
`))

package boot

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"time"

	"loaxa/app/agent"
	"loaxa/app/trust"
)

// statusSocket is where a running pole tells how it stands, on this machine
// alone: one line of JSON, and the end.
const statusSocket = "status.sock"

// serveStatus answers until ctx ends.
func (r *running) serveStatus(ctx context.Context, a *agent.Agent) {
	l, err := listenUnix(filepath.Join(r.Data, statusSocket))
	if err != nil {
		r.warn("no status is told", err)
		return
	}
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		_ = c.SetDeadline(time.Now().Add(time.Second)) // one at a time: who does not read is left
		_ = json.NewEncoder(c).Encode(a.Status())
		_ = c.Close()
	}
}

// ClusterStatus is `loaxa cluster status`.
type ClusterStatus struct {
	Data  string `help:"Folder of the pole." required:"" type:"path"`
	JSON  bool   `help:"As JSON."`
	Watch bool   `help:"Again each second, until Ctrl+C."`
	Lang  string `help:"Language." enum:"vi,en" default:"vi"`
}

// Run asks the running pole.
func (o *ClusterStatus) Run(ctx context.Context, p Program) error {
	for {
		b, err := askStatus(ctx, o.Data)
		if err != nil {
			return err
		}
		if o.JSON {
			_, err = p.Out.Write(b)
		} else {
			var st agent.Status
			if err = json.Unmarshal(b, &st); err == nil {
				err = o.print(p.Out, st)
			}
		}
		if err != nil || !o.Watch {
			return err
		}
		if !pauseFor(ctx, time.Second) {
			return nil
		}
	}
}

func askStatus(ctx context.Context, dir string) ([]byte, error) {
	d := net.Dialer{Timeout: 2 * time.Second}
	c, err := d.DialContext(ctx, "unix", filepath.Join(dir, statusSocket))
	if err != nil {
		return nil, fmt.Errorf("no cluster runs in %s: start it with loaxa cluster --data %s", dir, dir)
	}
	defer func() { _ = c.Close() }()
	_ = c.SetDeadline(time.Now().Add(2 * time.Second))
	return io.ReadAll(io.LimitReader(c, 64<<10))
}

// statusWords are the page's, in the order of the rows.
var statusWords = map[string]map[string]string{
	"vi": {"station": "Đài", "linked": "liên lạc được", "gone": "MẤT LIÊN LẠC %s", "sound": "Tiếng", "plays": "đang phát", "alone": "đang tự phát, không có đài",
		"idle": "chờ, không phát", "muted": "đã tắt tiếng (tin khẩn cấp vẫn phát)", "out": "Ngõ ra", "none": "KHÔNG CÓ NGÕ RA TIẾNG", "virtual": "loa ảo, không ra tiếng",
		"amp": "Tăng âm", "amp-on": "có tiếng", "amp-off": "không có tiếng", "ear": "Mic ở loa", "ear-on": "nghe thấy", "ear-off": "không nghe thấy", "wrong": "Hỏng hóc", "clock": "Đồng hồ", "sure": "tin được", "unsure": "chưa tin được: không tự phát theo lịch",
		"held": "Dự phòng", "plan": "lịch số %d, %d giờ phát, %d/%d tệp", "noplan": "chưa có lịch", "rows": "Chờ báo về", "rows-n": "%d việc", "up": "Chạy được"},
	"en": {"station": "Station", "linked": "linked", "gone": "GONE FOR %s", "sound": "Sound", "plays": "playing", "alone": "airs its own, no station",
		"idle": "idle", "muted": "muted (an emergency is still heard)", "out": "Output", "none": "NO SOUND OUTPUT", "virtual": "virtual, nothing to hear",
		"amp": "Amplifier", "amp-on": "sounds", "amp-off": "silent", "ear": "Mic at the horn", "ear-on": "hears it", "ear-off": "does not hear it", "wrong": "Wrong", "clock": "Clock", "sure": "trusted", "unsure": "not trusted: airs no timetable by itself",
		"held": "In store", "plan": "plan %d, %d slots, %d of %d files", "noplan": "no plan yet", "rows": "To be told", "rows-n": "%d rows", "up": "Running for"},
}

// print draws the page; on a terminal that is watched it begins at the top.
func (o *ClusterStatus) print(out io.Writer, st agent.Status) error {
	w, h := statusWords[o.Lang], st.Health
	var b strings.Builder
	if o.Watch {
		b.WriteString("\x1b[H\x1b[2J")
	}
	row := func(name, value string) { fmt.Fprintf(&b, "%-11s %s\n", w[name], value) }
	link := w["linked"]
	if !st.Linked {
		link = fmt.Sprintf(w["gone"], st.Gone.Round(time.Second))
	}
	row("station", trust.Short(st.Station)+"  "+link)
	sound := w["idle"]
	switch {
	case h.Muted && h.Playing == 0:
		sound = w["muted"]
	case st.Alone:
		sound = w["alone"]
	case h.Playing != 0:
		sound = w["plays"]
	}
	row("sound", sound)
	output := h.Output
	if word := w[h.Output]; word != "" {
		output = word
	}
	row("out", output)
	if h.Sense.Has {
		row("amp", map[bool]string{true: w["amp-on"], false: w["amp-off"]}[h.Sense.Amp >= ampHeard])
	}
	if h.Sense.HasEar && h.Playing != 0 {
		row("ear", map[bool]string{true: w["ear-on"], false: w["ear-off"]}[h.Sense.Ear])
	}
	if h.Why != "" {
		row("wrong", h.Why)
	}
	row("clock", st.Now.In(Saigon).Format("15:04:05 02/01/2006")+"  "+map[bool]string{true: w["sure"], false: w["unsure"]}[st.Clock])
	held := w["noplan"]
	if st.Plan > 0 {
		held = fmt.Sprintf(w["plan"], st.Plan, st.Slots, st.Files, st.Keep)
	}
	row("held", held)
	row("rows", fmt.Sprintf(w["rows-n"], st.Waiting))
	row("up", (time.Duration(h.Uptime)*time.Second).String()+"  "+h.Version)
	_, err := io.WriteString(out, b.String())
	return err
}

// ampHeard is the RMS from which an amplifier sounds: -50 dB.
const ampHeard = 0.003

package boot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"loaxa/app/attach"
	"loaxa/app/station"
	"loaxa/app/trust"
	"loaxa/audio/codec"
	"loaxa/audio/soundcard"
	"loaxa/store"
)

// DoctorOptions are the flags of `loaxa doctor`.
type DoctorOptions struct {
	Data string `help:"The station's data folder." placeholder:"DIR"`
	JSON bool   `help:"As JSON."`
}

// Finding is one line of a self-check.
type Finding struct {
	What  string `json:"what"`
	State string `json:"state"` // ok, warn or fail
	Found string `json:"found"`
	Do    string `json:"do,omitempty"` // what a person does about it
}

// The states of a finding.
const (
	findOK   = "ok"
	findWarn = "warn"
	findFail = "fail"
)

// Room on the disk, in bytes: below the first a week of recordings may not fit,
// below the second the hot copies end.
const (
	roomWarn = 2 << 30
	roomFail = 512 << 20
)

// copyStale is how old the newest copy of a running station may be.
const copyStale = 3 * time.Hour

// patient is a station as doctor looks at it.
type patient struct {
	dir   string
	build string
	conf  Config
	snap  *station.Snapshot // nil: no station runs
	found []Finding
}

// errIll is the end of a self-check that found a failure.
var errIll = errors.New("something needs a hand")

// Run looks at everything a station needs and says what to do.
func (o *DoctorOptions) Run(ctx context.Context, p Program) error {
	s := &patient{dir: o.Data, build: p.Build}
	if s.dir == "" {
		s.dir = DefaultData()
	}
	s.look(ctx)
	if o.JSON {
		e := json.NewEncoder(p.Out)
		e.SetIndent("", "  ")
		if err := e.Encode(s.found); err != nil {
			return err
		}
	} else {
		for _, f := range s.found {
			fmt.Fprintf(p.Out, "%-5s %-11s %s\n", f.State, f.What, f.Found)
			if f.Do != "" {
				fmt.Fprintf(p.Out, "      %-11s → %s\n", "", f.Do)
			}
		}
	}
	if slices.ContainsFunc(s.found, func(f Finding) bool { return f.State == findFail }) {
		return errIll
	}
	return nil
}

func (s *patient) say(what, state, found, do string) {
	if state == findOK {
		do = ""
	}
	s.found = append(s.found, Finding{what, state, found, do})
}

// verdict is ok or, with an error, state.
func (s *patient) verdict(what string, err error, ok, state, do string) {
	if err == nil {
		s.say(what, findOK, ok, "")
		return
	}
	s.say(what, state, err.Error(), do)
}

func (s *patient) look(ctx context.Context) {
	if _, err := os.Stat(s.dir); err != nil {
		s.say("folder", findFail, fmt.Sprintf("no folder %s", s.dir), "name the station's folder with --data, or start it once: loaxa station --data DIR")
		return
	}
	b, err := os.ReadFile(filepath.Join(s.dir, StationFile))
	if err == nil {
		s.conf, err = ParseConfig(b)
	}
	if errors.Is(err, fs.ErrNotExist) {
		s.conf, err = DefaultConfig(), nil
	}
	s.verdict("settings", err, fmt.Sprintf("%s: %q", StationFile, s.conf.Name), findFail, "correct the line it names, or move the file away: the next start writes it anew")
	s.attach(ctx)
	s.key()
	s.journal(ctx)
	s.copies()
	s.disk()
	s.clock()
	s.sound()
	s.ports()
}

// attach asks whether a station runs and takes its picture.
func (s *patient) attach(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	err := RunCtl(ctx, s.dir, s.build, io.Discard, func(ctx context.Context, c *Caller) error {
		for c.client.Snapshot() == nil {
			select {
			case <-c.client.Changed():
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		s.snap = c.client.Snapshot()
		return nil
	})
	switch {
	case s.snap != nil:
		s.say("station", findOK, "runs, build "+s.snap.Station.Version, "")
	case errors.Is(err, attach.ErrProtocol) || errors.Is(err, context.DeadlineExceeded):
		s.say("station", findFail, err.Error(), "end it and start it again")
	default:
		s.say("station", findWarn, "does not run", "start it: loaxa station --data "+s.dir)
	}
}

func (s *patient) key() {
	id, err := trust.Load(s.dir)
	if err != nil {
		s.say("key", findFail, err.Error(), "restore it from an encrypted backup; without it every pole must be enrolled anew")
		return
	}
	st, err := os.Stat(filepath.Join(s.dir, trust.KeyFile))
	if err == nil && st.Mode().Perm()&0o077 != 0 {
		s.say("key", findWarn, "others on this machine can read the private key", "chmod 600 "+filepath.Join(s.dir, trust.KeyFile))
		return
	}
	s.say("key", findOK, trust.Short(id.ID()), "")
}

const restoreAdvice = "end the station and start it: it repairs itself from its copies and says what was lost; if it cannot: loaxa restore"

func (s *patient) journal(ctx context.Context) {
	if s.snap != nil {
		b, err := askKeep(ctx, s.dir, s.build, attach.KeepVerify)
		var p store.Proof
		if err == nil {
			err = json.Unmarshal(b, &p)
		}
		s.verdict("journal", err, fmt.Sprintf("every entry checked, %d", p.Seq), findFail, restoreAdvice)
		if sv := s.snap.Saved; sv.Failing {
			s.say("saving", findFail, fmt.Sprintf("nothing is saved since %s: %s", sv.Since.In(Saigon).Format(time.DateTime), sv.Why),
				"make room on the disk or change it; the air goes on meanwhile. Do not switch the machine off")
		}
		s.repair(s.snap.Station.Repair)
		return
	}
	path := filepath.Join(s.dir, journalFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		s.say("journal", findWarn, "there is none yet", "the first start makes it; if there was one: loaxa restore")
		return
	}
	r, err := store.OpenAny(path)
	if err == nil {
		defer func() { _ = r.Close() }() // only read
		err = r.Verify(true)
	}
	if err != nil {
		s.say("journal", findFail, err.Error(), restoreAdvice)
		return
	}
	s.say("journal", findOK, fmt.Sprintf("every entry checked, %d", r.Head().Seq), "")
	s.repair(newestRepair(r))
	dir := s.side()
	c, err := r.CheckSide(dir)
	if err == nil && c.Last < r.Head().Seq {
		err = fmt.Errorf("%s ends with entry %d of %d", dir, c.Last, r.Head().Seq)
	}
	s.verdict("side log", err, fmt.Sprintf("%d entries, each equal", c.Entries), findWarn, "start the station: it writes what is missing; see that the disk of "+dir+" is there")
}

func (s *patient) repair(r *station.Repair) {
	if r == nil {
		return
	}
	state := findOK
	if len(r.Lost) > 0 {
		state = findWarn
	}
	s.say("repair", state, repairWords(*r), "compare the log of those hours with paper, and tell the upstream")
}

func (s *patient) side() string {
	if s.conf.Keep.Side != "" {
		return s.conf.Keep.Side
	}
	return filepath.Join(s.dir, "side")
}

func (s *patient) copies() {
	if s.snap != nil {
		k := s.snap.Saved.Keep
		if k.SideFailing {
			s.say("side log", findFail, fmt.Sprintf("not written since %s: %s", k.SideSince.In(Saigon).Format(time.DateTime), k.SideWhy), "see that the disk of "+k.SideDir+" is there and has room")
		} else {
			s.say("side log", findOK, k.SideDir, "")
		}
		if k.CopyFailing {
			s.say("copies", findFail, k.CopyWhy, "make room on the disk of the copies, or set keep.copies to another one")
			return
		}
	}
	dir := s.conf.Keep.Copies
	if dir == "" {
		dir = filepath.Join(s.dir, "copies")
	}
	at, n := store.NewestCopy(dir)
	switch {
	case n == 0:
		s.say("copies", findWarn, "none yet", "the station makes one in its first minutes, then each hour")
	case s.snap != nil && time.Since(s.snap.Saved.Keep.CopyAt) > copyStale && time.Since(at) > copyStale:
		s.say("copies", findWarn, "the newest is of "+at.In(Saigon).Format(time.DateTime), "see what the station's log says of copies")
	default:
		s.say("copies", findOK, fmt.Sprintf("%d, the newest of %s", n, at.In(Saigon).Format(time.DateTime)), "")
	}
}

func (s *patient) disk() {
	free := store.FreeSpace(s.dir)
	found := fmt.Sprintf("%.1f GB free", float64(free)/1e9)
	switch {
	case free < 0:
		s.say("disk", findWarn, "the room left is not known on this system", "look yourself")
	case free < roomFail:
		s.say("disk", findFail, found, "delete recordings that nobody needs, or use a larger disk")
	case free < roomWarn:
		s.say("disk", findWarn, found, "make room before it is full")
	default:
		s.say("disk", findOK, found, "")
	}
}

func (s *patient) clock() {
	now, q := NewClock().Wall()
	if s.snap != nil {
		q = s.snap.Now.Quality
	}
	if q != station.ClockGood {
		s.say("clock", findFail, "the machine says "+now.Format(time.DateTime)+", which cannot be", "set date and time; change the battery on the main board if it happens again")
		return
	}
	s.say("clock", findOK, now.Format(time.DateTime), "")
}

// lexicon reads the words that the station's people spell for the voice.
func (s *patient) lexicon() {
	path := filepath.Join(s.dir, LexiconFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return
	}
	words, wrong := readLexicon(path)
	found := fmt.Sprintf("%d words of the station's own", words.Words())
	if len(wrong) > 0 {
		s.say("lexicon", findWarn, fmt.Sprintf("%s, %d lines cannot be read: %v", found, len(wrong), wrong[0]), "write each line of "+path+" as: word = as it is said")
		return
	}
	s.say("lexicon", findOK, found, "")
}

func (s *patient) sound() {
	s.verdict("opus", codec.OpusAvailable(), "there", findWarn, "install libopus0: without it sound goes out as G.711")
	s.verdict("speech", s.conf.Speech.canSpeak(), "there", findWarn, "install espeak-ng: without it no text is read out")
	s.lexicon()
	if s.snap != nil {
		state, do := findOK, ""
		switch m := s.snap.Mic; m.State {
		case station.MicBroken, station.MicNone:
			state, do = findWarn, "plug the microphone in and start the station again, or set mic in "+StationFile
		default: // it is there
		}
		s.say("microphone", state, string(s.snap.Mic.State)+" "+s.snap.Mic.Why, do)
		return
	}
	c, err := soundcard.OpenCapture(s.conf.Mic)
	if err == nil {
		err = c.Close()
	}
	s.verdict("microphone", err, s.conf.Mic, findWarn, "plug the microphone in, or set mic in "+StationFile)
}

func (s *patient) ports() {
	var rd Ready // what the running station really took
	if b, err := os.ReadFile(filepath.Join(s.dir, readyFile)); err == nil && s.snap != nil {
		_ = json.Unmarshal(b, &rd) // an older build wrote none: the settings have to do
	}
	for _, a := range []struct{ name, addr string }{{"port", cmp.Or(rd.Addr, s.conf.Listen)}, {"page", cmp.Or(rd.Page, s.conf.Page)}} {
		if a.addr == "" {
			continue
		}
		if s.snap != nil {
			c, err := net.DialTimeout("tcp", a.addr, time.Second)
			if err == nil {
				_ = c.Close()
			}
			s.verdict(a.name, err, a.addr+" answers", findWarn, "a station started with other addresses has them in its flags; else see what its log says")
			continue
		}
		l, err := net.Listen("tcp", a.addr)
		if err == nil {
			_ = l.Close()
		}
		s.verdict(a.name, err, a.addr+" is free", findFail, "another program has it: end that one or set another in "+StationFile)
	}
}

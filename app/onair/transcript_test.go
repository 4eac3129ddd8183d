package onair

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
)

var update = flag.Bool("update", false, "write the transcripts anew")

var facts = map[string]reflect.Type{}

func init() {
	for _, f := range []station.Fact{station.PieceStarted{}, station.PieceEnded{}, station.BedStarted{}, station.Drained{}, station.Closed{},
		station.ClusterReport{}, station.MicReport{}, station.BoardReport{}, station.UpstreamReport{}, station.SavedReport{},
		station.ItemAdded{}, station.RosterSet{}, station.Recorded{}, station.SlotDue{}, station.DueReport{},
		station.StrangerRefused{}, station.JournalRepaired{}} {
		facts[reflect.TypeOf(f).Name()] = reflect.TypeOf(f)
	}
}

// village is the state that every story begins with: three clusters in two
// zones, a board, three items and a microphone.
func village() State {
	s := State{Settings: Settings{MicLimit: 10 * time.Minute, MicSilence: 2 * time.Minute, Tones: []string{"siren", "long"},
		DefaultSiren: "siren", Chime: "chime", DrillOpen: "Đây là diễn tập.", RepeatIntro: "Xin nhắc lại.",
		AllClear: "all-clear", Attention: "attention", ToneLength: map[string]time.Duration{"chime": 2 * time.Second},
		Say: Say{Correction: "ĐÍNH CHÍNH: tin lúc {time} là KHÔNG ĐÚNG.", AllClear: "BÁO YÊN.", CorrectionTitle: "Đính chính", AllClearTitle: "Báo yên", Hotline: "Gọi số {number}.",
			TimeOfDay: "{hour} giờ {minute} phút", FullHour: "{hour} giờ đúng", Untitled: "Trực tiếp", Recording: "Ghi âm", SpeakerTest: "Thử loa", Filler: "Nhạc thay: {title}", Update: "Tin mới, thay tin lúc {time}."}}}
	s = s.clone()
	for i, z := range []string{"bắc", "bắc", "nam"} {
		s.Roster = append(s.Roster, station.Cluster{ID: station.ClusterID(fmt.Sprintf("c%d", i+1)), Number: i + 1,
			Name: fmt.Sprintf("Thôn %d", i+1), Zones: []string{z}})
	}
	s.Books.Zones = []station.Zone{{ID: "bắc", Name: "bắc"}, {ID: "nam", Name: "nam"}}
	s.Boards = []station.Board{{ID: "b1", Name: "UBND", Width: 96, Height: 32}}
	for _, it := range []string{"news", "music", "tune"} {
		s.Items[station.ItemID(it)] = station.Item{ID: station.ItemID(it), Title: it, Length: time.Minute}
	}
	s.Known.Mic = station.MicReport{State: station.MicReady}
	return s
}

// TestTranscripts replays the stories in testdata: a line is a moment and an
// input, what is indented below it is all that the desk decided.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			got := replay(t, string(b))
			if *update {
				if err := os.WriteFile(f, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(b) {
				t.Errorf("decided otherwise:\n%s", diff(string(b), got))
			}
		})
	}
}

func replay(t *testing.T, story string) string {
	t.Helper()
	var out strings.Builder
	s, d := village(), disk{}
	for n, line := range strings.Split(strings.TrimRight(story, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue
		}
		out.WriteString(line + "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if rest, ok := strings.CutSuffix(line, " Restart"); ok {
			s = restarted(t, s, d, moment(t, rest), &out)
			continue
		}
		in, at, err := parseInput(line)
		if err != nil {
			t.Fatalf("line %d: %v", n+1, err)
		}
		now := stamp(at)
		before := fmt.Sprintf("%+v", s)
		next, o := Decide(s, in, now)
		if fmt.Sprintf("%+v", s) != before {
			t.Fatalf("line %d: the old state was changed", n+1)
		}
		if again, o2 := Decide(s, in, now); !reflect.DeepEqual(again, next) || !reflect.DeepEqual(o, o2) {
			t.Fatalf("line %d: I5: the same input decided twice gives two results", n+1)
		}
		s = next
		d.save(t, o.Events)
		checkInvariants(t, n+1, s)
		writeOutcome(&out, o, now)
	}
	return out.String()
}

// stamp is a moment of a story: every one begins at 17:42 in the commune.
func stamp(at time.Duration) station.Stamp {
	return station.Stamp{Mono: at, Quality: station.ClockGood, Wall: time.Date(2026, 11, 22, 17, 42, 0, 0, communeZone).Add(at)}
}

func moment(t *testing.T, s string) time.Duration {
	t.Helper()
	at, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// restarted is the station after a kill: what the disk holds, the roster and
// the library of the village, devices that have said nothing yet.
func restarted(t *testing.T, s State, d disk, at time.Duration, w *strings.Builder) State {
	t.Helper()
	got, err := Recover(d, s.Settings)
	if err != nil {
		t.Fatal(err)
	}
	v := village()
	got.Roster, got.Boards, got.Known.Mic = v.Roster, v.Boards, v.Known.Mic
	for id, it := range v.Items {
		got.Items[id] = it
	}
	next, o := Restarted(got, nil, stamp(at))
	d.save(t, o.Events)
	writeOutcome(w, o, stamp(at))
	return next
}

func parseInput(line string) (Input, time.Duration, error) {
	f := strings.SplitN(line, " ", 3)
	if len(f) < 2 {
		return Input{}, 0, fmt.Errorf("%q: moment and input wanted", line)
	}
	at, err := time.ParseDuration(f[0])
	if err != nil {
		return Input{}, 0, err
	}
	body := "{}"
	if len(f) == 3 {
		body = f[2]
	}
	if f[1] == "Tick" {
		return Input{Tick: true}, at, nil
	}
	if typ, ok := facts[f[1]]; ok {
		v := reflect.New(typ)
		err := json.Unmarshal([]byte(body), v.Interface())
		return Input{Fact: v.Elem().Interface().(station.Fact)}, at, err
	}
	in, err := station.DecodeIntent([]byte(fmt.Sprintf(`{"kind":%q,"body":%s}`, f[1], body)))
	return Input{Intent: in, Actor: "hoa"}, at, err
}

// writeOutcome writes what was decided now; a row of another moment says when.
func writeOutcome(w *strings.Builder, o Outcome, now station.Stamp) {
	if o.Refusal != nil {
		fmt.Fprintf(w, "  %v\n", o.Refusal)
	}
	for _, e := range o.Events {
		fmt.Fprintf(w, "  event %s", e.Kind)
		if e.Broadcast != 0 {
			fmt.Fprintf(w, " #%d %s %q", e.Broadcast, e.Class, e.Title)
		} else if e.Title != "" {
			fmt.Fprintf(w, " %q", e.Title)
		}
		if e.Reason != "" {
			fmt.Fprintf(w, " (%s)", e.Reason)
		}
		if e.Pos != 0 {
			fmt.Fprintf(w, " at %v", e.Pos)
		}
		if e.Cluster != "" {
			fmt.Fprintf(w, " of %s", e.Cluster)
		}
		if e.At != now {
			fmt.Fprintf(w, " as of %s", e.At.Wall.Format("15:04:05.000"))
		}
		var rec []string
		for _, r := range e.Records {
			op := "+"
			if r.Value == nil {
				op = "-"
			}
			rec = append(rec, op+r.Class+"/"+r.Key)
		}
		fmt.Fprintf(w, " %v\n", rec)
	}
	for _, c := range o.Cues {
		b, _ := json.Marshal(c)
		fmt.Fprintf(w, "  cue %s %s\n", reflect.TypeOf(c).Name(), b)
	}
}

// checkInvariants proves I1 of every state that a story passes through.
func checkInvariants(t *testing.T, line int, s State) {
	t.Helper()
	hears := map[station.ClusterID]station.BroadcastID{}
	for _, b := range s.Air {
		for _, c := range b.Assigned {
			if other, ok := hears[c]; ok {
				t.Fatalf("line %d: I1: cluster %s hears #%d and #%d", line, c, other, b.ID)
			}
			hears[c] = b.ID
		}
		if len(b.Assigned) > 0 != b.Flags.Opened {
			t.Fatalf("line %d: #%d is open: %t, on %d clusters", line, b.ID, b.Flags.Opened, len(b.Assigned))
		}
	}
}

func diff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		a, b := "", ""
		if i < len(w) {
			a = w[i]
		}
		if i < len(g) {
			b = g[i]
		}
		if a != b {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, a, b)
		}
	}
	return ""
}

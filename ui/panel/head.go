package panel

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// Head is the two lines on top: what is on air, and how the station is.
func Head(s *Scene, w int) []string {
	return []string{air(s, w), state(s, w)}
}

// joinGrace is how long the first join of a station may take before the screen
// says that it cannot be reached.
const joinGrace = 3 * time.Second

func air(s *Scene, w int) string {
	if !s.Link.Up && (s.Joined || s.since(s.Link.Since) > joinGrace) {
		words := s.T.Head.NoLink
		since := s.Link.Since.In(s.Wall.Location()).Format("15:04:05")
		if len([]rune(words))+20 > w {
			words = s.T.Head.NoLinkShort
		}
		l := L(theme.Emergency, " "+s.Th.G.State.Lost+" "+fmt.Sprintf(words, since))
		return l.Fit(w).Over(theme.Emergency).Paint(s.Th)
	}
	if !s.Joined {
		return L(theme.Title, " "+s.Th.G.State.Idle+" "+s.T.Head.Joining).Fit(w).Paint(s.Th)
	}
	b := s.Top()
	role := theme.Title
	em := s.Snap.Emergency
	switch {
	case em != nil && (b == nil || b.ID != em.Broadcast):
		return stillOpen(s, b, w)
	case b == nil:
	case b.Drill:
		role = theme.Drill
	case b.Class.IsEmergency():
		role = theme.Emergency
	case b.Class == station.Live:
		role = theme.Live
	}
	for _, long := range []bool{true, false} {
		clock := Line{{theme.Plain, clockText(s, long) + " "}}
		l := append(Line{{role, " "}}, onAir(s, b, role, long, w)...)
		if over := l.Width() + clock.Width() + 1 - w; over > 0 && b != nil && !long {
			l = append(Line{{role, " "}}, onAir(s, b, role, long, max(8, ansi.StringWidth(Title(s, b))-over))...)
		}
		if l.Width()+clock.Width()+1 <= w || !long {
			out := Spread(l, append(Line{{theme.Plain, " "}}, clock...), w)
			if role != theme.Title {
				out = out.Over(role)
			}
			return out.Paint(s.Th)
		}
	}
	return ""
}

func clockText(s *Scene, long bool) string {
	trust := "?"
	if s.Snap.Now.Quality == station.ClockGood {
		trust = s.Th.G.Tick
	}
	return s.Wall.Format("15:04:05") + " " + trust + " " + s.T.Date(s.Wall, long)
}

// stillOpen is the line of an emergency whose sound is over or covered while
// nobody has ended it: what is open is said until it is ended.
func stillOpen(s *Scene, b *station.BroadcastView, w int) string {
	em, h := s.Snap.Emergency, s.T.Head
	role, word := theme.Emergency, s.T.Books.Class[station.Emergency]
	if em.Drill {
		role, word = theme.Drill, h.Drill
	}
	now := ""
	if b != nil {
		now = " · " + fmt.Sprintf(h.OnAirNow, Title(s, b))
	}
	if n := len(s.Snap.Open) - 1; n > 0 {
		now = " · " + fmt.Sprintf(s.T.Dialog.Compose.Others, n) + now
	}
	txt := strings.Join(strings.Fields(em.Text), " ")
	if txt == "" {
		txt = s.T.Books.Level[em.Level]
	}
	clock := L(role, " "+clockText(s, w >= 100)+" ")
	fixed := L(role, " ! "+word+" "+fmt.Sprintf(h.StillOpen, s.T.Age(s.Age(em.Since)), "")+now)
	if clock.Width()+fixed.Width()+8 > w {
		now, fixed = "", L(role, " ! "+word+" "+fmt.Sprintf(h.StillOpen, s.T.Age(s.Age(em.Since)), ""))
	}
	txt = Cut(txt, max(8, w-clock.Width()-fixed.Width()))
	l := L(role, " ! "+word+" "+fmt.Sprintf(h.StillOpen, s.T.Age(s.Age(em.Since)), txt)+now)
	return Spread(l, clock, w).Over(role).Paint(s.Th)
}

// onAir says what is on air, class, how long, title, where and by whom.
func onAir(s *Scene, b *station.BroadcastView, role theme.Role, long bool, titleMax int) Line {
	h := s.T.Head
	if b == nil {
		if q := s.QueueAir(); q != nil && q.Phase == station.Held {
			return Line{{theme.Warn, s.Th.G.Pause + " " + h.Paused}, {theme.Plain, " · " + q.Title}}
		}
		return Line{{theme.Title, s.Th.G.State.Idle + " " + h.Ready}, {theme.Dim, " · " + s.Snap.Station.Name}}
	}
	word, names := s.T.Books.Short[b.Class], s.T.Books.Class
	if long {
		word = names[b.Class]
	}
	if b.Drill {
		word = h.Drill
	}
	dot := s.Th.G.State.Playing
	if b.Phase == station.Preparing {
		word, dot = h.Preparing+": "+word, s.Th.G.State.Shaky
	}
	if b.Class < station.Live && b.Phase == station.OnAir {
		role = theme.Good
	}
	l := Line{{role, dot + " " + word}}
	if b.Phase == station.OnAir {
		l = append(l, Seg{role, " " + text.Clock(s.Age(b.Since))})
	}
	title := Cut(Title(s, b), titleMax)
	l = append(l, Seg{theme.Title, " · " + title}, Seg{theme.Plain, " · " + s.Where(b.Targets, b.Meant, !long)})
	if b.Who != "" {
		who := text.Name(b.Who)
		if long && !b.Drill && (b.Class == station.Live || b.Class == station.EmergencyLive) {
			who = fmt.Sprintf(h.ReadBy, who)
		}
		l = append(l, Seg{theme.Plain, " · " + who})
	}
	others := 0
	for _, o := range s.Snap.Air {
		if o.ID != b.ID && o.Phase == station.OnAir {
			others++
		}
	}
	if others > 0 {
		l = append(l, Seg{theme.Warn, " · " + fmt.Sprintf(h.More, others)})
	}
	return l
}

// Title is what a broadcast is called: the piece that sounds for the queue.
func Title(s *Scene, b *station.BroadcastView) string {
	switch {
	case b.Queue && b.Piece.Title != "":
		return b.Piece.Title
	case b.Title != "":
		return strings.ReplaceAll(b.Title, "\n", " ")
	}
	return s.T.Head.DefaultTitle
}

func state(s *Scene, w int) string {
	for _, long := range []bool{true, false} {
		left := append(Line{{theme.Plain, " "}}, counts(s, long)...)
		left = append(left, Seg{theme.Frame, " " + s.Th.G.Sep + " "})
		if long {
			left[len(left)-1].S = "  " + s.Th.G.Sep + "  "
		}
		left = append(left, upstream(s, long)...)
		right := append(faults(s, long), Seg{theme.Plain, " "})
		if left.Width()+right.Width()+2 <= w || !long {
			return Spread(left, right, w).Paint(s.Th)
		}
	}
	return ""
}

func counts(s *Scene, long bool) Line {
	n := s.Counts()
	if long {
		l := L(theme.Title, s.T.Count.Clusters)
		for _, st := range countOrder {
			if n[st] == 0 && st != station.ClusterPlaying {
				continue
			}
			_, r := s.Glyph(st)
			l = append(l, Seg{r, fmt.Sprintf(" %d %s,", n[st], s.T.Books.State[st])})
		}
		l[len(l)-1].S = strings.TrimSuffix(l[len(l)-1].S, ",")
		return l
	}
	l := L(theme.Title, s.T.Count.ClustersShort)
	l = append(l, Seg{theme.Good, " " + fmt.Sprintf(s.T.Count.PlayingShort, n[station.ClusterPlaying])})
	for _, st := range countOrder[1:] {
		if g, r := s.Glyph(st); n[st] > 0 {
			l = append(l, Seg{r, fmt.Sprintf(" %s%d", g, n[st])})
		}
	}
	return l
}

var countOrder = []station.ClusterState{station.ClusterPlaying, station.ClusterIdle, station.ClusterShaky,
	station.ClusterLost, station.ClusterUnknown, station.ClusterMuted}

// upstream says how the link to the tier above is, and what waits for it.
func upstream(s *Scene, long bool) Line {
	u, c := s.Snap.Upstream, s.T.Count
	name := c.Upstream
	if f := strings.Fields(s.Snap.Station.UpstreamLabel); len(f) > 0 {
		name = strings.ToUpper(f[0])
	}
	if long {
		name += ":"
	}
	head := Seg{theme.Title, name + " "}
	switch {
	case !s.Link.Up:
		return Line{head, {theme.Unsure, "?"}}
	case s.Joined && !s.Snap.Station.Internet:
		return s.noInternet(long)
	case !u.Configured:
		return Line{head, {theme.Dim, c.Unconfigured}}
	case u.Up && u.Waiting == 0:
		return Line{head, {theme.Good, c.Up}}
	case u.Up:
		return Line{head, {theme.Plain, fmt.Sprintf(c.UpSending, u.Waiting)}}
	}
	words := c.CutShort
	if long {
		words = c.Cut
	}
	return Line{head, {theme.Warn, fmt.Sprintf(words, s.T.Age(s.since(u.Since)), u.Waiting)}}
}

// noInternet is the second failure at once: the tier above and all clusters on
// SIM cards are out of reach, the commune's own network is not.
func (s *Scene) noInternet(long bool) Line {
	far := 0
	for i := range s.Snap.Clusters {
		if strings.Contains(s.Snap.Clusters[i].Kind, "4G") {
			far++
		}
	}
	words := s.T.Count.NoInternet[1]
	if long {
		words = s.T.Count.NoInternet[0]
	}
	u := s.Snap.Upstream
	return L(theme.Warn, fmt.Sprintf(words, s.T.Short(s.since(u.Since)), far, u.Waiting))
}

// since is the age of a wall time of the station; unknown wall times are 0.
func (s *Scene) since(at time.Time) time.Duration {
	if at.IsZero() {
		return 0
	}
	return max(0, s.Wall.Sub(at))
}

func faults(s *Scene, long bool) Line {
	c := s.T.Count
	if sv := s.Snap.Saved; sv.Failing {
		words := c.DiskShort
		if long {
			words = c.Disk
		}
		return L(theme.Bad, fmt.Sprintf(words, sv.Since.Format("15:04")))
	}
	fresh := 0
	for _, f := range s.Snap.Faults {
		if !f.Acked {
			fresh++
		}
	}
	word := c.Faults
	return faultCount(s, word, fresh, long)
}

func faultCount(s *Scene, word string, fresh int, long bool) Line {
	c := s.T.Count
	if !long {
		word = strings.TrimSuffix(word, ":")
	}
	if fresh == 0 {
		return Line{{theme.Title, word + " "}, {theme.Dim, c.FaultsNone}}
	}
	return Line{{theme.Title, word + " "}, {theme.Warn, fmt.Sprintf(c.FaultsCounted, fresh)}}
}

package panel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"loaxa/app/station"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// commune is an invented one, of n clusters in clumps as hamlets lie.
func commune(r *rand.Rand, n int) *station.Snapshot {
	s := &station.Snapshot{}
	states := []station.ClusterState{station.ClusterIdle, station.ClusterLost, station.ClusterUnknown, station.ClusterMuted}
	lat, lon := 14.0, 108.5
	for i := range n {
		if i%5 == 0 {
			lat, lon = 13.9+0.2*r.Float64(), 108.4+0.2*r.Float64()
		}
		s.Clusters = append(s.Clusters, station.ClusterView{State: states[r.IntN(len(states))], Cluster: station.Cluster{
			ID: station.ClusterID(fmt.Sprint("c", i)), Number: 1 + i*r.IntN(9), Name: "Làng " + strings.Repeat("Hven ", 1+r.IntN(4)),
			Lat: lat + 0.03*r.Float64(), Lon: lon + 0.03*r.Float64()}})
	}
	return s
}

// No two labels touch, none covers a glyph, and each number stands whole next
// to its own glyph, whatever the commune, the screen and the zoom.
func TestLabelsNeverCollide(t *testing.T) {
	r := rand.New(rand.NewPCG(20261122, 7))
	labels := 0
	for round := range 400 {
		s := &Scene{Snap: commune(r, 1+r.IntN(60)), T: text.For("vi"), Th: theme.New("mono", ""), Link: Link{Up: true}, Joined: true,
			Cursor: Cursor{Zoom: []float64{1, 1, 2, 5}[r.IntN(4)], Marks: map[station.ClusterID]bool{"c1": true}}}
		if round%2 == 0 {
			s.Map = &station.Map{Places: []station.MapPlace{{Name: "Làng Mẫu", LatLon: station.LatLon{Lat: 14, Lon: 108.5}}}}
		}
		w, h := 10+r.IntN(110), 5+r.IntN(30)
		c, ok := draw(s, w, h)
		if !ok {
			t.Fatal("nothing was drawn")
		}
		owner := map[[2]int]string{}
		take := func(x, y int, who string) {
			if o := owner[[2]int{x, y}]; o != "" {
				t.Fatalf("round %d at %d×%d: %s covers %s", round, w, h, who, o)
			}
			owner[[2]int{x, y}] = who
		}
		seen := 0
		for _, sp := range c.spots {
			take(sp.x, sp.y, fmt.Sprint("glyph ", sp.cl.Number))
			if g, _ := s.Glyph(s.State(sp.cl)); c.cell[sp.y][sp.x].s != g {
				t.Fatalf("round %d: the glyph of %d is %q", round, sp.cl.Number, c.cell[sp.y][sp.x].s)
			}
			got := ""
			for i := range sp.n {
				take(sp.lx+i, sp.ly, fmt.Sprint("label ", sp.cl.Number))
				got += c.cell[sp.ly][sp.lx+i].s
			}
			if sp.n == 0 {
				continue
			}
			labels++
			seen++
			if got = strings.Trim(got, "·"); !strings.HasPrefix(got, fmt.Sprint(sp.cl.Number)) {
				t.Fatalf("round %d: cluster %d is labelled %q", round, sp.cl.Number, got)
			}
			if near := sp.lx <= sp.x+1 && sp.lx+sp.n >= sp.x; !near || intAbs(sp.ly-sp.y) > 1 {
				t.Fatalf("round %d: the label of %d is not beside it", round, sp.cl.Number)
			}
		}
		if seen+c.bare+c.hidden != len(s.Snap.Clusters) {
			t.Fatalf("round %d: %d labelled, %d without room, %d hidden of %d", round, seen, c.bare, c.hidden, len(s.Snap.Clusters))
		}
	}
	if labels < 1000 {
		t.Errorf("only %d labels in all", labels)
	}
}

// Clusters stand where the land has them: distances on the screen are those of
// the land within a dot, at every zoom.
func TestClustersStandWhereTheyAre(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	for range 50 {
		s := &Scene{Snap: commune(r, 20), T: text.For("vi"), Th: theme.New("mono", ""), Cursor: Cursor{Zoom: 1 + 4*r.Float64()}}
		c, _ := draw(s, 60, 30)
		a := s.Snap.Clusters[0]
		ax, ay := c.at(a.Lat, a.Lon)
		for _, b := range s.Snap.Clusters[1:] {
			bx, by := c.at(b.Lat, b.Lon)
			k := math.Cos(c.lat * math.Pi / 180)
			km := math.Hypot((a.Lat-b.Lat)*kmPerDegree, (a.Lon-b.Lon)*kmPerDegree*k)
			if got := math.Hypot(ax-bx, ay-by) * c.perDot; math.Abs(got-km) > c.perDot {
				t.Errorf("%.2f km are drawn as %.2f", km, got)
			}
		}
	}
}

func TestWalkingReachesEveryCluster(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for range 30 {
		s := &Scene{Snap: commune(r, 30), T: text.For("vi"), Th: theme.New("mono", ""), Link: Link{Up: true}}
		seen := map[station.ClusterID]bool{}
		todo := []station.ClusterID{"c0"}
		for len(todo) > 0 {
			at := todo[0]
			todo = todo[1:]
			if at == "" || seen[at] {
				continue
			}
			seen[at] = true
			for _, d := range [][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				todo = append(todo, Nearest(s, at, d[0], d[1]))
			}
		}
		if len(seen) < 29 {
			t.Errorf("arrows reach %d of 30", len(seen))
		}
	}
}

func TestLandUnderAClickIsTheLandDrawn(t *testing.T) {
	s := &Scene{Snap: commune(rand.New(rand.NewPCG(1, 1)), 9), T: text.For("vi"), Th: theme.New("mono", ""), Link: Link{Up: true}, Cursor: Cursor{Zoom: 1}}
	a := Area{W: 60, H: 24}
	c, _ := chartOf(s, a)
	for _, sp := range c.spots {
		at, ok := Land(s, a, sp.x+1, sp.y+1)
		x, y := c.at(at.Lat, at.Lon)
		if !ok || int(math.Floor(x/2)) != sp.x || int(math.Floor(y/4)) != sp.y {
			t.Errorf("cell %d,%d is land drawn at %.1f,%.1f", sp.x, sp.y, x/2, y/4)
		}
		if got := OnMap(s, a, sp.x+1, sp.y+1); got != sp.cl.ID {
			t.Errorf("a click on %s finds %s", sp.cl.ID, got)
		}
	}
}

// Border, road and river differ by their dots, not by colour alone.
func TestLinesOfTheMapDifferByPattern(t *testing.T) {
	line := func(kind station.MapKind) string {
		s := &Scene{Snap: &station.Snapshot{}, T: text.For("vi"), Th: theme.New("mono", "")}
		s.Map = &station.Map{Lines: []station.MapLine{{Kind: station.MapOutline, Points: []station.LatLon{{Lat: 13, Lon: 108}, {Lat: 14, Lon: 109}}}}}
		c := &chart{dots: NewDots(30, 10)}
		c.fit([]station.LatLon{{Lat: 13, Lon: 108}, {Lat: 14, Lon: 109}}, 30, 10, Cursor{})
		s.Map.Lines[0] = station.MapLine{Kind: kind, Points: []station.LatLon{{Lat: 13.5, Lon: 108}, {Lat: 13.5, Lon: 109}}}
		c.ground(s)
		out := ""
		for _, l := range c.lines() {
			for _, seg := range l {
				out += seg.S
			}
		}
		return out
	}
	a, b, d := line(station.MapOutline), line(station.MapRoad), line(station.MapRiver)
	if a == b || b == d || a == d {
		t.Errorf("border, road and river look alike:\n%s\n%s\n%s", a, b, d)
	}
}

package boot

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"loaxa/app/report"
	"loaxa/app/station"
	"loaxa/app/upstream"
)

// Source is a second road from the tiers above, beside the mirror.
type Source struct {
	Folder    string `toml:"folder" comment:"folder in which signed documents of the tiers above are laid; empty: none"`
	URL       string `toml:"url" comment:"https address of the source-information system; empty: none"`
	TokenFile string `toml:"token_file" comment:"file with the token that it wants; empty: none"`
}

func (s Source) validate() error {
	if s.URL == "" {
		return nil
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !(u.Scheme == "http" && (u.Hostname() == "127.0.0.1" || u.Hostname() == "::1")) {
		return errors.New("source.url: an https address without a password is needed")
	}
	return nil
}

// mirrorRoad is the mirror as a road: its sender carries orders on a lane of
// its own, and everything that a station writes goes up by it anyway.
type mirrorRoad struct{ s *stationRooms }

// Name implements upstream.SourceSystem.
func (mirrorRoad) Name() string { return "upstream" }

// Run implements upstream.SourceSystem. The sender was made with the same gate.
func (m mirrorRoad) Run(ctx context.Context, _ upstream.Accept) error { return m.s.sender.Run(ctx) }

// Report implements upstream.SourceSystem: the journal itself is there.
func (mirrorRoad) Report(context.Context, upstream.Statistics) error { return nil }

// roads are all that the station file names.
func (s *stationRooms) roads() ([]upstream.SourceSystem, error) {
	var all []upstream.SourceSystem
	if s.sender != nil {
		all = append(all, mirrorRoad{s})
	}
	if dir := s.conf.Source.Folder; dir != "" {
		all = append(all, &upstream.Folder{Dir: dir, Warn: s.warn})
	}
	if s.conf.Source.URL == "" {
		return all, nil
	}
	token := ""
	if path := s.conf.Source.TokenFile; path != "" {
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		token = strings.TrimSpace(string(b))
	}
	hc := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return append(all, &upstream.HTTPS{URL: strings.TrimSuffix(s.conf.Source.URL, "/"), Token: token, Station: s.id.ID(), Client: hc, Warn: s.warn}), nil
}

// startRoads runs them.
func (s *stationRooms) startRoads(ctx context.Context) error {
	all, err := s.roads()
	if err != nil {
		return err
	}
	accept := func(ctx context.Context, doc []byte, via string) upstream.Receipt {
		r := s.orders.Accept(ctx, doc, via, false)
		return upstream.Receipt{Code: r.Code, Final: r.Final, Saved: r.Saved}
	}
	for _, road := range all {
		s.wg.Go(func() {
			if err := road.Run(ctx, accept); err != nil && ctx.Err() == nil {
				s.warn("the road "+road.Name(), err)
			}
		})
		if _, own := road.(mirrorRoad); !own {
			s.wg.Go(func() { s.reportDays(ctx, road) })
		}
	}
	return nil
}

// reportLook is how often it is looked whether a day is over.
const reportLook = 10 * time.Minute

// reportDays carries each day's statistics up when the day is over; what could
// not be told is told later, the last days first to be forgotten at a restart.
func (s *stationRooms) reportDays(ctx context.Context, road upstream.SourceSystem) {
	told := ""
	for pauseFor(ctx, time.Second) {
		wall, q := s.clock.Wall()
		day := wall.In(Saigon).AddDate(0, 0, -1).Format(time.DateOnly)
		if q == station.ClockGood && day != told {
			st, err := s.statistics(ctx, day)
			if err == nil {
				err = road.Report(ctx, st)
			}
			if err != nil {
				s.log.Debug("statistics not carried up", "road", road.Name(), "why", err)
			} else {
				told = day
			}
		}
		if !pauseFor(ctx, reportLook) {
			return
		}
	}
}

// statistics counts a day of the as-run log.
func (s *stationRooms) statistics(ctx context.Context, day string) (upstream.Statistics, error) {
	begin, err := time.ParseInLocation(time.DateOnly, day, Saigon)
	if err != nil {
		return upstream.Statistics{}, err
	}
	snap := s.desk.Snapshot()
	st := upstream.Statistics{Form: 1, Station: s.id.ID(), Name: snap.Station.Name, Day: day, Clusters: len(snap.Clusters)}
	for i := range snap.Clusters {
		if snap.Clusters[i].State == station.ClusterLost {
			st.Lost++
		}
	}
	q := station.LogQuery{From: begin, Until: begin.AddDate(0, 0, 1), Limit: station.MaxLogRows}
	for {
		page, err := report.Log(ctx, asRun{s.journal.db}, q)
		if err != nil {
			return st, err
		}
		for _, r := range page.Rows {
			countRow(&st, r.Event)
		}
		old := len(page.Rows) == 0 || page.Rows[len(page.Rows)-1].At.Wall.Before(begin)
		if !page.More || old && pageOlder(s, page.Next, begin) {
			return st, nil
		}
		q.Before = page.Next
	}
}

// pageOlder tells whether the row that comes next lies before the day: the log
// goes back for years.
func pageOlder(s *stationRooms, before uint64, begin time.Time) bool {
	rows, err := asRun{s.journal.db}.Back(before, 1)
	return err != nil || len(rows) == 0 || rows[0].At.Wall.Before(begin)
}

func countRow(st *upstream.Statistics, e station.Event) {
	switch e.Kind {
	case station.EvStart:
		st.Broadcasts++
	case station.EvEnd:
		st.Seconds += int64(e.Duration / time.Second)
	case station.EvEmergency:
		if e.Drill {
			st.Drills++
		} else {
			st.Emergencies++
		}
	case station.EvOrder:
		st.Orders++
	case station.EvOrderRefused:
		st.Refused++
	case station.EvMissed:
		st.Missed++
	default:
	}
}

// sourceFolder is made where the station file names one inside its own folder.
func (s *stationRooms) sourceFolder(dir string) {
	if f := s.conf.Source.Folder; f != "" && !filepath.IsAbs(f) {
		s.conf.Source.Folder = filepath.Join(dir, f)
		if err := os.MkdirAll(s.conf.Source.Folder, 0o750); err != nil {
			s.warn("the folder of the tier above", err)
		}
	}
}

package ui

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// live opens the window that says where the microphone will be heard.
func (c *Console) live() tea.Cmd {
	switch m := c.known.snap.Mic; m.State {
	case station.MicNone, station.MicBroken, "":
		return c.dead(c.text.Disabled.NoMic)
	default:
	}
	l := dialog.NewLive(c.scene())
	l.Tells, l.Stays = func() bool { return c.talk.tells }, &c.talk.stays
	c.open(l)
	return nil
}

func (c *Console) board() tea.Cmd {
	if len(c.known.snap.Boards) == 0 {
		return c.dead(c.text.Disabled.NoBoard)
	}
	s := c.scene()
	card := dialog.NewCard(s)
	c.open(card)
	return c.preview(card, card.Ask(s))
}

func (c *Console) play() tea.Cmd {
	q := c.known.snap.Queue
	switch {
	case len(q.Entries) == 0:
		return c.dead(c.text.Disabled.NoQueue)
	case q.Running:
		return c.submit(station.QueuePause{}, nil, "")
	}
	return c.submit(station.QueuePlay{}, nil, "")
}

func (c *Console) skip() tea.Cmd {
	if c.scene().QueueAir() == nil {
		return c.dead(c.text.Disabled.NotPlaying)
	}
	return c.submit(station.QueueSkip{}, nil, "")
}

func (c *Console) add() tea.Cmd {
	c.open(c.rejoin(dialog.NewPick(c.scene())))
	return nil
}

// rejoin shows the import that runs in a window that was opened after it began.
func (c *Console) rejoin(d dialog.Importer) dialog.Importer {
	if c.doing.imp != nil {
		c.doing.imp.pick = d
		d.Started(c.doing.imp.pr)
	}
	return d
}

func (c *Console) focusMap() tea.Cmd {
	c.cur.Focus = panel.FocusMap
	return nil
}

// plan opens the play list's own screen.
func (c *Console) plan() tea.Cmd {
	c.open(c.rejoin(dialog.NewPlan(c.scene())))
	return nil
}

// step moves the selection, or the map.
func (c *Console) step(by int) tea.Cmd {
	s := c.scene()
	switch c.cur.Focus {
	case panel.FocusMap:
		return c.walk(0, -by)
	case panel.FocusQueue:
		q := s.Snap.Queue.Entries
		if len(q) == 0 {
			return c.dead(c.text.Disabled.NoQueue)
		}
		c.cur.Entry = q[min(max(c.entryIndex()+by, 0), len(q)-1)].ID
	default:
		list := s.Ordered()
		if len(list) == 0 {
			return c.dead(c.text.Disabled.NoCluster)
		}
		at := slices.IndexFunc(list, func(v *station.ClusterView) bool { return v.ID == c.cur.Cluster })
		c.cur.Cluster = list[min(max(at+by, 0), len(list)-1)].ID
	}
	return nil
}

// panStep is how far an arrow moves the map, in kilometres at zoom 1.
const panStep = 3.0

func (c *Console) pan(x, y int) tea.Cmd {
	c.cur.Focus = panel.FocusMap
	c.cur.PanX = min(max(c.cur.PanX+float64(x)*panStep/c.cur.Zoom, -50), 50)
	c.cur.PanY = min(max(c.cur.PanY+float64(y)*panStep/c.cur.Zoom, -50), 50)
	return nil
}

// maxZoom makes a cell of an 80×24 map about 20 m.
const maxZoom = 30

func (c *Console) zoom(by float64) tea.Cmd {
	if by == 0 || c.cur.Zoom*by < 1.01 {
		c.cur.Zoom, c.cur.PanX, c.cur.PanY = 1, 0, 0
		return nil
	}
	if c.cur.Zoom == 1 && c.cur.Focus != panel.FocusQueue {
		c.cur.PanX, c.cur.PanY = panel.Offset(c.scene(), c.cur.Cluster)
	}
	c.cur.Zoom = min(c.cur.Zoom*by, maxZoom)
	return nil
}

// number selects the cluster whose number is typed; digits within a second
// belong together.
func (c *Console) number(digit string) {
	now := c.opts.Now()
	if now.Sub(c.keys.numberAt) > time.Second || len(c.keys.number) >= 3 {
		c.keys.number = ""
	}
	c.keys.number, c.keys.numberAt = c.keys.number+digit, now
	for _, try := range []string{c.keys.number, digit} {
		n, _ := strconv.Atoi(try)
		for i := range c.known.snap.Clusters {
			if v := &c.known.snap.Clusters[i]; v.Number == n {
				c.cur.Cluster = v.ID
				c.reveal()
				if c.cur.Focus == panel.FocusQueue {
					c.cur.Focus = panel.FocusClusters
				}
				return
			}
		}
	}
	c.say(theme.Dim, c.text.Disabled.NoCluster)
}

func (c *Console) details() tea.Cmd {
	if c.cur.Focus == panel.FocusQueue {
		return c.add()
	}
	if c.scene().Cluster(c.cur.Cluster) == nil {
		return c.dead(c.text.Disabled.NoCluster)
	}
	c.open(&dialog.Cluster{ID: c.cur.Cluster})
	return nil
}

func (c *Console) mark() tea.Cmd {
	s := c.scene()
	v := s.Cluster(c.cur.Cluster)
	if v == nil || c.cur.Focus == panel.FocusQueue {
		return c.dead(c.text.Disabled.NoCluster)
	}
	if c.cur.Marks[v.ID] {
		delete(c.cur.Marks, v.ID)
	} else {
		c.cur.Marks[v.ID] = true
	}
	c.sayTargets()
	return nil
}

func (c *Console) everywhere() tea.Cmd {
	clear(c.cur.Marks)
	c.say(theme.Plain, c.text.Foot.AllPlaces)
	return nil
}

func (c *Console) remove() tea.Cmd {
	at := c.entryIndex()
	switch {
	case len(c.known.snap.Queue.Entries) == 0:
		return c.dead(c.text.Disabled.NoQueue)
	case at < 0 || c.cur.Focus != panel.FocusQueue:
		return c.dead(c.text.Disabled.NoEntry)
	case c.playsFirst() && at == 0:
		return c.dead(c.text.Disabled.Playing)
	}
	e := c.known.snap.Queue.Entries[at]
	return c.act1(station.QueueRemove{ID: e.ID}, fmt.Sprintf(c.text.Foot.Removed, e.Title), dialog.UndoRemove(c.scene(), e, at))
}

func (c *Console) playsFirst() bool {
	air := c.scene().QueueAir()
	return air != nil && c.known.snap.Queue.Current == c.known.snap.Queue.Entries[0].ID
}

func (c *Console) move(by int) tea.Cmd {
	at, n := c.entryIndex(), len(c.known.snap.Queue.Entries)
	switch {
	case n == 0:
		return c.dead(c.text.Disabled.NoQueue)
	case at < 0 || c.cur.Focus != panel.FocusQueue:
		return c.dead(c.text.Disabled.NoEntry)
	case c.playsFirst() && (at == 0 || at+by == 0):
		return c.dead(c.text.Disabled.Playing)
	case at+by < 0 || at+by >= n:
		return nil
	}
	return c.act1(station.QueueMove{ID: c.cur.Entry, To: at + by}, "", dialog.UndoMove(c.scene(), c.cur.Entry, at))
}

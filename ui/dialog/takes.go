package dialog

import (
	"fmt"
	"slices"

	"loaxa/app/station"
	"loaxa/ui/panel"
	"loaxa/ui/theme"
)

// takes are the recordings of the library under the booth's second way, the
// newest first. What is selected is held by its id: a list that grows moves
// nothing under the operator's hand.
type takes struct {
	chosen station.ItemID // empty: the name field has the keyboard
	sure   bool           // Delete was pressed once
	hear   hearing
}

func recordings(s *panel.Scene) (out []station.Item) {
	for _, it := range s.Snap.Items {
		if it.Kind == station.KindRecording {
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b station.Item) int { return b.At.Compare(a.At) })
	return out
}

// place is where the selected one stands; −1: nowhere.
func (k *takes) place(all []station.Item) int {
	return slices.IndexFunc(all, func(it station.Item) bool { return it.ID == k.chosen })
}

// key takes a key for the list; false: the key is none of the list's.
func (k *takes) key(s *panel.Scene, key string) (Result, bool) {
	all := recordings(s)
	at := k.place(all)
	if at < 0 {
		*k = takes{}
		if key == "down" && len(all) > 0 {
			k.chosen = all[0].ID
			return Result{}, true
		}
		return Result{}, false
	}
	if k.sure {
		k.sure = false
		if key == "enter" {
			return Result{Intent: station.ItemRemove{ID: k.chosen}, Sent: s.T.Dialog.Record.Said.Gone}, true
		}
		return Result{}, true
	}
	if key == "up" && at == 0 {
		k.chosen = ""
		return Result{}, true
	}
	if l := (list{at}); l.key(key, len(all), 10) {
		k.chosen = all[l.at].ID
		return Result{}, true
	}
	return k.act(s, key, all[at])
}

// act does what a key does with the recording that is selected.
func (k *takes) act(s *panel.Scene, key string, it station.Item) (Result, bool) {
	t := s.T.Dialog.Record.Said
	here := s.Cluster(s.Cursor.Cluster)
	switch {
	case key == "enter":
		return Result{Close: true, Intent: station.PlayNow{Items: []station.ItemID{it.ID}, Targets: s.Targets()}, Sent: t.Sent}, true
	case key == "f5" && here != nil:
		return Result{Intent: station.PlayNow{Items: []station.ItemID{it.ID}, Targets: station.Targets{Clusters: []station.ClusterID{here.ID}}},
			Sent: fmt.Sprintf(t.Heard, here.Name)}, true
	case key == hearKey:
		return k.hear.press(s, it), true
	case key == "ctrl+o":
		return Result{Intent: station.QueueAdd{Item: it.ID, Targets: s.Targets(), At: -1}, Sent: t.Queued, Undo: UndoAdd(s, it.ID)}, true
	case key == "delete", key == "ctrl+d":
		k.sure = true
		return Result{}, true
	}
	return Result{}, false
}

// lines are the list and what its keys do, in at most h lines.
func (k *takes) lines(s *panel.Scene, w, h int) []panel.Line {
	t, all := s.T.Dialog.Booth, recordings(s)
	if h < 3 {
		return nil
	}
	if len(all) == 0 {
		return []panel.Line{nil, panel.L(theme.Dim, " "+t.None)}
	}
	at := k.place(all)
	tail := k.keys(s, all, at, w)
	body := []panel.Line{nil, panel.L(theme.Title, " "+fmt.Sprintf(t.List, len(all)))}
	if at >= 0 && len(body)+len(tail) >= h {
		body = nil
	}
	rows := (&list{max(0, at)}).rows(len(all), max(1, h-len(body)-len(tail)), func(i int) panel.Line { return itemLine(s, all[i], w) })
	if at < 0 { // nothing is selected
		rows = nil
		for i := range min(len(all), h-len(body)) {
			rows = append(rows, itemLine(s, all[i], w))
		}
	}
	return append(append(body, rows...), tail...)
}

// keys say what will be done with the selected recording.
func (k *takes) keys(s *panel.Scene, all []station.Item, at, w int) (out []panel.Line) {
	t := s.T.Dialog.Booth
	if at < 0 {
		return nil
	}
	if k.sure {
		for _, l := range indent(fmt.Sprintf(t.Sure, panel.Clean(all[at].Title)), w) {
			out = append(out, panel.L(theme.Live, " "+l+" "))
		}
		return out
	}
	words := fmt.Sprintf(t.Send, s.Where(s.Targets(), s.Meant(s.Targets()), false))
	if here := s.Cluster(s.Cursor.Cluster); here != nil {
		words += " · " + fmt.Sprintf(t.Hear[0], here.Name)
	}
	if !slices.Contains(s.Snap.Station.Missing, "card") {
		words += " · " + t.Hear[1]
	}
	for _, l := range indent(words+" · "+t.Queue+" · "+t.Delete, w) {
		out = append(out, panel.L(theme.Key, " "+l))
	}
	return out
}

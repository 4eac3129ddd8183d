package boot

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"loaxa/app/station"
)

// errNoAlert refuses to write as CAP what is no emergency, or one that was
// aired before its words were kept.
var errNoAlert = errors.New("no words of an emergency are kept of that broadcast")

// alert is the whole word that a broadcast read.
func (b *books) alert(id station.BroadcastID) (a station.Alert, err error) {
	for range 2 { // another reading names the one that has the words
		rec, ok, err := b.db.Get(station.ClassAlert, strconv.FormatUint(uint64(id), 10))
		switch {
		case err != nil:
			return a, err
		case !ok:
			return a, errNoAlert
		}
		a = station.Alert{}
		if err := json.Unmarshal(rec.Payload, &a); err != nil {
			return a, fmt.Errorf("alert %d: %w", id, err)
		}
		if a.Of == 0 {
			return a, nil
		}
		id = a.Of
	}
	return a, errNoAlert
}

func (b *books) exportCAP(w io.Writer, id station.BroadcastID) error {
	a, err := b.alert(id)
	if err != nil {
		return err
	}
	c, m := a.CAP(b.view(), ""), station.Map{}
	if b.chart != nil {
		m = b.chart.get()
	}
	c.Locate(station.CAPAreas(a.Places, b.view().Name, "", b.roster(), m))
	doc, err := c.Bytes()
	if err != nil {
		return err
	}
	_, err = w.Write(doc)
	return err
}

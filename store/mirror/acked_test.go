package mirror_test

import (
	"testing"
	"time"

	"loaxa/store"
	"loaxa/store/mirror"
	"loaxa/store/storetest"
)

// TestARestartKnowsWhatWasSent: what an earlier run was told counts for the
// screen while the peer is away, but only as a point of this very journal.
func TestARestartKnowsWhatWasSent(t *testing.T) {
	db := storetest.Open(t)
	for range 10 {
		db.Append(put("asrun", "", "start"))
	}
	told := db.Head()
	for range 3 {
		db.Append(put("asrun", "", "start"))
	}
	opt := senderOptions(new(network))
	opt.Acked, opt.LastAck = told, time.Unix(1000, 0)
	if l := mirror.NewSender(db, opt).Link(); l.Waiting != 3 || l.Known || !l.LastAck.Equal(opt.LastAck) || l.WaitingBytes == 0 {
		t.Errorf("%+v", l)
	}
	for _, c := range []store.Cursor{{Epoch: told.Epoch, Seq: told.Seq}, {Epoch: told.Epoch, Seq: 99, H: told.H}, {Seq: told.Seq, H: told.H}} {
		opt.Acked = c
		if l := mirror.NewSender(db, opt).Link(); l.Waiting != 13 || !l.LastAck.IsZero() {
			t.Errorf("believed %v: %+v", c, l)
		}
	}
}

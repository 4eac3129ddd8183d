package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestWriterGroupsAndAnswersInOrder(t *testing.T) {
	db := openTest(t, Options{})
	w := NewWriter(db)
	var mu sync.Mutex
	var last []uint64
	for i := range 500 {
		n := i%3 + 1
		ws := make([]Write, n)
		for j := range ws {
			ws[j] = Write{Class: "asrun", Payload: []byte{byte(i)}}
		}
		if err := w.Submit(ws, func(seq uint64, err error) {
			mu.Lock()
			defer mu.Unlock()
			if err != nil || db.Head().Seq < seq {
				t.Errorf("batch %d: %d, %v, head %d", i, seq, err, db.Head().Seq)
			}
			last = append(last, seq)
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := uint64(0)
	for i, seq := range last {
		if want += uint64(i%3 + 1); seq != want {
			t.Fatalf("batch %d ends with %d, want %d", i, seq, want)
		}
	}
	if len(last) != 500 || db.Head().Seq != want {
		t.Errorf("%d answers, head %d, want %d", len(last), db.Head().Seq, want)
	}
	if err := w.Submit([]Write{{Class: "a"}}, nil); !errors.Is(err, ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

// A disk that fails, before or behind the write, costs no entry, doubles none,
// and is reported until it is well again.
func TestWriterOutlastsAFailingDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, Options{})
		cause := errors.New("input/output error")
		left := 5
		db.fault = func() error { // the flush fails although the pages were written
			if left--; left >= 0 {
				return cause
			}
			return nil
		}
		w := NewWriter(db)
		var saved []uint64
		for i := range 10 {
			err := w.Submit([]Write{{Class: "asrun", Payload: []byte{byte(i)}}}, func(seq uint64, err error) {
				if err != nil {
					t.Error(err)
				}
				saved = append(saved, seq)
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		time.Sleep(10 * time.Millisecond)
		if since, err := w.Failing(); !errors.Is(err, cause) || since.Before(began) {
			t.Errorf("failing since %v: %v", since, err)
		}
		time.Sleep(time.Minute)
		if since, err := w.Failing(); err != nil || !since.IsZero() {
			t.Errorf("well again, but: %v %v", since, err)
		}
		if err := w.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if len(saved) != 10 || saved[9] != 10 || db.Head().Seq != 10 {
			t.Errorf("saved %v, head %d", saved, db.Head().Seq)
		}
	})
}

func TestWriterOnAFullDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openTest(t, Options{MaxSize: 1 << 20})
		w := NewWriter(db)
		saved, refused := 0, 0
		answer := func(_ uint64, err error) {
			if err != nil {
				refused++
			} else {
				saved++
			}
		}
		taken, tiny := 0, 0
		for i := 0; ; i++ {
			err := w.Submit([]Write{{Class: "asrun", Payload: make([]byte, 60_000)}}, answer)
			if errors.Is(err, ErrFull) {
				// One that still fits on the disk must not be written behind those that do not.
				if w.Submit([]Write{{Class: "asrun", Payload: []byte("x")}}, answer) == nil {
					taken, tiny = taken+1, 1
				}
				break
			}
			if err != nil || i > QueueBatches {
				t.Fatal(i, err)
			}
			taken++
		}
		time.Sleep(time.Second)
		if _, err := w.Failing(); err == nil {
			t.Error("a full disk is not reported")
		}
		if _, ok, err := db.Get("asrun", SeqKey(1)); err != nil || (saved > 0) != ok {
			t.Errorf("reading on a full disk: %v %v", ok, err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := w.Close(ctx); err == nil {
			t.Error("closing hid that entries are unsaved")
		}
		if n := (refused - tiny) * 60_000; n > QueueBytes || n < QueueBytes/2 {
			t.Errorf("%d bytes were held in memory, the bound is %d", n, QueueBytes)
		}
		if saved+refused != taken || uint64(saved) != db.Head().Seq {
			t.Errorf("%d taken, %d saved, %d refused, head %d", taken, saved, refused, db.Head().Seq)
		}
	})
}

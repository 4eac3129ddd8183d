package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of a Writer. The queue holds about four minutes of the busiest
// evening of a station; the bytes keep a failing disk from eating the memory.
const (
	QueueBatches = 4096
	QueueBytes   = 64 << 20
)

// Pauses between attempts on a failing disk.
const (
	retryFirst = 100 * time.Millisecond
	retryMost  = 5 * time.Second
)

// ErrFull is given to a caller whose batch found no room: raise an alarm and
// go on with the air; the batch was not taken.
var ErrFull = errors.New("store: the queue in front of the disk is full")

// Writer stands between those who must not wait and the disk. One goroutine
// takes what waits, writes it in one transaction, and tells each batch's
// callback when it is synced. Nothing is called saved before.
//
// When the disk fails it keeps what it took, in order, and tries again for
// ever; Failing tells since when. A batch whose attempt failed behind the
// write is recognised by its chain hash and not written twice.
type Writer struct {
	db *DB
	// queue: 4096 batches and 64 MiB; full refuses with ErrFull, because the
	// callers are the desk and the devices, which never wait.
	queue   chan batch
	bytes   atomic.Int64
	failing atomic.Pointer[failure]
	lost    error // why entries were given up: then none behind them is written; of run, and of who waited for done

	mu     sync.Mutex // guards closed against Submit
	closed bool
	stop   chan struct{} // closed: give up retrying
	done   chan struct{} // closed: the goroutine has ended
}

type batch struct {
	writes []Write
	size   int
	saved  func(last uint64, err error)
}

type failure struct {
	since time.Time
	err   error
}

// NewWriter starts the goroutine; Close ends it.
func NewWriter(db *DB) *Writer {
	w := &Writer{
		db: db, queue: make(chan batch, QueueBatches),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	go w.run()
	return w
}

// Submit queues writes as one batch: its entries follow one another in one
// transaction. It never waits. saved, which may be nil, is called once on the
// writer's goroutine, in the order of submission, with the batch's last number
// after the sync, or with an error if the writer was closed first; it must not
// block. Errors: ErrInvalid, ErrFull, ErrClosed; then saved is never called.
// The payloads belong to the writer afterwards.
func (w *Writer) Submit(writes []Write, saved func(last uint64, err error)) error {
	size, err := checkWrites(writes)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return ErrClosed
	}
	if w.bytes.Add(int64(size)) > QueueBytes {
		w.bytes.Add(int64(-size))
		return ErrFull
	}
	select {
	case w.queue <- batch{writes, size, saved}:
		return nil
	default:
		w.bytes.Add(int64(-size))
		return ErrFull
	}
}

// Waiting is the number of batches not yet taken by a transaction.
func (w *Writer) Waiting() int { return len(w.queue) }

// Failing tells since when (wall time) the disk refuses, and why; the zero
// time and nil while all is well.
func (w *Writer) Failing() (since time.Time, err error) {
	if f := w.failing.Load(); f != nil {
		return f.since, f.err
	}
	return time.Time{}, nil
}

// Close takes no more, writes what waits and ends the goroutine. If ctx ends
// first the batches left get an error and so does the caller.
func (w *Writer) Close(ctx context.Context) error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	select {
	case <-w.done:
	case <-ctx.Done():
		w.mu.Lock()
		select {
		case <-w.stop:
		default:
			close(w.stop)
		}
		w.mu.Unlock()
		<-w.done
	}
	if w.lost != nil {
		return fmt.Errorf("store: closed with entries unsaved: %w", w.lost)
	}
	return nil
}

func (w *Writer) run() {
	defer close(w.done)
	var held *batch // taken from the queue, too large for the last group
	for {
		var group []batch
		if held != nil {
			group = []batch{*held}
		} else {
			b, ok := <-w.queue
			if !ok {
				return
			}
			group = []batch{b}
		}
		group, held = w.gather(group)
		w.save(group)
	}
}

// gather adds what waits, up to the bounds of one transaction. The second
// result is a batch that did not fit.
func (w *Writer) gather(group []batch) ([]batch, *batch) {
	writes, size := len(group[0].writes), group[0].size
	for {
		select {
		case b, ok := <-w.queue:
			if !ok {
				return group, nil
			}
			if writes += len(b.writes); writes > MaxWrites {
				return group, &b
			}
			if size += b.size; size > MaxWriteBytes {
				return group, &b
			}
			group = append(group, b)
		default:
			return group, nil
		}
	}
}

// save writes a group, again and again until it is synced or given up, and
// calls the callbacks.
func (w *Writer) save(group []batch) {
	var all []Write
	size := 0
	for _, b := range group {
		all, size = append(all, b.writes...), size+b.size
	}
	at, err := Cursor{}, w.lost
	if err == nil {
		at, err = w.persist(all)
		w.lost = err
	}
	w.bytes.Add(int64(-size))
	last := at.Seq - uint64(len(all))
	for _, b := range group {
		last += uint64(len(b.writes))
		if b.saved == nil {
			continue
		}
		if err != nil {
			b.saved(0, err)
		} else {
			b.saved(last, nil)
		}
	}
}

func (w *Writer) persist(all []Write) (Cursor, error) {
	var doubt Cursor
	for pause := retryFirst; ; pause = min(2*pause, retryMost) {
		at, err := w.db.commit(all, doubt)
		if err == nil {
			w.failing.Store(nil)
			return at, nil
		}
		if at.Seq != 0 {
			doubt = at
		}
		w.fail(err)
		if errors.Is(err, ErrClosed) {
			return at, err
		}
		select {
		case <-w.stop:
			return at, err
		case <-time.After(pause):
		}
	}
}

func (w *Writer) fail(err error) {
	f := &failure{err: err}
	if old := w.failing.Load(); old != nil {
		f.since = old.since
	} else {
		f.since, _ = w.db.wall()
	}
	w.failing.Store(f)
}

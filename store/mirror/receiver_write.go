package mirror

import "time"

// write is the one writing goroutine. It looks after the orders first,
// whenever it is free.
func (s *Session) write() {
	defer close(s.gone)
	orders := &lane{box: s.opt.Orders, sent: map[Ref]sending{}}
	met := s.met
	var changed, blobs <-chan struct{}
	var again <-chan time.Time
	for {
		select {
		case <-met:
			if met = nil; s.opt.Orders == nil && s.opt.Fetch == nil {
				continue
			}
			s.flush()
			if s.opt.Fetch != nil {
				s.opt.Fetch.begin()
			}
			tick := time.NewTicker(resendLook)
			defer tick.Stop()
			again = tick.C
			changed, blobs = s.due(orders)
		case <-changed:
			changed, blobs = s.due(orders)
		case <-blobs:
			changed, blobs = s.due(orders)
		case <-again:
			changed, blobs = s.due(orders)
		case msg := <-s.out:
			if s.put(msg) != nil {
				s.conn.Close()
				return
			}
		case msg := <-s.pieces: // below all else
			s.flush()
			select {
			case <-changed:
				changed, blobs = s.due(orders)
			default:
			}
			if s.put(msg) != nil {
				s.conn.Close()
				return
			}
		case b := <-s.bye:
			s.flush()
			s.farewell(b)
			return
		case <-s.quit:
			s.flush()
			select {
			case b := <-s.bye:
				s.farewell(b)
			default:
			}
			return
		}
	}
}

// due sends what is due of orders, then the next question for a blob, and
// returns what tells that there may be more.
func (s *Session) due(l *lane) (changed, blobs <-chan struct{}) {
	if s.opt.Orders != nil {
		changed = s.opt.Orders.Changed()
	}
	blobs = s.blobs()
	if s.opt.Orders != nil {
		s.orders(l)
	}
	if s.ask() != nil {
		s.conn.Close()
	}
	return changed, blobs
}

// orders sends what is due; a broken connection is found by the next write.
func (s *Session) orders(l *lane) {
	for _, p := range l.due(time.Now()) {
		msg, err := encodeOrder(p.Doc)
		if err != nil {
			continue // never put there by Outbox's own bound
		}
		if s.put(msg) != nil {
			s.conn.Close()
			return
		}
	}
}

// flush writes the answers that are still queued.
func (s *Session) flush() {
	for {
		select {
		case msg := <-s.out:
			if s.put(msg) != nil {
				return
			}
		default:
			return
		}
	}
}

func (s *Session) put(msg []byte) error {
	return send(s.conn, s.opt.Timing.Write, func() ([]byte, error) { return msg, nil })
}

func (s *Session) farewell(b Bye) {
	_ = send(s.conn, s.opt.Timing.Write, func() ([]byte, error) { return encodeBye(b) })
	s.conn.Close()
}

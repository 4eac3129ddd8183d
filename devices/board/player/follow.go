package player

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"loaxa/devices/board"
)

// follow keeps a link to the station until ctx ends, waiting longer after each
// failure.
func (p *Player) follow(ctx context.Context) {
	wait := p.times.firstRetry
	for ctx.Err() == nil {
		welcome, err := p.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if welcome {
			wait = p.times.firstRetry
		}
		p.opt.Log.Warn("no station", "why", err.Error(), "again in", wait)
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, p.times.lastRetry)
	}
}

// session is one link from dial to end; it tells whether it was welcome.
func (p *Player) session(ctx context.Context) (welcome bool, err error) {
	conn, err := p.open(ctx)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	unblock := context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := p.greet(conn); err != nil {
		unblock()
		return false, err
	}
	if !unblock() {
		return true, ctx.Err()
	}
	p.setUp(true)
	defer p.setUp(false)

	ctx, cancel := context.WithCancel(ctx)
	var writer sync.WaitGroup
	writer.Go(func() {
		p.tell(ctx, conn)
		_ = conn.Close() // the reader returns
	})
	err = p.listen(conn)
	cancel()
	writer.Wait()
	return true, err
}

func (p *Player) setUp(up bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up = up
}

// open dials and makes a websocket of the connection.
func (p *Player) open(ctx context.Context) (*websocket.Conn, error) {
	d := websocket.Dialer{
		HandshakeTimeout: 10 * time.Second,
		// The connection carries TLS already: to the websocket it is plain.
		NetDialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return p.opt.Dial(ctx)
		},
	}
	conn, resp, err := d.DialContext(ctx, "ws://station"+board.Path, nil)
	if err != nil {
		if resp != nil && resp.StatusCode != http.StatusSwitchingProtocols {
			words, _ := io.ReadAll(io.LimitReader(resp.Body, board.MaxWhy))
			return nil, fmt.Errorf("player: the station refuses: %s: %q", resp.Status, words)
		}
		return nil, fmt.Errorf("player: dial: %w", err)
	}
	return conn, nil
}

// greet says HELLO and waits for WELCOME.
func (p *Player) greet(conn *websocket.Conn) error {
	conn.SetReadLimit(board.ReadLimit)
	p.mu.Lock()
	last := p.last
	p.mu.Unlock()
	err := write(conn, &board.Hello{
		Min: board.ProtocolMin, Max: board.ProtocolMax, Build: p.opt.Build,
		ID: p.opt.ID, Epoch: p.opt.Epoch,
		Width: p.opt.Width, Height: p.opt.Height, Last: last,
	})
	if err != nil {
		return err
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	msg, err := receive(conn)
	if err != nil {
		return err
	}
	switch m := msg.(type) {
	case *board.Refuse:
		return fmt.Errorf("player: the station refuses: %q", m.Why)
	case *board.Welcome:
		if m.ID != p.opt.StationID {
			return fmt.Errorf("player: this is station %q, not %q", m.ID, p.opt.StationID)
		}
		if m.Protocol < board.ProtocolMin || m.Protocol > board.ProtocolMax {
			return fmt.Errorf("player: the station speaks protocol %d", m.Protocol)
		}
		return nil
	}
	return errors.New("player: the station does not say WELCOME")
}

// listen takes cards until the link ends.
func (p *Player) listen(conn *websocket.Conn) error {
	renew := func() error { return conn.SetReadDeadline(time.Now().Add(board.ReadWait)) }
	conn.SetPingHandler(func(data string) error {
		err := conn.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(5*time.Second))
		return errors.Join(err, renew())
	})
	for {
		if err := renew(); err != nil {
			return fmt.Errorf("player: %w", err)
		}
		msg, err := receive(conn)
		if err != nil {
			return err
		}
		switch m := msg.(type) {
		case *board.Signed:
			p.take(m)
		case *board.Bye:
			return fmt.Errorf("player: the station says: %q", m.Why)
		default:
			return errors.New("player: not a station's message")
		}
	}
}

// tell is the link's one writer: SHOWN on change and every shownEvery, BYE at
// the end.
func (p *Player) tell(ctx context.Context, conn *websocket.Conn) {
	tick := time.NewTicker(p.times.shownEvery)
	defer tick.Stop()
	for {
		m := p.Shown()
		if err := write(conn, &m); err != nil {
			return
		}
		select {
		case <-p.report:
		case <-tick.C:
		case <-ctx.Done():
			_ = write(conn, &board.Bye{Why: "the board's program ends"})
			return
		}
	}
}

func receive(conn *websocket.Conn) (any, error) {
	kind, frame, err := conn.ReadMessage()
	if err != nil {
		return nil, fmt.Errorf("player: read: %w", err)
	}
	if kind != websocket.BinaryMessage {
		return nil, fmt.Errorf("player: %w: text", board.ErrFrame)
	}
	return board.Decode(frame)
}

func write(conn *websocket.Conn, msg any) error {
	frame, err := board.Encode(msg)
	if err != nil {
		return err
	}
	_ = conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
	if err := conn.WriteMessage(websocket.BinaryMessage, frame); err != nil {
		return fmt.Errorf("player: write: %w", err)
	}
	return nil
}

package mirror_test

import (
	"context"
	"sync/atomic"

	"loaxa/store/mirror"
)

// serveWith serves connections into r with orders to bring.
func serveWith(r mirror.Sink, b *box) func(mirror.Conn) {
	opt := district
	opt.Orders = b
	return serveAs(r, opt)
}

func serveAs(r mirror.Sink, opt mirror.SessionOptions) func(mirror.Conn) {
	return func(c mirror.Conn) {
		_ = mirror.NewSession(c, node, opt).Run(context.Background(), func(mirror.Hello) (mirror.Sink, error) { return r, nil })
	}
}

func obey(context.Context, []byte) mirror.Receipt {
	return mirror.Receipt{Code: "obeyed", Final: true, Saved: true}
}

// counted is dial with what is written counted.
func counted(dial func(context.Context) (mirror.Conn, error), bytes *atomic.Int64) func(context.Context) (mirror.Conn, error) {
	return func(ctx context.Context) (mirror.Conn, error) {
		c, err := dial(ctx)
		if err != nil {
			return nil, err
		}
		return counting{c, bytes}, nil
	}
}

// runSender runs s until stop is called.
func runSender(s *mirror.Sender) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	return func() { cancel(); <-done }
}

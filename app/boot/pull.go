package boot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"loaxa/audio/codec"
	"loaxa/audio/frame"
	"loaxa/audio/ogg"
	"loaxa/devices/listen"
)

// Pull is a place whose boxes fetch their sound from the station.
type Pull struct {
	Place
	Path  string `toml:"path" comment:"of the web address: /PATH.opus"`
	Token string `toml:"token" comment:"what a box must say, 16 to 128 letters, digits, - and _"`
	Limit int    `toml:"limit" comment:"boxes at once, 1 to 64; 0: 8"`
}

const maxListeners = 64

func (p Pull) validate() error {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
	switch err := p.Place.validate(); {
	case err != nil:
		return err
	case p.Path == "" || len(p.Path) > 40 || strings.Trim(p.Path, letters) != "":
		return fmt.Errorf("path: %q: 1 to 40 small letters, digits and -", p.Path)
	case len(p.Token) < 16 || len(p.Token) > 128 || strings.Trim(p.Token, letters+"ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "":
		return errors.New("token: 16 to 128 letters, digits, - and _")
	case p.Limit < 0 || p.Limit > maxListeners:
		return fmt.Errorf("limit: %d is outside 0 to %d", p.Limit, maxListeners)
	}
	return nil
}

// validatePulls checks the places and the address that they are fetched from.
func (o Outputs) validatePulls(numbers map[int]bool) error {
	var paths []string
	for i, p := range o.Pull {
		err := p.validate()
		if err == nil && slices.Contains(paths, p.Path) {
			err = fmt.Errorf("path: %s is used twice", p.Path)
		}
		if err == nil && p.Number != 0 && numbers[p.Number] {
			err = fmt.Errorf("number %d is taken", p.Number)
		}
		numbers[p.Number] = true
		if err != nil {
			return fmt.Errorf("pull %d (%s): %w", i+1, p.Name, err)
		}
		paths = append(paths, p.Path)
	}
	if o.PullAddress == "" && len(o.Pull) > 0 {
		return errors.New("pull_address: say where boxes fetch, as in 0.0.0.0:7425")
	}
	if o.PullAddress != "" {
		if _, _, err := net.SplitHostPort(o.PullAddress); err != nil {
			return fmt.Errorf("pull_address: %q is not host:port", o.PullAddress)
		}
	}
	return nil
}

// driver makes the place's driver.
func (p Pull) driver(now func() int64, preSkip int) *listen.Driver {
	return listen.New(listen.Options{Token: p.Token, Limit: p.Limit, Now: now, Mux: func(w io.Writer, serial uint32) (listen.Muxer, error) {
		m, err := ogg.NewWriter(w, serial, ogg.Head{Channels: 1, PreSkip: preSkip, Rate: frame.Rate}, frame.Rate, "TITLE="+p.Name)
		if err != nil { // not an interface that holds nil
			return nil, err
		}
		return m, nil
	}})
}

// preSkip is what a decoder throws away in front: the encoder's delay.
func preSkip() int {
	e, err := codec.NewEncoder(frame.Opus, 32000)
	if err != nil {
		return 0
	}
	defer e.Close()
	return e.Delay()
}

// maxPullHead bounds what a box may say of itself, in bytes.
const maxPullHead = 8 << 10

// servePulls opens the address that boxes fetch from; "" where there is none.
func (s *stationRooms) servePulls(ctx context.Context) string {
	if len(s.conf.Pull) == 0 {
		return ""
	}
	l, err := net.Listen("tcp", s.conf.PullAddress)
	if err == nil {
		s.wg.Go(func() { s.pullFrom(ctx, l) })
		return l.Addr().String()
	}
	// No side door keeps the station from its work: its network may come later.
	s.warn("pull_address "+s.conf.PullAddress+" is tried again", err)
	s.wg.Go(func() {
		for pauseFor(ctx, pullAgain) {
			if l, err := net.Listen("tcp", s.conf.PullAddress); err == nil {
				s.pullFrom(ctx, l)
				return
			}
		}
	})
	return ""
}

// pullAgain is how soon a door that could not be opened is tried again.
const pullAgain = 5 * time.Second

// pullFrom serves boxes that fetch their sound until ctx ends.
func (s *stationRooms) pullFrom(ctx context.Context, l net.Listener) {
	mux := http.NewServeMux()
	for path, d := range s.pulls {
		mux.Handle("/"+path+".opus", d)
	}
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 30 * time.Second, MaxHeaderBytes: maxPullHead, ErrorLog: quietLog(s.log), BaseContext: func(net.Listener) context.Context { return ctx }}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(newPorch(l)); err != nil && !errors.Is(err, http.ErrServerClosed) {
		s.warn("pull_address", err)
	}
}

package upstream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// HTTPS is a road by plain requests: GET URL/documents lists what waits for the
// station, POST URL/receipts answers, POST URL/statistics carries a day up.
// Client must bound its requests in time and say whom it trusts.
type HTTPS struct {
	URL     string // without a slash at its end
	Token   string // shown as a bearer's; empty: none
	Station string // fingerprint: whose documents are asked for
	Client  *http.Client
	Every   time.Duration       // between two questions; 0: 15 s
	Warn    func(string, error) // does not wait

	final map[string]bool // ids answered for good in this run; owned by Run
}

// Bounds of an answer.
const (
	maxListed   = 200
	maxListing  = 16 << 20 // bytes
	maxDocID    = 128
	httpsEvery  = 15 * time.Second
	httpsLonger = 10 * time.Minute // the longest pause while the other end fails
)

// listing is what the other end answers.
type listing struct {
	Documents []listed `json:"documents"`
}

type listed struct {
	ID   string `json:"id"`
	Data []byte `json:"data"` // base64 of the document
}

// answerTo is what it is told.
type answerTo struct {
	Station string `json:"station"`
	ID      string `json:"id"`
	Receipt
}

// Name implements SourceSystem.
func (h *HTTPS) Name() string { return "https" }

// Run implements SourceSystem.
func (h *HTTPS) Run(ctx context.Context, accept Accept) error {
	if !strings.HasPrefix(h.URL, "https://") && !strings.HasPrefix(h.URL, "http://127.0.0.1") && !strings.HasPrefix(h.URL, "http://[::1]") {
		return errors.New("https: the address must begin with https://")
	}
	if h.Every <= 0 {
		h.Every = httpsEvery
	}
	h.final = map[string]bool{}
	wait, said := h.Every, false
	for {
		if err := h.round(ctx, accept); err != nil {
			if !said && ctx.Err() == nil && h.Warn != nil {
				h.Warn("the source system", err)
			}
			wait, said = min(2*wait, httpsLonger), true
		} else {
			wait, said = h.Every, false
		}
		if !pause(ctx, wait/2+rand.N(wait)) { // stations do not ask as one
			return nil
		}
	}
}

// round asks once and answers what it got; the receipts of a round that failed
// are given anew.
func (h *HTTPS) round(ctx context.Context, accept Accept) error {
	b, err := h.do(ctx, http.MethodGet, "/documents?station="+url.QueryEscape(h.Station), nil)
	if err != nil {
		return err
	}
	l, err := parseListing(b)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range l.Documents {
		if h.final[d.ID] || ctx.Err() != nil {
			continue
		}
		r := accept(ctx, d.Data, h.Name())
		out, err := json.Marshal(answerTo{h.Station, d.ID, r})
		if err == nil {
			_, err = h.do(ctx, http.MethodPost, "/receipts", out)
		}
		if err == nil && r.Final {
			if len(h.final) >= maxFiles {
				clear(h.final)
			}
			h.final[d.ID] = true
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// parseListing reads the other end's answer; key sets come first.
func parseListing(b []byte) (l listing, err error) {
	if len(b) > maxListing || json.Unmarshal(b, &l) != nil || len(l.Documents) > maxListed {
		return listing{}, errors.New("https: the answer is no list of documents")
	}
	keys, rest := []listed{}, []listed{}
	for _, d := range l.Documents {
		switch {
		case d.ID == "" || len(d.ID) > maxDocID || !Documents(d.Data):
			return listing{}, errors.New("https: a document without id, or none of ours")
		case bytes.HasPrefix(d.Data, []byte("LXKEYS")):
			keys = append(keys, d)
		default:
			rest = append(rest, d)
		}
	}
	return listing{append(keys, rest...)}, nil
}

// Report implements SourceSystem.
func (h *HTTPS) Report(ctx context.Context, s Statistics) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("https: %w", err)
	}
	_, err = h.do(ctx, http.MethodPost, "/statistics", b)
	return err
}

func (h *HTTPS) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, h.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("https: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if h.Token != "" {
		req.Header.Set("Authorization", "Bearer "+h.Token)
	}
	resp, err := h.Client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("https: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, maxListing+1))
	if err != nil {
		return nil, fmt.Errorf("https: %w", err)
	}
	if resp.StatusCode/100 != 2 {
		return nil, fmt.Errorf("https: %s %s: %s", method, path, resp.Status)
	}
	return b, nil
}

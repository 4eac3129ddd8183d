package station

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// CodecRelay is the codec of an item that is no file: the broadcast of another
// station, passed on from its address for as long as Length says.
const CodecRelay = "relay"

// Relay tells whether the item is passed on from an address, which stands in
// Tags.
func (it Item) Relay() bool { return it.Codec == CodecRelay }

// MaxSecond bounds the recording of an emergency's second language: the words
// and the microphone wait behind it.
const MaxSecond = 3 * time.Minute

// MaySecond tells whether an item may be heard behind the words of an
// emergency: made by people, a file, and short.
func (it Item) MaySecond() bool {
	return it.Kind != KindMusic && !it.Speech && !it.Relay() && it.Length <= MaxSecond
}

// Bounds of a relay.
const (
	DefaultRelay = 30 * time.Minute
	MaxRelay     = 6 * time.Hour
	maxRelayURL  = 500 // bytes
)

// What is wrong with a relay that was typed.
var (
	ErrRelayURL  = errors.New("a relay is an http or https address without a password")
	ErrRelayLong = errors.New("a relay lasts 1 to 360 minutes")
)

// LooksRelay tells whether what was typed for a file is an address.
func LooksRelay(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// ParseRelay makes an item of an address, with the minutes that it lasts behind
// it, and then its title: "https://vov.example/live.m3u8 30 VOV1". Minutes and
// title may be left out. The same address and minutes are the same item.
func ParseRelay(s string) (Item, error) {
	f := strings.Fields(s)
	if len(f) == 0 || len(f[0]) > maxRelayURL {
		return Item{}, ErrRelayURL
	}
	u, err := url.Parse(f[0])
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return Item{}, ErrRelayURL
	}
	long, rest := DefaultRelay, f[1:]
	if len(rest) > 0 {
		if n, err := strconv.Atoi(rest[0]); err == nil {
			if n < 1 || n > int(MaxRelay/time.Minute) {
				return Item{}, ErrRelayLong
			}
			long, rest = time.Duration(n)*time.Minute, rest[1:]
		}
	}
	title := strings.Join(rest, " ")
	if title == "" {
		title = u.Hostname()
	}
	if r := []rune(title); len(r) > MaxTitle {
		title = string(r[:MaxTitle])
	}
	sum := sha256.Sum256([]byte("relay " + long.String() + " " + u.String()))
	return Item{ID: ItemID(hex.EncodeToString(sum[:])), Title: title, Codec: CodecRelay, Length: long, Tags: u.String()}, nil
}

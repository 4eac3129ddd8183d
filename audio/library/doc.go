// Package library takes audio files in: it tells what they are, decodes each
// once to measure it, and keeps the original under its SHA-256. It keeps no
// list of its own: an Item is returned, its record is the caller's, and what no
// record names is swept at start.
//
// A Library may be used from several goroutines; the files are its only state.
// When the disk is full an import fails and leaves nothing behind.
package library

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Bounds of what is taken in.
const (
	MaxDuration = 6 * time.Hour
	MaxBytes    = 4 << 30
	minSamples  = 480 // 10 ms: shorter is no recording
)

// What can be wrong with a file. Import's errors wrap one of these.
var (
	ErrMissing   = errors.New("the file does not exist")
	ErrNotFile   = errors.New("this is not a file")
	ErrEmpty     = errors.New("the file is empty")
	ErrNotAudio  = errors.New("the file is not audio of a known kind (mp3, wav, flac, ogg vorbis, opus; with ffmpeg also m4a, aac, amr, 3gp)")
	ErrDamaged   = errors.New("the file is damaged")
	ErrTruncated = errors.New("the file is cut off: less sound than its header says")
	ErrTooLong   = errors.New("the file is longer than 6 hours")
	ErrTooBig    = errors.New("the file is bigger than 4 gib")
	ErrStuck     = errors.New("the decoder does not come to an end")
	ErrUnknown   = errors.New("the library has no such item")
	ErrQuota     = errors.New("the library has used up its share of the disk: remove recordings, or give it more")
	ErrDiskFull  = errors.New("the disk is full")
)

// ErrFFmpeg is a file that only ffmpeg reads, where it is not installed.
var ErrFFmpeg = errors.New("this kind of file needs ffmpeg: type apt install ffmpeg, or convert it to mp3, wav, flac, ogg vorbis or opus")

// Loudness that items are brought to.
const (
	TargetLUFS = -16.0
	CeilingDB  = -1.5 // dBTP
	maxGainDB  = 20.0 // more would only lift noise
)

// ID names an item: the SHA-256 of the original file, in hex.
type ID string

// Valid is true for 64 digits of lower-case hex.
func (id ID) Valid() bool {
	if len(id) != 64 {
		return false
	}
	for _, c := range id {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Item is what is known of a file; all of it is measured.
type Item struct {
	ID      ID
	Title   string
	Codec   string  // mp3, wav, flac, vorbis, opus; "ffmpeg" where a converted copy is played
	Samples int64   // at 48 kHz
	LUFS    float64 // integrated, of the mono sum; -70 for silence
	PeakDB  float64 // dBTP of the mono sum; -120 for silence
	Bytes   int64   // of the original
	Head    int64   // sample where the sound begins: before it all is under -50 dBFS
	Tail    int64   // sample where it ends; both are 10 ms on the safe side
	Tags    Tags
	Known   bool // the file was in the library before
}

// Duration is the item's length.
func (i Item) Duration() time.Duration {
	return time.Duration(i.Samples) * time.Second / 48000
}

// GainDB brings the item to -16 LUFS, but its true peak not over -1.5 dBTP.
// Silence is left alone.
func (i Item) GainDB() float64 {
	if i.LUFS <= -70 {
		return 0
	}
	return min(TargetLUFS-i.LUFS, CeilingDB-i.PeakDB, maxGainDB)
}

// Gain is GainDB as a linear factor.
func (i Item) Gain() float64 { return math.Pow(10, i.GainDB()/20) }

// Progress hears how far an import is, from 0 to 1, a few times a second. It
// is called from Import's goroutine.
type Progress func(share float64)

func opErr(path string, err error) error { return fmt.Errorf("import %s: %w", path, err) }

package boot

import (
	"context"
	"errors"
	"io/fs"
	"syscall"

	"loaxa/app/atlas"
	"loaxa/app/station"
	"loaxa/audio/library"
)

// whys are what can be wrong with a file that somebody brings, and the word
// that the screen has for it. The first that fits is taken.
var whys = []struct {
	err error
	why string
}{
	{station.ErrRelayURL, "relay-url"}, {station.ErrRelayLong, "relay-long"},
	{context.Canceled, "cancelled"}, {errNoAlert, "no-alert"},
	{library.ErrMissing, "file-missing"}, {library.ErrNotFile, "not-a-file"}, {library.ErrEmpty, "file-empty"},
	{library.ErrFFmpeg, "needs-ffmpeg"}, {library.ErrNotAudio, "not-audio"}, {library.ErrTruncated, "file-cut"},
	{library.ErrTooLong, "file-long"}, {library.ErrTooBig, "file-big"}, {library.ErrStuck, "decoder-stuck"},
	{library.ErrQuota, "library-full"}, {library.ErrDiskFull, "disk-full"}, {library.ErrDamaged, "file-damaged"},
	{atlas.ErrTooBig, "map-big"}, {atlas.ErrNotMap, "not-a-map"}, {atlas.ErrDegrees, "map-degrees"}, {atlas.ErrEmpty, "map-empty"},
	{fs.ErrNotExist, "file-missing"}, {fs.ErrPermission, "not-permitted"},
	{syscall.ENOSPC, "disk-full"}, {syscall.EDQUOT, "disk-full"}, {syscall.EISDIR, "not-a-file"}, {syscall.EROFS, "read-only"}, {syscall.EIO, "disk-fails"},
}

// worded puts the screen's word to an error that has one.
func worded(err error) error {
	for _, w := range whys {
		if errors.Is(err, w.err) {
			return &station.Worded{Why: w.why, Err: err}
		}
	}
	return err
}

package library_test

import (
	"bytes"
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"loaxa/audio/audiotest"
	"loaxa/audio/library"
	"loaxa/audio/source"
)

// id3 makes a tag of a version with one text frame.
func id3(version byte, key string, text []byte) []byte {
	var f []byte
	switch version {
	case 2:
		f = append([]byte(key), byte(len(text)>>16), byte(len(text)>>8), byte(len(text)))
	case 3:
		f = append(binary.BigEndian.AppendUint32([]byte(key), uint32(len(text))), 0, 0)
	default:
		f = append([]byte(key), 0, 0, byte(len(text)>>7), byte(len(text)&0x7f), 0, 0)
	}
	f = append(f, text...)
	return append([]byte{'I', 'D', '3', version, 0, 0, 0, 0, byte(len(f) >> 7), byte(len(f) & 0x7f)}, f...)
}

func utf16le(s string) []byte {
	b := []byte{1, 0xff, 0xfe}
	for _, r := range s { // all of it in the basic plane
		b = binary.LittleEndian.AppendUint16(b, uint16(r))
	}
	return b
}

const song = "Tiếng gọi Đak Pơ"

func TestID3OfEveryVersion(t *testing.T) {
	old := make([]byte, 300)
	copy(old[172:], "TAG"+song)
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"2.2 utf-16": {id3(2, "TT2", utf16le(song)), song}, "2.3 utf-16": {id3(3, "TIT2", utf16le(song)), song},
		"2.4 utf-8": {id3(4, "TIT2", append([]byte{3}, song...)), song}, "2.3 latin": {id3(3, "TIT2", []byte("\x00Caf\xe9")), "Café"},
		"2.3 utf-8 in latin's place": {id3(3, "TIT2", append([]byte{0}, song...)), song},
		"version 1":                  {old, song}, "a frame that is too long": {id3(3, "TIT2", nil)[:18], ""},
		"control characters": {id3(4, "TIT2", []byte("\x03a\x1b[2Jb\u202ec\n")), "a[2Jbc"},
		"too long":           {id3(3, "TIT2", utf16le(strings.Repeat("ế", 500))), strings.Repeat("ế", 66)},
	} {
		if got := library.ReadTags(bytes.NewReader(c.b), source.MP3); got.Title != c.want {
			t.Errorf("%s: %q, want %q", name, got.Title, c.want)
		}
	}
}

// Tags that other programs write are read back from each kind of file.
func TestTagsOfOtherMakers(t *testing.T) {
	l, _ := open(t)
	dir := t.TempDir()
	wav := audiotest.WriteWAV(t, "a.wav", audiotest.Sine(700, 0.3, 0, 24000))
	for name, tool := range map[string][]string{
		"a.mp3":  {"lame", "--quiet", "--add-id3v2", "--tt", song, "--ta", "VOV", wav, "OUT"},
		"b.flac": {"flac", "--silent", "--tag=TITLE=" + song, "--tag=ARTIST=VOV", "-o", "OUT", wav},
		"c.ogg":  {"oggenc", "--quiet", "-t", song, "-a", "VOV", "-o", "OUT", wav},
		"d.opus": {"opusenc", "--quiet", "--title", song, "--artist", "VOV", wav, "OUT"},
		"e.wav":  {"ffmpeg", "-loglevel", "error", "-i", wav, "-metadata", "title=" + song, "-metadata", "artist=VOV", "OUT"},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(dir, name)
			for i, a := range tool {
				if a == "OUT" {
					tool[i] = out
				}
			}
			t.Setenv("LC_ALL", "C.UTF-8")
			audiotest.Tool(t, tool[0], tool[1:]...)
			item := mustImport(t, l, out)
			if item.Tags.Title != song || item.Tags.Artist != "VOV" {
				t.Errorf("%+v", item.Tags)
			}
			if item.Title != strings.TrimSuffix(name, filepath.Ext(name)) {
				t.Errorf("the officer's own name gave way to %q", item.Title)
			}
		})
	}
}

func FuzzTags(f *testing.F) {
	f.Add(id3(3, "TIT2", utf16le(song)), 0)
	f.Add(id3(2, "TT2", utf16le(song)), 0)
	f.Add([]byte("fLaC\x84\x00\x00\x20\x00\x00\x00\x00\x01\x00\x00\x00\x07\x00\x00\x00TITLE=x"), 1)
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVELIST\x10\x00\x00\x00INFOINAM\x02\x00\x00\x00ab"), 2)
	kinds := []source.Kind{source.MP3, source.FLAC, source.WAV, source.Opus}
	f.Fuzz(func(t *testing.T, b []byte, kind int) {
		got := library.ReadTags(bytes.NewReader(b), kinds[uint(kind)%4])
		for _, s := range []string{got.Title, got.Artist, got.Album, got.Date} {
			if len(s) > 200 || !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x1b\n") {
				t.Errorf("%q", s)
			}
		}
	})
}

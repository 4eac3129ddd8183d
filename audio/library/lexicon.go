package library

import (
	"strings"
	"unicode"
)

// lexicon spells syllables of highland names as a Vietnamese voice says them:
// it takes what is no Vietnamese syllable for English. Keys are lower case.
var lexicon = map[string]string{
	"đak":    "đắc",
	"đăk":    "đắc",
	"đắk":    "đắc",
	"dak":    "đắc",
	"pơ":     "pơ",
	"plei":   "pờ-lây",
	"pleiku": "pờ-lây-cu",
	"ia":     "i-a",
	"krông":  "cờ-rông",
	"kông":   "công",
	"chro":   "chờ-rô",
	"kbang":  "cờ-bang",
	"kon":    "con",
	"tum":    "tum",
	"ayun":   "a-yun",
	"mdrắk":  "mờ-đơ-rắc",
	"srêpốk": "sê-rê-pốc",
	"buôn":   "buôn",
	"bơnâm":  "bơ-nâm",
	"jrai":   "gia-rai",
	"bahnar": "ba-na",
	"êđê":    "ê-đê",
}

// Respell replaces the words of the lexicon, keeping a capital at the start and
// all that stands between words.
func Respell(text string) string {
	var out strings.Builder
	word := make([]rune, 0, 32)
	flush := func() {
		if len(word) == 0 {
			return
		}
		w := string(word)
		if spelled, ok := lexicon[strings.ToLower(w)]; ok {
			r := []rune(spelled)
			if unicode.IsUpper(word[0]) {
				r[0] = unicode.ToUpper(r[0])
			}
			w = string(r)
		}
		out.WriteString(w)
		word = word[:0]
	}
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			word = append(word, r)
			continue
		}
		flush()
		out.WriteRune(r)
	}
	flush()
	return out.String()
}

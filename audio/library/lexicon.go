package library

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
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

// Bounds of a lexicon that a person writes.
const (
	MaxLexicon      = 256 << 10 // bytes
	maxLexiconWords = 5000
	maxLexiconWord  = 60 // runes, of a word and of how it is said
)

// Lexicon is how words are said that a Vietnamese voice does not know: a
// person's own above those that the program brings. The zero value holds only
// the latter.
type Lexicon struct{ own map[string]string }

// ParseLexicon reads lines of the form "word = as it is said"; what follows a
// "#" is a note. A line that cannot be read is told with its number and left
// out, the others hold.
func ParseLexicon(b []byte) (Lexicon, []error) {
	var wrong []error
	if len(b) > MaxLexicon {
		return Lexicon{}, []error{fmt.Errorf("lexicon: %d bytes, limit %d", len(b), MaxLexicon)}
	}
	own := map[string]string{}
	for n, line := range strings.Split(strings.TrimPrefix(string(b), "\ufeff"), "\n") {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		word, said, found := strings.Cut(norm.NFC.String(line), "=")
		word, said = strings.ToLower(strings.TrimSpace(word)), strings.Join(strings.Fields(said), " ")
		switch {
		case !found || !letters(word, "") || !letters(said, " -"):
			wrong = append(wrong, fmt.Errorf("lexicon line %d: %q is not \"word = as it is said\", letters only", n+1, clipped(line)))
		case len(own) >= maxLexiconWords:
			return Lexicon{own}, append(wrong, fmt.Errorf("lexicon line %d: more than %d words", n+1, maxLexiconWords))
		default:
			own[word] = said
		}
	}
	return Lexicon{own}, wrong
}

// letters tells whether a text is letters and signs of between, and not too
// long.
func letters(s, between string) bool {
	if s == "" || !utf8.ValidString(s) || utf8.RuneCountInString(s) > maxLexiconWord {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(between, r)
	})
}

func clipped(s string) string {
	if r := []rune(strings.ToValidUTF8(s, "?")); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return strings.TrimSpace(s)
}

// Words counts a person's own.
func (l Lexicon) Words() int { return len(l.own) }

// Respell replaces the words of the lexicon, keeping a capital at the start and
// all that stands between words. The text is composed first (NFC).
func (l Lexicon) Respell(text string) string {
	text = norm.NFC.String(text)
	var out strings.Builder
	word := make([]rune, 0, 32)
	flush := func() {
		if len(word) == 0 {
			return
		}
		w := string(word)
		spelled, ok := l.own[strings.ToLower(w)]
		if !ok {
			spelled, ok = lexicon[strings.ToLower(w)]
		}
		if ok {
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

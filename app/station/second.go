package station

import "regexp"

// Second is an emergency's message in the second language of the place: a
// recording that is heard after the Vietnamese words, since no voice reads
// these languages, and a text for boards and for what is sent on.
type Second struct {
	Lang string `json:"lang,omitempty"` // ISO 639-3, "bdq"; empty: SecondLang
	Item ItemID `json:"item,omitempty"`
	Text string `json:"text,omitempty"` // at most MaxEmergency characters
}

// SecondLang is Bahnar.
const SecondLang = "bdq"

var langForm = regexp.MustCompile(`^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?$`)

// LangOK tells whether the language is written as one.
func (s Second) LangOK() bool { return langForm.MatchString(s.Lang) }

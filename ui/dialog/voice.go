package dialog

import (
	"slices"
	"strings"
	"time"

	"loaxa/app/station"
	"loaxa/ui/panel"
)

// voiceWords are all voices in words: each region at its usual rate first.
func voiceWords(s *panel.Scene) (out []string) {
	v := s.T.Dialog.Settings.Rules.Voice
	for i := range station.SpeechRegions {
		for j := range station.SpeechRates {
			out = append(out, v.Regions[i]+", "+v.Rates[j])
		}
	}
	return out
}

func voiceAt(v station.Speech) int {
	return max(slices.Index(station.SpeechRegions, v.Region), 0)*len(station.SpeechRates) + max(slices.Index(station.SpeechRates, v.Rate), 0)
}

func voiceOf(at int) station.Speech {
	n := len(station.SpeechRates)
	if at < 0 || at >= n*len(station.SpeechRegions) {
		return station.Speech{}
	}
	return station.Speech{Region: station.SpeechRegions[at/n], Rate: station.SpeechRates[at%n]}
}

// aloud is about how long a person takes to read a text out: 140 syllables a
// minute, as announcers of commune stations do, to the next 10 s.
func aloud(text string) time.Duration {
	const perMinute = 140
	n := len(strings.Fields(text))
	return (time.Duration(n)*time.Minute/perMinute + 9*time.Second).Truncate(10 * time.Second)
}

package boot

import (
	"testing"

	"loaxa/audio/source"
	"loaxa/ui/text"
)

// TestEveryToneHasAName: the officer reads "còi báo bão", never a tone's id.
func TestEveryToneHasAName(t *testing.T) {
	for _, lang := range []string{"vi", "en"} {
		for _, tone := range source.Tones() {
			if _, ok := text.For(lang).Books.Reason[tone.ID]; !ok {
				t.Errorf("%s: tone %q has no name", lang, tone.ID)
			}
		}
	}
}

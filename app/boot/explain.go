package boot

import (
	"errors"

	"loaxa/app/station"
	"loaxa/ui/text"
)

// Explain says an error in one line that tells what to do next. A refusal keeps
// its code, which scripts know it by, and gets the screen's sentence.
func Explain(err error) string {
	var r *station.Refusal
	t := text.For("en")
	if !errors.As(err, &r) || t.Books.Refusal[r.Code] == "" {
		return err.Error()
	}
	return err.Error() + ": " + t.Refusal(r)
}

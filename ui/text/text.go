// Package text holds every word of the screen, once in Vietnamese and once in
// English, and makes sentences of what the other rooms hand over as typed
// codes. It owns no state: both books are read only after the program started.
package text

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"loaxa/app/station"
)

// Text is one language's book. Both books have the same fields, the same
// verbs and the same keys; a test holds them to it.
type Text struct {
	Lang     string
	Head     Head
	Count    Count
	Cluster  Cluster
	Proof    Proof
	Map      Map
	Queue    Queue
	Mic      Mic
	Board    Board
	Foot     Foot
	Dialog   Dialogs
	Unit     Unit
	Books    Books
	Keys     Keys
	Disabled Disabled
}

// Books are the sentences made for closed sets of codes.
type Books struct {
	Class    map[station.Class]string        // on air, in capitals
	Short    map[station.Class]string        // the same where room is scarce
	State    map[station.ClusterState]string // of a cluster, in a word
	Event    map[station.EventKind]string    // with {title} {name} {reason} {pos} {who} {n} {heard}
	Refusal  map[station.RefusalCode]string  // with {subject} {limit}
	Reason   map[string]string               // typed words inside events and reports
	Missing  map[string]string               // what the machine lacks, and what that means
	MicState map[station.MicState]string
	Level    [6]string // risk levels of Decision 18/2021; 0: not given
}

// For returns the book of a language; anything but "en" is Vietnamese.
func For(lang string) *Text {
	if lang == "en" {
		return &en
	}
	return &vi
}

// Age says a span as an officer says it: "2 giờ 14 phút".
func (t *Text) Age(d time.Duration) string {
	d = max(d, 0)
	switch h := int(d.Hours()); {
	case h >= 48:
		return fmt.Sprintf(t.Unit.Days, h/24)
	case h >= 1 && int(d.Minutes())%60 > 0:
		return fmt.Sprintf(t.Unit.HoursMinutes, h, int(d.Minutes())%60)
	}
	return t.Short(d)
}

// Short says a span in at most eight cells: "14 phút".
func (t *Text) Short(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return fmt.Sprintf(t.Unit.Seconds, int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf(t.Unit.Minutes, int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf(t.Unit.Hours, int(d.Hours()))
	}
	return fmt.Sprintf(t.Unit.Days, int(d.Hours())/24)
}

// Clock prints a length as mm:ss, or h:mm:ss from one hour on.
func Clock(d time.Duration) string {
	s := int(max(d, 0).Round(time.Second) / time.Second)
	if s >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
	}
	return fmt.Sprintf("%02d:%02d", s/60, s%60)
}

// Date prints a day as the language writes it, with its weekday.
func (t *Text) Date(w time.Time, long bool) string {
	if long {
		return t.Unit.Weekdays[w.Weekday()] + w.Format(" 02/01/2006")
	}
	return t.Unit.Weekdays[w.Weekday()] + w.Format(" 02/01")
}

// Number prints with the language's decimal mark.
func (t *Text) Number(f float64, digits int) string {
	s := fmt.Sprintf("%.*f", digits, f)
	if t.Lang == "vi" {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// Name shortens a full name to initials and the given name: "N. T. Hoa". The
// given name, the last word, is never cut.
func Name(full string) string {
	f := strings.Fields(full)
	if len(f) < 2 {
		return full
	}
	for i := range f[:len(f)-1] {
		r := []rune(f[i])
		f[i] = string(r[0]) + "."
	}
	return strings.Join(f, " ")
}

// Word gives the sentence of a typed reason; an unknown word is shown as it is.
func (t *Text) Word(code string) string {
	if s, ok := t.Books.Reason[code]; ok {
		return s
	}
	return code
}

// Why says an error: in words of this language where it has a typed one.
func (t *Text) Why(err error) string {
	var w *station.Worded
	if errors.As(err, &w) {
		if s, ok := t.Books.Reason[w.Why]; ok {
			return s
		}
	}
	var r *station.Refusal
	if errors.As(err, &r) {
		return t.Refusal(r)
	}
	return err.Error()
}

// Refusal says why the desk would not, and the way round.
func (t *Text) Refusal(r *station.Refusal) string {
	s, ok := t.Books.Refusal[r.Code]
	if !ok {
		return t.Foot.Refused + " " + r.Error()
	}
	subject := r.Subject
	if subject == "" {
		subject = "?"
	}
	s = strings.NewReplacer("{subject}", t.Word(subject), "{limit}", fmt.Sprint(r.Limit)).Replace(s)
	if r.Of != "" {
		s = r.Of + ": " + s
	}
	return s
}

// Event says what happened, without its time. name is the cluster's or the
// board's name on the roster; empty where the event names none.
func (t *Text) Event(e station.Event, name string) string {
	s, ok := t.Books.Event[e.Kind]
	if !ok {
		return string(e.Kind)
	}
	reason := t.Word(e.Reason)
	if e.Kind == station.EvRefused {
		reason = t.Refusal(&station.Refusal{Code: station.RefusalCode(e.Reason), Subject: e.Title})
	}
	title := e.Title
	switch {
	case e.Reason == string(station.FromTone):
		title, reason = t.Word(title), ""
	case e.Kind == station.EvGlass:
		title = t.Word(title)
	case (e.Kind == station.EvItemEnd || e.Kind == station.EvBroken) && e.Item == "":
		title = t.Word(title) // a tone goes by its id
	}
	switch {
	case e.Kind == station.EvCard:
		name = e.Reason
	case e.Kind == station.EvSlot && e.Targets > 0:
		reason = strings.ReplaceAll(reason, "{n}", fmt.Sprint(e.Targets))
	case e.Kind == station.EvMute && e.Targets > 0:
		name = t.Clusters(e.Targets, false) + " (" + title + ")"
	case name == "":
		name = title
	}
	out := strings.NewReplacer("{title}", title, "{name}", name, "{reason}", reason, "{pos}", Clock(e.Pos),
		"{who}", Name(e.Actor), "{n}", fmt.Sprint(e.Targets), "{heard}", Clock(e.Duration)).Replace(s)
	out = strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(out, "“”", ""), "  ", " "), " :·,")
	if e.Drill {
		out = t.Head.Drill + ": " + out
	}
	return out
}

// Cluster counts in words: "12 cụm loa".
func (t *Text) Clusters(n int, short bool) string {
	if short {
		return fmt.Sprintf(t.Head.Short, n)
	}
	return fmt.Sprintf(t.Head.Long, n)
}

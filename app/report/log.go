package report

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"loaxa/app/station"
)

// Match tells whether a row is one that the query names; Before and Limit are
// not looked at.
func Match(q station.LogQuery, e station.Event) bool {
	switch {
	case len(q.Kinds) > 0 && !slices.Contains(q.Kinds, e.Kind):
	case q.Broadcast != 0 && q.Broadcast != e.Broadcast:
	case !q.From.IsZero() && e.At.Wall.Before(q.From):
	case !q.Until.IsZero() && !e.At.Wall.Before(q.Until):
	default:
		return has(q.Text, e.Title, e.Actor, e.Reason)
	}
	return false
}

// MatchAired tells the same of a broadcast: its text may stand in title or
// actor, its time is that of its start.
func MatchAired(q station.LogQuery, a station.Aired) bool {
	e := station.Event{Kind: station.EvStart, Broadcast: a.ID, Title: a.Title, Actor: a.Who, Reason: a.Reason, At: a.Began}
	q.Kinds = nil
	return ofKind(q.Only, a) && Match(q, e)
}

func ofKind(only station.AiredKind, a station.Aired) bool {
	urgent := a.Class.IsEmergency() || a.Drill
	switch only {
	case station.AiredEmergency:
		return urgent
	case station.AiredLive:
		return a.Class == station.Live && !urgent
	case station.AiredList:
		return a.Class < station.Live
	default:
		return true
	}
}

func has(text string, in ...string) bool {
	text = strings.ToLower(norm.NFC.String(text))
	return text == "" || slices.ContainsFunc(in, func(s string) bool {
		return strings.Contains(strings.ToLower(norm.NFC.String(s)), text)
	})
}

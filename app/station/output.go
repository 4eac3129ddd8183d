package station

import (
	"strings"
	"time"
)

// SentOnlyPrefix begins the ids of clusters that say nothing back: loudspeakers
// of other makers, old lines behind a sound card, boxes that fetch.
const SentOnlyPrefix = "out:"

// SentOnly tells whether nothing but what was sent to a cluster can be known.
func (id ClusterID) SentOnly() bool { return strings.HasPrefix(string(id), SentOnlyPrefix) }

// Typed words for a cluster that says nothing back.
const (
	WhySentOnly = "sent-only" // it will never say anything
	WhySent     = "sent"      // sound leaves for it now
)

// SentOnlySet is the list of the clusters that say nothing back, as the station
// file has them; it replaces the one before.
type SentOnlySet struct {
	Clusters []Cluster `json:"clusters"`
}

// SentReport is what left the station for a cluster that says nothing back.
type SentReport struct {
	ID      ClusterID                     `json:"id"`
	Up      bool                          `json:"up"` // the station can send
	Why     string                        `json:"why,omitempty"`
	Sending BroadcastID                   `json:"sending"`        // 0: nothing
	Sent    map[BroadcastID]time.Duration `json:"sent,omitempty"` // since the last report
}

func (SentOnlySet) fact() {}
func (SentReport) fact()  {}

package station

import (
	"slices"
	"strconv"
	"strings"
)

// Cluster is what the roster knows of a loudspeaker cluster: a journal record
// of class "cluster", keyed by ID.
type Cluster struct {
	ID     ClusterID `json:"id"`
	Number int       `json:"number"` // on the map and on the keyboard, 1…999, unique
	Name   string    `json:"name"`   // Vietnamese, NFC
	Kind   string    `json:"kind"`   // "IP", "IP 4G", "FM"
	Lat    float64   `json:"lat"`    // degrees, WGS 84
	Lon    float64   `json:"lon"`
	Zones  []string  `json:"zones"` // zone identifiers this cluster belongs to
	Head   string    `json:"head"`  // hamlet head's name
	Phone  string    `json:"phone"` // hamlet head's number
	Muted  bool      `json:"muted"`
	Near   Place     `json:"near,omitempty"` // what stands within earshot; it caps how loud the cluster may be
}

// MaxClusters bounds a roster.
const MaxClusters = 2000

// Targets says where something is to be heard. The zero value means nowhere.
type Targets struct {
	All      bool        `json:"all,omitempty"`
	Zones    []string    `json:"zones,omitempty"`    // zone identifiers
	Numbers  []int       `json:"numbers,omitempty"`  // clusters by number
	Clusters []ClusterID `json:"clusters,omitempty"` // clusters by id
}

// Everywhere is all clusters, those that join later included.
func Everywhere() Targets { return Targets{All: true} }

// ParseTargets reads "all", a zone, or a comma-separated list of cluster
// numbers and zones, as typed after --to. It does not know whether they exist.
func ParseTargets(s string) Targets {
	var t Targets
	for _, f := range strings.Split(s, ",") {
		f = strings.TrimSpace(f)
		switch n, err := strconv.Atoi(f); {
		case f == "":
		case f == "all" || f == "*":
			t.All = true
		case err == nil:
			t.Numbers = append(t.Numbers, n)
		default:
			t.Zones = append(t.Zones, f)
		}
	}
	if s == "" {
		t.All = true
	}
	return t
}

// Equal tells whether both name the same targets in the same words.
func (t Targets) Equal(o Targets) bool {
	return t.All == o.All && slices.Equal(t.Zones, o.Zones) &&
		slices.Equal(t.Numbers, o.Numbers) && slices.Equal(t.Clusters, o.Clusters)
}

// Resolve returns the clusters of the roster that t names, in roster order,
// or the first name that stands for nothing.
func (t Targets) Resolve(roster []Cluster) (ids []ClusterID, unknown string) {
	for _, n := range t.Numbers {
		if !slices.ContainsFunc(roster, func(c Cluster) bool { return c.Number == n }) {
			return nil, strconv.Itoa(n)
		}
	}
	for _, z := range t.Zones {
		if !slices.ContainsFunc(roster, func(c Cluster) bool { return slices.Contains(c.Zones, z) }) {
			return nil, z
		}
	}
	for _, id := range t.Clusters {
		if !slices.ContainsFunc(roster, func(c Cluster) bool { return c.ID == id }) {
			return nil, string(id)
		}
	}
	return t.Match(roster), ""
}

// Match returns the clusters of the roster that t names, in roster order, and
// passes over names that stand for nothing: what is on the air goes on where it
// can be heard when a place is taken off the roster.
func (t Targets) Match(roster []Cluster) (ids []ClusterID) {
	for _, c := range roster {
		if t.All || slices.Contains(t.Numbers, c.Number) || slices.Contains(t.Clusters, c.ID) ||
			slices.ContainsFunc(t.Zones, func(z string) bool { return slices.Contains(c.Zones, z) }) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

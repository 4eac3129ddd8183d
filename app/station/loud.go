package station

// Place says what stands within earshot of a cluster. Closed set; empty: homes.
type Place string

// The places that a station may keep its voice down at.
const (
	PlaceSchool  Place = "school"
	PlaceHealth  Place = "health"  // hospitals, health posts
	PlaceWorship Place = "worship" // pagodas, churches, temples
	PlaceLibrary Place = "library"
)

// Places are all of them, homes first.
var Places = []Place{"", PlaceSchool, PlaceHealth, PlaceWorship, PlaceLibrary}

// Caps are how loud a cluster may be beside a place, in percent of what it can;
// 0: no bound. Emergencies pass and are logged.
type Caps struct {
	School  int    `json:"school,omitempty"`
	Health  int    `json:"health,omitempty"`
	Worship int    `json:"worship,omitempty"`
	Library int    `json:"library,omitempty"`
	By      string `json:"by,omitempty"` // who set them
}

// MinCap is the lowest cap, in percent: below it words are lost in the wind.
const MinCap = 10

// Of is the cap beside a place.
func (c Caps) Of(p Place) int {
	switch p {
	case PlaceSchool:
		return c.School
	case PlaceHealth:
		return c.Health
	case PlaceWorship:
		return c.Worship
	case PlaceLibrary:
		return c.Library
	default:
		return 0
	}
}

// EvLoud tells that a broadcast was held to the caps of places, or passed them:
// Reason is LoudCapped or LoudPassed, Targets how many clusters.
const EvLoud EventKind = "loud"

// What became of the caps when a broadcast came on air.
const (
	LoudCapped = "loud-capped"
	LoudPassed = "loud-passed" // an emergency
)

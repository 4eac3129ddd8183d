package station

import "time"

// Invitation says what a machine will be that is let in by a code.
type Invitation struct {
	Kind   string   `json:"kind"` // cluster or board
	Name   string   `json:"name"`
	Number int      `json:"number,omitempty"` // of a cluster; 0: the next free one
	Zones  []string `json:"zones,omitempty"`
	Width  int      `json:"width,omitempty"` // of a board, LEDs
	Height int      `json:"height,omitempty"`
}

// EnrolCode is a code that is open, with what the machine must be told.
type EnrolCode struct {
	Code  string        `json:"code"`
	ID    string        `json:"id"`             // what the station is called
	Key   string        `json:"key"`            // fingerprint of the key that it uses now
	Root  string        `json:"root,omitempty"` // fingerprint of the key that signs whose orders are taken
	Addr  string        `json:"addr"`
	Valid time.Duration `json:"valid"`
}

package station

// Clash is a question to the operator: two priority bulletins want the same
// places. Until it is answered the one that came first is heard first.
type Clash struct {
	First    BroadcastID `json:"first"`  // came first
	Second   BroadcastID `json:"second"` // came after it
	Title    string      `json:"title"`  // of First
	Answered bool        `json:"answered,omitempty"`
}

// MaxClashes bounds the questions that are remembered at once; bulletins beyond
// them are heard in the order in which they came.
const MaxClashes = 32

// PriorityFirst answers a Clash: this bulletin is heard before every other one
// that clashes with it. One of them that sounds is cut, and heard again from its
// beginning after this one.
type PriorityFirst struct {
	ID BroadcastID `json:"id"`
}

func (PriorityFirst) intent() {}

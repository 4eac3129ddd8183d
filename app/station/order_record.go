package station

// OrderState is what became of an order that was taken. Closed set.
type OrderState string

// The states of an order.
const (
	OrderTaken     OrderState = "taken"     // written down; nothing was heard yet
	OrderStarted   OrderState = "started"   // on air
	OrderDone      OrderState = "done"      // obeyed to its end, or a cancel that was carried out
	OrderWithdrawn OrderState = "withdrawn" // cancelled or superseded
)

// OrderRecord is an order that was taken: a record of class "order", keyed by
// its id. From these the replay set is made anew after a start.
//
// The audience is in the document only: with it a long list would stand there
// twice.
type OrderRecord struct {
	Order
	State     OrderState  `json:"state"`
	At        Stamp       `json:"at"`  // when it was taken
	Via       string      `json:"via"` // upstream, or who brought the file
	Broadcast BroadcastID `json:"broadcast,omitempty"`
	Document  []byte      `json:"document"` // as it came, with its signatures
}

// RefusedOrder is an order that was not obeyed: a record of class "refusal".
// What it says of itself is not proved.
type RefusedOrder struct {
	ID      OrderID `json:"id"`
	Issuer  string  `json:"issuer"`
	KeyID   string  `json:"keyId"`
	Title   string  `json:"title,omitempty"`
	Why     Refusal `json:"why"`
	Via     string  `json:"via"`
	At      Stamp   `json:"at"`
	Bytes   int     `json:"bytes"`          // of its document
	Hash    string  `json:"hash"`           // SHA-256 of its document, hex
	Skipped int     `json:"skipped"`        // more like it since the last record, not written down
	Keys    bool    `json:"keys,omitempty"` // it was a key set
}

// NewOrderRecord is the record of an order that is taken.
func NewOrderRecord(in OrderReceived, state OrderState, at Stamp) OrderRecord {
	r := OrderRecord{Order: in.Order.Order, State: state, At: at, Via: in.Via, Document: in.Document}
	r.Audience = Audience{}
	return r
}

// OrderReceipt is what was heard of an order: a record of class "receipt". Its
// Played is what a cluster gave; how much that is of the whole the log's rows
// tell, so HeardPart stands here for any sound at all, never HeardAll.
type OrderReceipt struct {
	Order     OrderID     `json:"order"`
	Broadcast BroadcastID `json:"broadcast"`
	At        Stamp       `json:"at"`
	Clusters  []Receipt   `json:"clusters"`
}

// OrderReceived is a verified order for the desk. It never crosses the attach
// socket: only who verified it makes one.
type OrderReceived struct {
	Order    SignedOrder
	Document []byte
	Via      string
}

// OrderRefused is one that was not obeyed, for the books and the screen.
type OrderRefused struct{ RefusedOrder }

func (OrderReceived) intent() {}
func (OrderRefused) fact()    {}

// KeysReceived: a key set was verified and holds now.
type KeysReceived struct {
	Version uint64
	Via     string
}

// KeysRecord is the key set that holds: a record of class "keyset".
type KeysRecord struct {
	Version  uint64 `json:"version"`
	Document []byte `json:"document"` // with its signature
}

func (KeysReceived) fact() {}

// Enrolled: a machine was let in by its code, or a code was spoilt. Cluster or
// board is set when it goes on the roster.
type Enrolled struct {
	Name    string
	ID      string
	Why     string // a typed word
	Cluster *Cluster
	Board   *Board
}

func (Enrolled) fact() {}

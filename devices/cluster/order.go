package cluster

import "fmt"

// Order is a document of the tier above that the station obeys, or a key set,
// for the cluster to check by itself. Older clusters pass it over.
type Order struct {
	Broadcast uint64 `cbor:"1,keyasint"` // that it began; 0: it began none here
	Document  []byte `cbor:"2,keyasint"` // as it was signed
}

// Refusal is what a cluster itself would not take.
type Refusal struct {
	What      string `cbor:"1,keyasint"` // one of the Refused words
	Code      string `cbor:"2,keyasint"` // why, a typed word
	Who       string `cbor:"3,keyasint"` // the key that was shown, or whose order it claims to be
	Broadcast uint64 `cbor:"4,keyasint"` // that was cut; 0: none
	Count     uint64 `cbor:"5,keyasint"` // since the cluster started
}

// What a cluster refuses.
const (
	RefusedOrder    = "order"    // a document that it does not hold valid
	RefusedStranger = "stranger" // somebody else at its station's address
	RefusedSession  = "session"  // sound or a stream that no session of the station allows
)

// MaxDocument bounds an order's document, in bytes.
const MaxDocument = 48 << 10

func (*Order) code() byte   { return 32 }
func (*Refusal) code() byte { return 33 }

func (o *Order) valid() error {
	if len(o.Document) == 0 || len(o.Document) > MaxDocument {
		return fmt.Errorf("order of %d bytes: %w", len(o.Document), ErrMessage)
	}
	return nil
}

func (r *Refusal) valid() error { return words(r.What, r.Code, r.Who) }

// blankOrder knows the numbers of this file.
func blankOrder(code byte) Control {
	switch code {
	case 32:
		return &Order{}
	case 33:
		return &Refusal{}
	}
	return nil
}

// Refuse tells the station what the cluster would not take. It does not wait.
func (l *Link) Refuse(r Refusal) {
	b, err := EncodeControl(&r)
	if err != nil {
		return
	}
	select {
	case l.out <- b:
	default: // the station reads nothing: the link ends soon
	}
}

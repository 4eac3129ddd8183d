package attach

import "context"

// OrderAnswer is what became of an order or a key set that was brought by hand.
type OrderAnswer struct {
	Code  string `cbor:"1,keyasint" json:"code"`  // "obeyed", "keys-taken" or why not, a typed word
	Final bool   `cbor:"2,keyasint" json:"final"` // bringing it again changes nothing
	Saved bool   `cbor:"3,keyasint" json:"saved"` // the disk has it
}

// Order gives the station a document; confirmed: a person vouches for its
// times, which the station's clock cannot judge.
func (c *Client) Order(ctx context.Context, doc []byte, confirmed bool) (a OrderAnswer, err error) {
	m := message{Kind: kindOrder}
	if err := m.put(orderAsk{doc, confirmed}); err != nil {
		return a, err
	}
	err = c.ask(ctx, m, nil, &a)
	return a, err
}

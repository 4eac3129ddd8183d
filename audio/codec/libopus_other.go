//go:build !linux && !darwin && !freebsd

package codec

// OpusAvailable says that this system's libopus is not opened.
func OpusAvailable() error { return errNoOpus }

// OpusVersion is empty: there is no library in use.
func OpusVersion() string { return "" }

func newOpusEncoder(int) (Encoder, error) { return nil, errNoOpus }
func newOpusDecoder() (Decoder, error)    { return nil, errNoOpus }

func newOpusPackets() (PacketDecoder, error) { return nil, errNoOpus }

package boot

import "loaxa/audio/soundcard"

// ampSense opens the input that is wired to the amplifier's output; without
// one nothing is said of it. An input that is missing has nothing to say.
func ampSense(config string) (level func() (float32, bool), end func(), err error) {
	if config == "" {
		return nil, func() {}, nil
	}
	in, err := soundcard.OpenCapture(config)
	if err != nil && in.State().Kind == soundcard.KindNone {
		_ = in.Close() // the words are wrong
		return nil, nil, &UseError{"--amp-sense: " + err.Error()}
	}
	return func() (float32, bool) {
		s := in.State()
		return s.Level.RMS, s.Flowing
	}, func() { _ = in.Close() }, nil
}

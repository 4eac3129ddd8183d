package boot

import (
	"loaxa/app/agent"
	"loaxa/audio/dsp"
	"loaxa/audio/soundcard"
)

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

// ear opens the microphone before the horn; without one nothing is said of it.
func ear(config string) (agent.Ear, func(), error) {
	if config == "" {
		return agent.Ear{}, func() {}, nil
	}
	in, err := soundcard.OpenCapture(config)
	if err != nil && in.State().Kind == soundcard.KindNone {
		_ = in.Close() // the words are wrong
		return agent.Ear{}, nil, &UseError{"--ear: " + err.Error()}
	}
	e := dsp.NewEar()
	stop := in.Tap(e.Listened)
	heard := func() (bool, bool) { return e.Heard(), in.State().Flowing }
	return agent.Ear{Played: e.Played, Heard: heard}, func() { stop(); _ = in.Close() }, nil
}

// senses opens what a pole proves its own sound by.
func (o *ClusterOptions) senses() (amp func() (float32, bool), hears agent.Ear, end func(), err error) {
	amp, closeAmp, err := ampSense(o.AmpSense)
	if err != nil {
		return nil, agent.Ear{}, nil, err
	}
	hears, closeEar, err := ear(o.Ear)
	if err != nil {
		closeAmp()
		return nil, agent.Ear{}, nil, err
	}
	return amp, hears, func() { closeEar(); closeAmp() }, nil
}

package text

import "loaxa/app/station"

var enTried = Tried{Night: "Check at night", Tone: "Last loudspeaker test", Never: "never",
	Found: map[station.TrialFound]string{station.FoundHeard: "good, the mic at the horn heard it", station.FoundSound: "good, its amplifier gave sound", station.FoundPlayed: "good, all of it arrived",
		station.FoundPart: "only a part arrived", station.FoundNothing: "NOTHING arrived", station.FoundAbsent: "it was not linked then"}}

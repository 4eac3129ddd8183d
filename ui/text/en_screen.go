package text

import "loaxa/app/station"

var enLog = LogScreen{
	Title: "Log", Reading: "Reading the book…", NoBooks: "this screen cannot read the station's books", None: "Nothing matches",
	Tabs: [2]string{"Broadcasts", "Everything"}, Kinds: [6]string{"all", "emergency", "microphone", "list, timetable", "faults", "refused"},
	Filter: "Find:", Hints: [5]string{"who heard", "filter", "export CSV", "back", "hear it at this cluster"},
	Heard: [5]string{"all heard", "part", "silent", "not known", "sent, not told"},
	Row: LogRow{
		HeardAll: "heard by %d/%d", HeardPart: "heard by %d/%d", NotYet: "reports missing", OnAir: "on air", Others: " and %d more", Drill: "DRILL",
		Cuts: "Cut off %d times and resumed",
	},
	Who: LogWho{
		Missed: "Did not hear all: %s", Unknown: "Cannot report, nobody knows: %s", Whole: "Every cluster played all of it",
		Receipts: "What each cluster played:", Played: "On air for %s", NotAgain: "The recording of an emergency is not aired again: people would take it for real", Recording: "There is a recording · choose a cluster, Ctrl+G: hear it there",
	},
	File: LogFile{
		Typing: "Something is half written: save it, or Esc, before you leave", Slow: "the station did not answer in time, wait a little", Exporting: "Writing the file…", Saved: "Written: %s", Failed: "Cannot be read: %s",
	},
}

var enPlan = PlanScreen{
	Title: "Programme", Tabs: [3]string{"Today", "Timetable", "Library"}, Nothing: "Nothing in the list and nothing in the timetable today",
	State: [5]string{"coming", "on air", "aired", "MISSED", "skipped"},
	Hints: [8]string{"next tab", "add", "move", "remove", "fill", "edit", "yes", "back"},
	Count: PlanCount{
		Now: "This item: %s left", Fixed: "Next fixed start %s: in %s", NoFixed: "No fixed start ahead", Far: "The fixed start %s is far off, no music is needed yet", Over: "%s too long for the time that is left",
		Under: "%s to spare · Ctrl+N fills it with music", Fits: "Fits", End: "List ends in %s, at %s",
	},
	Slot: PlanSlot{
		Slots: "In the timetable: %s %s", NoSlots: "The timetable is empty", Mode: [4]string{"H", "W", "S", "D"},
		ModeWords: [4]string{"on time (hard)", "wait for the item's end, 5 minutes at most", "after everything (soft)", "drop if late"},
		Days:      [7]string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"}, Daily: "daily", On: "in use", Off: "resting", New: "new slot",
		Delete: "Delete “%s” from the timetable: it will not air again", Heard: "H on time · W waits for the item's end · S soft · D dropped if late",
	},
	Form: PlanForm{
		Fields: [7]string{"Name", "Time", "Days", "Items", "Where", "Start", "Use"},
		Hints:  [7]string{"Empty: the first item's title", "For example 5:00 or 17:30", "daily, or Mo-Fr, or Sa Su", "Part of a title; more of them with ; between", "the commune's name for everywhere, zones, or cluster numbers, with commas", "← → choose", "← → choose"},
		Save:   "Save", BadTime: "That is no time. For example: 5:00 or 17:30", BadDays: "Those are no days. For example: daily, Mo-Fr, Sa Su",
		BadItems: "Not in the library: %s", BadWhere: "No such zone or cluster: %s",
	},
	Ask: PlanAsk{
		Skip: "Skipped: %s", SkipAsk: "Pass over %s “%s”, this once", Fill: "Music added", PlayMissed: "Play “%s” now, late", Undone: "As it was before",
		FillNone: "No music fits. Mark items as music in the library tab",
		FillWill: "Add %d pieces of music, %s, at the end of the list to fill it up to %s",
	},
	Item: PlanItem{
		Kind: "Kind", KindHint: "← → choose. Music can fill a gap", Remove: "Remove “%s” from the library",
		Kinds: [5]string{"not said", "music", "bulletin", "jingle", "recording"},
	},
}

var enSettings = SettingsScreen{
	Title: "Settings", Tabs: [5]string{"Station", "Prepared texts", "Zones", "Clusters", "This machine"}, Save: "Save", Saved: "Settings saved",
	BadNumber: "Not right: %s.", Hints: [5]string{"next tab", "edit", "remove", "test", "back"},
	Rules: SetRules{Voice: enVoice,
		Fields:  [6]string{"Name", "Microphone, in danger (minutes)", "Silence closes it after (seconds)", "Chime before speech", "Siren", "Hotline"},
		Hints:   [6]string{"For example: xã Đak Pơ", "Two numbers: a reading, an emergency. For example 10 30. 1 to 120 minutes", "15 to 600 seconds", "← → choose", "← → choose", "Said and shown with emergencies"},
		Phrases: "Prepared text %d", PhraseHint: "For the emergency window", Chime: "chime", NoChime: "no chime",
	},
	Zone: SetZone{
		New: "new zone", None: "No zones yet · Ctrl+O adds one", Name: "Zone's name", Remove: "Delete the zone “%s”. Its clusters stay",
	},
	Cluster: SetCluster{
		Fields: [8]string{"Place", "Number", "Kind", "Zones", "Hamlet head", "Phone", "Latitude", "Longitude"},
		Hints:  [8]string{"For example: Thôn 6", "1 to 999, each once", "IP, IP 4G or FM", "Zones' names, with commas", "Full name", "To ring when the cluster is lost", "For example 13.9733", "For example 108.5525"},
		Tested: "Chime sounds at %s", Remove: "Take “%s” off the roster: it cannot connect any more",
	},
	Machine: SetMachine{
		Nothing: "This machine has all it needs", Folder: "Data folder: %s", Version: "Version %s", Key: "Station's key %s",
	},
}

var enRecord = Record{
	Going: "RECORDING %s · not on air", Stop: "Enter: done · Esc: throw away", Wait: "Storing the recording…", Done: "Recorded, %s long",
	Hear: "F5: hear it at %s", Send: "Enter: send now · %s", Queue: "Ctrl+O: into the play list",
	Drop: "Delete: throw away, again · Esc: keep in the library",
	Choose: RecordChoose{
		Live: "Speak live", Record: "Record, hear, send", Mode: "Tab: the other way",
		Will: "Records only, no loudspeaker sounds. Hear it before you send it", Begin: "Enter: record",
	},
	Said: RecordSaid{
		Kept: "The recording is in the library", Heard: "Heard at %s", Sent: "Sending the recording", Queued: "In the play list", Gone: "Thrown away",
	},
}

var enCorrect = Correct{
	Correct: "CORRECTION: what was said is not true   (F8: at once)", AllClear: "End it with the ALL-CLEAR", WillClear: "Ctrl+K: ends what is open, then the all-clear and its words where it was heard",
	WillCorrect: "Ctrl+K: silences it at once, then reads twice and shows: “CORRECTION: The emergency message aired at %s is NOT TRUE…”",
	Corrected:   "Correction is on air", Cleared: "All-clear is on air", CorrectDrill: "CORRECTION: this is a drill only   (F8: at once)", ClearDrill: "End the drill with the all-clear",
	Phrase: "Tab: prepared text (%d/%d)",
}

var enAdvice = map[station.EventKind]string{
	station.EvClusterLost:   "Ring the hamlet head: is there power, is there signal, are the cabinet's lamps lit? Until it is back nobody hears anything there.",
	station.EvClusterFault:  "The cluster says itself that something is wrong. Have somebody look at cables and amplifier; call the technician if it stays.",
	station.EvOrder:         "One person ordered an emergency alone, as that key may. The tier above knows. Ring the office to be sure.",
	station.EvPoleRefused:   "The cluster checked by itself and would not play. Ring the tier above; tell a technician if it goes on.",
	station.EvClockUnsure:   "Look at a telephone. If this machine is wrong, set its date and time (if it happens again, change the battery on its main board). If it is right and this still stands, press : and type clock-right.",
	station.EvClockOff:      "The timetable runs by this machine's clock. Look at a telephone: if this machine is wrong, set it (the station follows at once); if it is right, call the tier above.",
	station.EvBooks:         "The books here and above are not alike. The station plays on and loses nothing. The tier above takes the station's copy where it can; if this rings again tomorrow, call the technician.",
	station.EvOrderRefused:  "An order came that is not in order; nothing was aired. Tab shows each; where the signature is wrong, ring the tier above.",
	station.EvUpstreamLost:  "The station works on; all is kept and sent when the line is back. Call the carrier after a day.",
	station.EvMicFault:      "Look at the microphone's wire and switch, come nearer or further away. If it howls: turn down what stands near, or mute that cluster. What is said still goes out.",
	station.EvBoardMismatch: "The board shows something else than it was sent. Go and look; restart its machine if needed.",
	station.EvDisk:          "Loudspeakers play on, but nothing is saved. Free space on this machine or call the technician now.",
	station.EvItemBad:       "This item stands in the timetable and cannot be played. Import the original again at F3 (library), or choose another before it is due.",
	station.EvForeign:       "The cluster sounds though the station ordered nothing. It was muted; an emergency is still heard there. Ask somebody near what it is and whether another source is plugged in; then choose it and lift the mute with Ctrl+T.",
	station.EvNoAir:         "The item on the air has nothing to hear: its file may be bad, or a relay lost its station. Skip it or play another (F3), then listen to the original.",
	station.EvDeadAir:       "Sound goes out, but no pole says that it plays. Ring the hamlet heads; in an emergency warn people another way at once.",
	station.EvMissed:        "This slot was not aired. F3: play it late, or drop it.",
	station.EvStranger:      "A machine without the right key was turned away; no foreign sound was aired. Call the technician if it goes on.",
	station.EvBroken:        "This item could not be played and was passed over. Import the file again in F3.",
}

var enTrials = Trials{
	Title: "BREAK THINGS · sample commune", Intro: "Really breaks a part of the sample commune, to see what the screen says, and mends it. No real station is touched.",
	Keys: "A digit, or ↑↓ and Enter: break; again: mend · Esc closes", Whole: "well", Broken: "BROKEN",
	Names: map[string]string{"district": "Line to the district cut", "internet": "No internet: the district and every SIM cluster", "cluster": "Power cut at cluster",
		"power": "Power cut at the station, 4 seconds", "foreign": "Foreign audio: a stranger on the line of cluster", "forged": "Forged order: a stranger says he is the district"},
	See: map[string]string{"district": "Line 2 says since when it is cut and how much waits. The station plays on. Mended: it sends everything by itself.",
		"internet": "SIM clusters are lost one by one and line 2 says no internet; clusters on the commune's network play on. Counts of who hears follow.",
		"cluster":  "The selected cluster is lost at once, comes to the top, with the hamlet head's number. A fault stands in F9.",
		"power":    "The screen says that the station cannot be reached; 4 seconds later it runs again and the item goes on.",
		"foreign":  "The cluster takes no foreign sound: it is lost rather than wrong. The stranger at the station's door is refused, see F9.",
		"forged":   "The false district is refused for its wrong key, see F9. No order of his is obeyed."},
}

var enTour = Tour{
	Title: "Seven steps done", Line: "STEP %d/%d  %s",
	Steps: [7]string{"Play an item: Ctrl+O, choose one, Ctrl+G plays it now", "F4, Enter: say something, then F4 to stop", "Lose a cluster: Ctrl+W, 3, then Esc and look at the list",
		"Cut the district off: Ctrl+W, 1, Esc, look at line 2", "Write on the board: F5, type, F5, Enter", "Emergency drill: F12, 3, Ctrl+K", "F8: who heard, who did not"},
	More: [7]string{"-", "F4 stops the microphone; what was said goes into the library", "The cluster is lost and on top. Mend it: Ctrl+W, 3", "Entries wait. Join again: Ctrl+W, 1, wait for “all sent”", "-",
		"The drill is open. Correct it: F12, F8", "-"},
	Hear: "Hear what you said: Ctrl+O, the newest recording, Ctrl+G",
	End: [5]string{"You played an item, spoke, lost a cluster, lost the district and joined again, wrote on the board, drilled and corrected, and saw who heard.",
		"Kill this screen (kill -9): the sound goes on, the screen comes back.", "Hear what one cluster plays, in another window: loaxa listen 6 --out x.wav", "Ctrl+W: break more. F1: all keys.", "A real station: type loaxa, answer three questions."},
}

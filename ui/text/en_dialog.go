package text

var enDialogs = Dialogs{
	Emergency: Emergency{
		Title: "EMERGENCY", DrillTitle: "EMERGENCY DRILL", OpenTitle: "AN EMERGENCY IS OPEN",
		Reach: "%s · %d of %d clusters reachable", NotSure: "MAY NOT HEAR: %s",
		SirenMic: "Siren, then the microphone", SirenText: "Siren, then a written text", Drill: "DRILL",
		End: "End the emergency", EndDrill: "End the drill", Open: "Open for %s · %s",
		Choose: "Press the number, or ↑↓", Air: "Ctrl+K: AIR IT", Leave: "Esc: leave",
	},
	Ask: Ask{
		WillMic:       "Ctrl+K: siren in %s, cuts all that plays, then opens the microphone",
		WillText:      "Ctrl+K: siren in %s, cuts all that plays, then says this text",
		WillSiren:     "Ctrl+K: siren in %s, cuts all that plays; there is no text yet",
		WillDrillMic:  "Ctrl+K: DRILL in %s, announced as a drill, siren, then the microphone",
		WillDrillText: "Ctrl+K: DRILL in %s, announced as a drill, siren, then this text",
		WillEnd:       "Ctrl+K: stops siren and emergency text, boards go back to what they showed", Cuts: "Will be cut: %s",
		NoText: "No text yet: say where, when, what people should do", Level: "Level: %s", LevelKeys: "Ctrl+L changes it",
		DrillText:   "This is an alarm drill of the commune. Listen to learn the signal; nobody needs to leave home.",
		Placeholder: "Where, what, when, what to do, whom to ring", TooLong: "Longer than %d characters",
		NoMic: "No microphone: choose 2, a written text", Sent: "Siren ordered · F12: end it",
	},
	Live: Live{
		Title: "LIVE", Will: "Enter: chime, then the microphone opens in %s", Cuts: "Will be interrupted: %s",
		NotSure: "May not hear: %s", Name: "Title", Placeholder: "Announcement", Go: "Enter opens the microphone · Esc leaves",
		Targets: "Other targets: Esc, F2, Space marks them", Sent: "The microphone opens, wait for SPEAK NOW",
		Only: "F2: only the %d marked clusters", All: "F2: the whole commune",
	},
	Pick: Pick{
		Title: "Library · %d items", Search: "Search", Path: "File", PathHint: "/media/usb/bulletin.mp3 or https://… 30 VOV1",
		None: "Nothing matches", NoItems: "The library is empty: Tab, then type the path of an MP3, WAV, FLAC or Ogg file",
		Keys: "Enter adds · Ctrl+G plays now · F6 hear it here · Tab imports · Esc closes", PathKeys: "Enter imports · Tab completes the path · ↑ search · Esc closes",
		Will: "Targets: %s", Importing: "Importing %s", Imported: "“%s” is in the library",
		Failed: "Not imported: %s", Cancelled: "Import cancelled", Here: [2]string{"“%s” is heard on this machine only · F6 ends it", "Silent again on this machine"}, Added: "Added “%s”",
	},
	Card: Card{
		Title: "Card for board %s", Placeholder: "Write the notice, one thought a line", Exact: "On the board, exact pixels:", Drawing: "drawing…",
		Keys: "Empty, then F5: the default card", Will: "Enter: shows at once on %s, replaces what is there",
		WillDefault: "Enter: clears the notice, %s shows the default card", Confirm: "Enter publishes · Esc edits", NoPreview: "cannot be drawn yet: %s",
		Sent: "Sent to the board, waiting for its confirmation", All: "every board", Screen: "Boards", Hints: [6]string{"publish", "edit", "review and publish", "other board", "every board / one", "back"},
		CardSays: CardSays{Clips: "Too long, some of it cannot be shown", Scrolls: "Longer than the board, the text will scroll", Fresh: "Type to write a new one · arrow keys: change what is shown now", Now: "Shown now:", Unproved: "Sent, the board has not said that it shows it:"},
	},
	Info: Info{
		Cluster: "Cluster %d · %s", Close: "Esc closes", Report: "Last report", ProofAt: "Last said it played", Output: "Output",
		Zones: "Zones", Head: "Hamlet head", State: "State", Mute: "Ctrl+T mutes this cluster", Unmute: "Ctrl+T lets it sound again",
		Help: "Help · the keys", Scroll: "↑↓ more · Esc closes", Quit: "Leave the screen",
		QuitStays: "The station stays on and so do the loudspeakers. Back with: loaxa. To end the station: loaxa ctl shutdown", QuitDemo: "The sample commune stops: station, clusters and sample district",
	},
	Demo: Demo{
		Title: "SAMPLE COMMUNE · DEMO", Try: "No real loudspeaker sounds.", Begin: "Enter: begin the 7 steps", Close: "Esc: look around",
		Lines: [4]string{"F4 speak live", "F12 emergency, choose 3 for a drill", "F5 write on the board", "F1 or ? lists the keys"},
	},
	Held: Held{
		Title: "Cut too long ago", Line: "“%s” was cut too long ago and does not resume by itself.",
		Keys: "Enter resumes · Delete drops it · Esc later", Wait: "one moment…",
	},
	Screens: Screens{Log: enLog, Plan: enPlan, Settings: enSettings, Record: enRecord, Correct: enCorrect, Trials: enTrials, Tour: enTour, First: enFirst, Compose: enComposer, Above: enAbove, Day: enDay, Booth: enBooth, People: enPeople, CAP: enCAP},
	Lists: Lists{
		Faults: "Faults", FaultsNone: "No faults", Acked: "seen by %s", Over: "over",
		New: "NEW", Ack: "seen", AckAll: "all seen", SinceWhen: "For %s", Advice: enAdvice,
		Account: "Frames: on time %d, repaired %d, concealed %d, late %d, dropped %d", Clock: "Clock: off by %s ms ± %s, drift %s ppm",
		Buffer: "Buffer %s ms", Version: "Version %s, up for %s", Level: "Level %s dBFS",
	},
}

var enKeys = Keys{
	Title: "Keys", Key: "Key", Act: "What it does", Screens: "Screens", Acts: "Acts", Lists: "Lists, map",
	Short: map[string]string{
		"help": "help", "map": "clusters", "queue": "list", "live": "SPEAK LIVE", "live-stop": "STOP MIC", "board": "board",
		"log": "log", "faults": "faults", "emergency": "EMERGENCY", "stop": "STOP ALL", "play": "play", "pause": "pause", "skip": "skip",
		"add": "add", "quit": "leave",
	},
	Long: map[string]string{
		"pan-left": "Move the map left", "pan-right": "Move the map right", "pan-up": "Move the map up", "pan-down": "Move the map down", "find": "Find and choose where: name, number, zone", "box": "Draw a box of where: press at two corners", "command": "Type a command",
		"help": "Help, the keys", "map": "To the map and the clusters", "queue": "Programme: today, timetable, library",
		"live": "Open the microphone; again to close it", "board": "Write on the boards", "log": "Log: who heard, all that happened",
		"faults": "Fault book: look, and say that it was seen", "emergency": "EMERGENCY, from any screen", "stop": "STOP ALL loudspeakers: press twice within 2 seconds",
		"play": "Play or pause the list", "skip": "Skip what plays", "add": "Add from the library, import a file",
		"remove": "Remove the selected entry", "undo": "Bring back what was removed", "decide": "What waits for a decision: too late, clashing bulletins", "up": "Move the entry up", "down": "Move the entry down",
		"focus": "Next panel", "focus-back": "Previous panel", "prev": "Up a line; on the map: to the cluster above", "next": "Down a line; on the map: to the cluster below",
		"left": "To the map; on the map: to the cluster on the left", "right": "To the map; on the map: to the cluster on the right", "open": "Details of the selected cluster", "mark": "Mark as a target",
		"everywhere": "Clear the marks: whole commune", "mute": "Mute the selected cluster, or let it sound", "zoom-in": "Zoom in",
		"zoom-out": "Zoom out", "zoom-fit": "See the whole commune", "number": "Type a number to select a cluster", "lock": "Lock the screen now; a PIN opens it", "technical": "Show or hide technical figures", "trials": "Sample commune: break its parts",
		"quit": "Leave the screen; the station stays on", "back": "Close the window, go back", "later": "Bulletins, feedback: not in this version", "settings": "Settings: station, zones, clusters, this machine",
	},
	Group: map[string]string{"air": "On air", "screens": "Screens", "queue": "Play list", "clusters": "Clusters and map", "other": "Other"},
	Line:  enLine,
	Note:  "Works with a Vietnamese input method on: every act has an F-key, an arrow, Enter or a Ctrl form.",
}

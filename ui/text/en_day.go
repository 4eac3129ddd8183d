package text

var enDay = Day{
	Undo: DayUndo{Gone: "Nothing is left of that act to be taken back"},
	Week: DayWeek{
		Views: [3]string{"list", "week", "check 14 days"}, Heard: "Heard at:",
		Sum: "%d starts in %d days, %s", SumAll: "%d starts in %d days", Days: "From %s to %s", Minutes: "Minutes a day",
		Empty: "Nothing this week", Legend: "%s aired · ! overlap · + behind · * quiet hours · – skipped", Next: "other week", Place: "another place",
	},
	Dry: DayDry{
		Reckoning: "Checking the timetable…", Well: "No overlap, nothing in the quiet hours", Span: "From %s to %s · quiet hours: %s",
		Overlap: "OVERLAP %s “%s” · “%s” has %s left", Quiet: "QUIET HOURS %s “%s” · sounds for %s of them",
		NoItem: "ITEM GONE %s “%s”: an item left the library", Nowhere: "NOWHERE %s “%s”: no cluster is meant",
		More: " and %d days more", Where: "clusters %s",
		Modes:    [4]string{"cuts in, the other goes on after it", "waits for the item's end, 5 minutes at most", "begins after it", "on time, the other goes on after it"},
		Checking: "Checking the timetable, press Enter again", Ask: "Save it all the same? %s", AskMore: " · and %d more",
	},
	Ways: enWays, Cards: enCards, Rungs: enRungs,
	Bed:   DayBed{Field: "Music bed", Hint: "← → choose music that sounds low under what is spoken, again and again", None: "none", Key: "Ctrl+N: music under it when played now: %s"},
	Feast: DayFeast{Field: "Holidays", Hint: "← → choose. Tết and the national holidays are known", Words: [3]string{"as on other days", "silent on holidays", "on holidays alone"}},
	Items: DayItems{
		Title: "Choose items in their order", Chosen: "%d items, %s:", None: "no item chosen",
		Keys: "Type to search · Enter adds · Delete drops the last · Esc done", Gone: "an item that left the library (%s)",
		Hint:  "Enter opens the library. Typing opens it and searches",
		Hints: [3]string{"add", "drop the last", "done"},
	},
	Store: DayStore{
		Columns: [6]string{"Title", "Kind", "Length", "Loudness", "Added by", "Added on"}, Loud: [5]string{"far too quiet", "quiet", "right", "loud", "far too loud"},
		By: "%s added it on %s", Rate: "%s a second, about %s left", Bytes: [3]string{"%s kB", "%s MB", "%s GB"}, Stop: "Ctrl+D stops it · Esc leaves, it goes on",
		Nothing: "No such folder or sound file", Found: "%d found · Tab completes",
		Complete: "Type a path, Tab completes: /media/ and Tab shows sticks", Unknown: "No such folder",
	},
	Log: DayLog{AllDays: "all days", Older: "%d lines read, more at the end", End: "That is all, %d lines", Hint: "day"},
	Cause: DayCause{
		Heads: [3]string{"NEW, NEEDS A HAND", "SEEN, NOT OVER", "OVER"},
		Group: map[string]string{"cluster-lost": "%d clusters were lost together", "cluster-fault": "%d clusters report a fault", "missed": "%d starts were missed",
			"broken": "%d items could not be played", "stranger": "%d strangers were turned away", "order-refused": "%d orders were refused"},
		Many: "%d faults of one kind", Members: "These: %s", InBook: ", in the fault book (F9)", Open: "one by one", One: "%d over",
	},
	Rules: DayRules{
		Quiet: "Quiet hours", QuietHint: "For example 22:00–5:00; empty: none. The timetable is checked against them, an emergency is always heard", NoQuiet: "none",
		Session: "Longest slot (minutes)", SessionHint: "No slot may be longer; 0: no bound. 5 to 480 minutes",
		BadQuiet: "Those are no hours. For example: 22:00–5:00", NewPhrase: "new text", NoPhrase: "No prepared text yet · Ctrl+O adds one, to be ready in an emergency",
		RemovePhrase: "Delete prepared text %d", FullPhrase: "There are %d prepared texts: delete one first",
		ZoneClusters: "Clusters", ZoneHint: "Numbers of clusters, with commas", BadClusters: "There is no cluster %s",
	},
	Enrol: DayEnrol{
		New: "new cluster", Title: "Let the cluster “%s” in", Open: "Open a one-time code", Waiting: "Opening a code…",
		Fields: [3]string{"Place", "Number", "Zones"}, Hints: [3]string{"For example: Thôn 6", "1 to 999, of no other cluster", "Zones' names, with commas; may stay empty"},
		Code: "ONE-TIME CODE", Address: "The station's address", Key: "The station's key",
		How:  "On the cluster's machine, type: loaxa cluster --station %s --enroll %s. It shows the station's key: it must be the one above.",
		Left: "The code is good for %s more. Waiting for the cluster…", Over: "The code has run out. Esc, and begin again.", Came: "Cluster %d %s is in",
		Done: "Compare the key above with the one the cluster's machine shows. Esc: done", BadNumber: "Another cluster has this number, or it is not 1 to 999",
	},
}

package text

var enComposer = Composer{
	Pick: "Choose a template", Keys: "↑↓ choose · Enter · Esc: write it yourself", FormKeys: "Tab: next · Enter on the last: see the text · Ctrl+W: leave this out, with a reason",
	Missing: "STILL MISSING: %s", Waived: "left out: %s", WaiveK: "Ctrl+T: templates",
	SirenFirst: "Ctrl+K: SIREN NOW at %s; fill in what is missing, the words come after", Sounding: "THE SIREN HAS SOUNDED. Write the words, then Ctrl+K reads them", NoWords: "The siren has sounded. Write the words, then Ctrl+K; Esc: no words",
	Done: "The text is complete: look at it, then Ctrl+K", Level: "Disaster risk %s.",
	Repeats: Repeats{Plan: "Read again: %s   Ctrl+R changes", PlanNone: "no, twice only", PlanEvery: "every %d minutes, %d times, over at %s"},
	Why:     [3]string{"not known", "does not apply", "follows"}, LevelPart: "risk level",
	Beside: Beside{Of: "Message %d of %d that are open · ← → another", NewWord: "New word in place of this one", NewText: "Another danger: siren, then a prepared text",
		NewMic: "Another danger: siren, then microphone", WillUpdate: "Ctrl+K: end the message of %s, siren and new words wherever it was heard",
		Others: "and %d more emergencies are open", Next: "read again at %s, last at %s", Versions: "version %d"},
}

var (
	enPlace  = TemplateField{Part: "place", Label: "Where", Say: "Area: %s", Need: true}
	enTime   = TemplateField{Part: "time", Label: "When", Say: "Time: %s", Need: true}
	enNext   = TemplateField{Part: "forecast", Label: "Forecast", Say: "Forecast: %s", Need: true}
	enSource = TemplateField{Part: "source", Label: "Source", Say: "Source: %s", Need: true}
)

func enStrength(label, say string) TemplateField {
	return TemplateField{Part: "strength", Label: label, Say: say, Need: true}
}

func enDo(words string) TemplateField {
	return TemplateField{Part: "do", Label: "What to do", Say: "Please: %s", Value: words, Need: true}
}

var enTemplates = []Template{
	{Kind: "flood", Name: "Flood", Head: "FLOOD WARNING.", Level: true, Fields: []TemplateField{enPlace, enTime,
		enStrength("Water level", "Water level: %s"), enNext, enDo("bring the old, children, animals and goods to high ground; do not cross fords or streams"), enSource}},
	{Kind: "spill", Name: "Reservoir spill", Head: "SPILL NOTICE.", Fields: []TemplateField{
		{Part: "reservoir", Label: "Reservoir", Say: "Reservoir: %s", Need: true}, {Part: "time", Label: "From", Say: "From: %s", Need: true},
		enStrength("Flow now", "Flow now: %s cubic metres a second"), {Part: "forecast", Label: "Flow next", Say: "Next: %s cubic metres a second", Need: true},
		{Part: "place", Label: "Places concerned", Say: "Concerned: %s", Need: true},
		enDo("keep out of rivers and streams; bring people, cattle, pumps and nets away from the banks now"), enSource}},
	{Kind: "storm", Name: "Storm", Head: "STORM WARNING.", Level: true, Fields: []TemplateField{enPlace, enTime,
		enStrength("Wind", "Wind: %s"), enNext, enDo("tie down roofs, stay in a solid house, do not go out in the wind"), enSource}},
	{Kind: "flash-flood", Name: "Flash flood", Head: "FLASH FLOOD WARNING.", Level: true, Fields: []TemplateField{enPlace, enTime,
		enStrength("How strong", "Strength: %s"), enNext, enDo("leave houses by streams at once, go to high ground; cross no stream"), enSource}},
	{Kind: "landslide", Name: "Landslide", Head: "LANDSLIDE WARNING.", Level: true, Fields: []TemplateField{enPlace, enTime,
		enStrength("How strong", "Strength: %s"), enNext, enDo("leave houses below slopes at once; do not use the road there"), enSource}},
	{Kind: "forest-fire", Name: "Forest fire", Head: "FOREST FIRE WARNING.", Level: true, Fields: []TemplateField{enPlace, enTime,
		enStrength("How strong", "Strength: %s"), enNext, enDo("light no fires, keep out of the forest; report smoke at once"), enSource}},
	{Kind: "heat", Name: "Heat", Head: "HEAT WARNING.", Level: true, Fields: []TemplateField{enPlace, enTime,
		enStrength("Temperature", "Temperature: %s"), enNext, enDo("do not work in the fields at noon, drink enough, look after the old and the small"), enSource}},
	{Kind: "epidemic", Name: "Epidemic", Head: "URGENT HEALTH NOTICE.", Fields: []TemplateField{
		{Part: "what", Label: "Disease", Say: "Disease: %s", Need: true}, enPlace, enTime, enStrength("Cases", "Situation: %s"), enNext,
		enDo("do not gather, wash hands, wear masks; with symptoms go to the health station at once"), enSource}},
	{Kind: "rabies", Name: "Rabid dog", Head: "URGENT: A DOG MAY HAVE RABIES.", Fields: []TemplateField{enPlace, enTime,
		enStrength("The animal", "Animal: %s"), {Part: "forecast", Label: "Heading for", Say: "It may be at: %s"},
		enDo("lock your dogs in, keep children inside; who was bitten washes the wound with soap for 15 minutes and goes for the vaccine at once"), enSource}},
	{Kind: "lost-person", Name: "Lost person", Head: "A PERSON IS MISSING.", Siren: "attention", Fields: []TemplateField{
		{Part: "what", Label: "Name, age", Say: "Name and age: %s", Need: true}, enStrength("Looks, clothes", "Looks: %s"),
		{Part: "place", Label: "Last seen at", Say: "Last seen at: %s", Need: true}, {Part: "time", Label: "When", Say: "At: %s", Need: true},
		enDo("who sees the person, stay with them and call"), {Part: "source", Label: "Whom to call", Say: "Call: %s", Need: true}}},
	{Kind: "power-line", Name: "Power line down", Head: "DANGER: A POWER LINE IS DOWN.", Fields: []TemplateField{enPlace, enTime,
		enStrength("Which line", "Line: %s"), {Part: "forecast", Label: "Mended by", Say: "Mended by: %s"},
		enDo("keep 10 metres away, touch no wire, tree or water near it; watch children and cattle"), enSource}},
	{Kind: "evacuation", Name: "Evacuation", Head: "EVACUATION ORDER.", Level: true, Fields: []TemplateField{enPlace,
		{Part: "time", Label: "Leave before", Say: "Leave before: %s", Need: true}, enStrength("Why", "Reason: %s"),
		{Part: "forecast", Label: "Where to, which way", Say: "Go to: %s", Need: true},
		enDo("take papers, medicine, water; turn off power and gas; help the old and children first; do not come back before you are told"),
		{Part: "source", Label: "Who orders it", Say: "Ordered by: %s", Need: true}}},
	{Kind: "all-clear", Name: "All clear (in your words)", Head: "ALL CLEAR.", Siren: "all-clear", Fields: []TemplateField{
		{Part: "what", Label: "Which danger is over", Say: "Over: %s", Need: true}, enPlace,
		{Part: "time", Label: "Since", Say: "Since: %s", Need: true}, enDo("go home, check power and house before you enter; help each other"), enSource}},
}

package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/dialog"
	"loaxa/ui/panel"
	"loaxa/ui/text"
	"loaxa/ui/theme"
)

// maxHistory is how many lines the command line remembers.
const maxHistory = 50

// commands are the acts of the command line in the order of help. Each is
// understood in Vietnamese and in English, with and without tone marks.
var commands = []string{"play", "pause", "skip", "live", "emergency", "drill", "find", "zone", "show", "everywhere", "mute", "unmute",
	"queue", "add", "board", "log", "faults", "above", "map", "settings", "theme", "lang", "technical", "lock", "clock", "trials", "help", "quit"}

// choices are what may follow a command, by act: the word typed and its value.
var choices = map[string][][2]string{
	"theme": {{"ngày", "day"}, {"đêm", "night"}, {"đơn-sắc", "mono"}, {"tương-phản", "contrast"},
		{"day", "day"}, {"night", "night"}, {"mono", "mono"}, {"contrast", "contrast"}},
	"lang": {{"vi", "vi"}, {"en", "en"}},
	"mute": {{"cả-xã", "all"}, {"all", "all"}}, "unmute": {{"cả-xã", "all"}, {"all", "all"}},
}

// plainWord is how words are compared: folded, hyphens as spaces.
func plainWord(s string) string { return dialog.Plain(s) }

// words are the names of an act, of the screen's own language first.
func commandNames(lang, act string) (names []string) {
	other := map[string]string{"vi": "en", "en": "vi"}[lang]
	for _, l := range []string{lang, other} {
		names = append(names, strings.Split(text.For(l).Keys.Line.Names[act], "|")...)
	}
	return names
}

// parseCommand splits a line into an act and what follows it; the longest name
// that fits wins.
func parseCommand(lang, line string) (act, rest string) {
	line = plainWord(strings.TrimPrefix(strings.TrimSpace(line), ":"))
	long := 0
	for _, a := range commands {
		for _, n := range commandNames(lang, a) {
			n = plainWord(n)
			if after, ok := strings.CutPrefix(line, n); ok && len(n) > long && (after == "" || after[0] == ' ') {
				act, rest, long = a, strings.TrimSpace(after), len(n)
			}
		}
	}
	return act, rest
}

// complete gives the lines that what was typed may become.
func (c *Console) complete(line string) (out []string) {
	lang := c.text.Lang
	add := func(s string) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	if act, rest := parseCommand(lang, line); act != "" && strings.ContainsRune(line, ' ') {
		name := commandNames(lang, act)[0]
		for _, o := range choices[act] {
			if strings.HasPrefix(plainWord(o[0]), rest) {
				add(name + " " + o[0])
			}
		}
		if (act == "zone" || act == "mute" || act == "unmute") && c.known.snap != nil {
			for _, z := range c.known.snap.Station.Zones {
				if strings.HasPrefix(plainWord(z.Name), rest) {
					add(name + " " + panel.Clean(z.Name))
				}
			}
		}
		return out
	}
	want := plainWord(line)
	for _, a := range commands {
		for _, n := range commandNames(lang, a) {
			if strings.HasPrefix(plainWord(n), want) {
				add(n)
				break
			}
		}
	}
	return out
}

func (c *Console) command() tea.Cmd {
	c.open(dialog.NewCommand(c.complete, c.keys.history))
	return nil
}

// run does a line of the command line.
func (c *Console) run(line string) tea.Cmd {
	c.keys.history = append(c.keys.history, line)
	if n := len(c.keys.history); n > maxHistory {
		c.keys.history = c.keys.history[n-maxHistory:]
	}
	act, rest := parseCommand(c.text.Lang, line)
	switch act {
	case "":
		c.unknown(line)
		return nil
	case "quit":
		c.open(dialog.Quit{Ends: c.opts.Demo})
		return nil
	case "emergency", "drill":
		c.dropEmergency()
		e := dialog.NewEmergency(c.scene())
		if act == "drill" {
			e.Drill(c.scene())
		}
		c.open(e)
		return nil
	case "theme", "lang":
		return c.dress(act, rest)
	}
	if c.known.snap == nil && act != "help" {
		return c.dead(c.text.Disabled.NoStation)
	}
	return c.runWith(act, rest)
}

func (c *Console) runWith(act, rest string) tea.Cmd {
	running := c.known.snap != nil && c.known.snap.Queue.Running
	switch act {
	case "play", "pause":
		if running == (act == "play") {
			return c.dead(map[bool]string{true: c.text.Disabled.PlaysNow, false: c.text.Disabled.NotPlaying}[running])
		}
		return c.play()
	case "find":
		c.open(dialog.NewFind(c.scene(), rest))
		return nil
	case "zone":
		return c.zone(rest)
	case "mute", "unmute":
		if rest == "" {
			return c.mute()
		}
		return c.muteNamed(act == "mute", rest)
	case "show":
		return c.show(rest)
	case "clock":
		return c.submit(station.ClockConfirm{}, nil, "")
	}
	return c.act(act, "")
}

// show opens the window of the cluster of a number or a name.
func (c *Console) show(want string) tea.Cmd {
	for i := range c.known.snap.Clusters {
		if v := &c.known.snap.Clusters[i]; want == fmt.Sprint(v.Number) || want != "" && strings.Contains(plainWord(v.Name), want) {
			c.cur.Cluster, c.cur.Focus = v.ID, panel.FocusClusters
			c.reveal()
			return c.details()
		}
	}
	return c.dead(c.text.Keys.Line.NoPlace)
}

// dress changes how the screen looks or speaks.
func (c *Console) dress(act, want string) tea.Cmd {
	for _, o := range choices[act] {
		switch {
		case plainWord(o[0]) != want:
		case act == "lang":
			c.text = text.For(o[1])
			return nil
		default:
			c.look.wear(o[1])
			return nil
		}
	}
	return c.dead(c.text.Keys.Line.Help[act])
}

// unknown says which command comes nearest to what was typed.
func (c *Console) unknown(line string) {
	l := c.text.Keys.Line
	typed := strings.TrimPrefix(strings.TrimSpace(line), ":")
	best, name := 3, ""
	for _, a := range commands {
		for _, n := range commandNames(c.text.Lang, a) {
			if d := distance(plainWord(n), plainWord(typed)); d < best {
				best, name = d, n
			}
		}
	}
	if name == "" {
		c.say(theme.Warn, fmt.Sprintf(l.Unknown, panel.Cut(typed, 30)))
		return
	}
	c.say(theme.Warn, fmt.Sprintf(l.Nearest, panel.Cut(typed, 30), name))
}

// distance is how many letters must be put in, taken out or changed to make b
// of a (Levenshtein).
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		last := row[0]
		row[0] = i + 1
		for j := range y {
			cost := last
			if x[i] != y[j] {
				cost++
			}
			last, row[j+1] = row[j+1], min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(y)]
}

// commandLines are the commands as help shows them.
func commandLines(s *panel.Scene, want string) (out []panel.Line) {
	l := s.T.Keys.Line
	for _, a := range commands {
		name := strings.ReplaceAll(l.Names[a], "|", ", ")
		if strings.Contains(dialog.Fold(name+" "+l.Help[a]), want) {
			out = append(out, panel.Line{{R: theme.Key, S: "  " + panel.Pad(":"+name, 18)}, {R: theme.Plain, S: l.Help[a]}})
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append([]panel.Line{panel.L(theme.Title, " "+l.Commands)}, out...)
}

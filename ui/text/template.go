package text

import "strings"

// Template is a prepared message of one kind of danger: the questions that its
// least content asks, and how each answer is said.
type Template struct {
	Kind   string // a typed word, the same in every language
	Name   string // in the list
	Head   string // the first sentence
	Siren  string // tone id; empty: the station's own
	Level  bool   // Decision 18/2021 gives this danger a level: the text must name it
	Fields []TemplateField
}

// TemplateField is one question.
type TemplateField struct {
	Part  string // of the least content: place, time, strength, forecast, do, source; or of its own
	Label string
	Say   string // %s answer
	Value string // that stands there already
	Need  bool   // must be answered or waived
}

// Composer are the words of a message that is put together.
type Composer struct {
	Pick, Keys, FormKeys    string
	Missing, Waived, WaiveK string // %s parts; %s why; the key
	SirenFirst, Sounding    string
	NoWords                 string
	Done                    string
	Level                   string // %s level, said
	Repeats
	Why       [3]string
	LevelPart string
	Beside
}

// Repeats are the words of a plan of repeats.
type Repeats struct {
	Plan                string // %s
	PlanNone, PlanEvery string // %d minutes, %d times, %s end
}

// Beside are the words beside an emergency that is open.
type Beside struct {
	Of, NewWord, NewText string // %d of %d; the choices beside an open emergency
	NewMic, WillUpdate   string // WillUpdate %s time
	Others               string // %d
	Next                 string // %s in, %s last
	Versions             string // %d
}

// Templates are the prepared messages of the book's language.
func (t *Text) Templates() []Template {
	if t == &en {
		return enTemplates
	}
	return viTemplates
}

// Compose says a message: the head, the level, then every answer that was
// given. answers go with the template's fields.
func (m Template) Compose(level string, answers []string) string {
	out := []string{m.Head}
	if level != "" {
		out = append(out, level)
	}
	for i, f := range m.Fields {
		if i >= len(answers) || strings.TrimSpace(answers[i]) == "" {
			continue
		}
		s := strings.ReplaceAll(f.Say, "%s", strings.TrimSpace(answers[i]))
		if !strings.ContainsAny(s[len(s)-1:], ".!?") {
			s += "."
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

package station

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Alert is the whole word of an emergency as it was aired, or of what took it
// back or ended it, or of a bulletin that came as text: a record of class "alert" by the broadcast that read it.
// Emergencies that were aired before these records have none.
type Alert struct {
	ID     BroadcastID `json:"id"`           // of the emergency's first broadcast
	Of     BroadcastID `json:"of,omitempty"` // it is another reading of this one, whose record has the words; else 0
	Type   AlertType   `json:"type,omitempty"`
	Sent   Stamp       `json:"sent,omitzero"`
	Text   string      `json:"text,omitempty"` // at most MaxEmergency characters
	Level  int         `json:"level,omitempty"`
	Kind   string      `json:"kind,omitempty"` // of danger, a typed word
	Who    string      `json:"who,omitempty"`
	Drill  bool        `json:"drill,omitempty"`
	Second Second      `json:"second,omitzero"`
	Places []string    `json:"places,omitempty"` // names, at most MaxAlertPlaces; none: the whole commune
	Refs   []AlertRef  `json:"refs,omitempty"`   // what it takes the place of, older first, at most MaxAlertRefs
	Clear  bool        `json:"clear,omitempty"`  // of a cancel: the danger is over; else it was never true
}

// AlertType says what an Alert is to those before it. Closed set; the words are
// those of CAP 1.2, but AlertNotice.
type AlertType string

// The types.
const (
	AlertNew    AlertType = "Alert"
	AlertUpdate AlertType = "Update"
	AlertCancel AlertType = "Cancel"
	AlertNotice AlertType = "Notice" // a bulletin that warns of nothing: no CAP is made of it
)

// AlertRef names an earlier Alert.
type AlertRef struct {
	ID   BroadcastID `json:"id"`
	Sent time.Time   `json:"sent"`
}

// Bounds of an Alert.
const (
	MaxAlertPlaces = 100
	MaxAlertRefs   = 20 // the newest
	alertLife      = 24 * time.Hour
)

// capCategories are the categories of CAP by kind of danger; others: Safety.
var capCategories = map[string]string{"flood": "Met", "flash-flood": "Met", "storm": "Met", "heat": "Met", "landslide": "Geo", "forest-fire": "Fire",
	"epidemic": "Health", "rabies": "Health", "lost-person": "Rescue", "power-line": "Infra", "spill": "Infra"}

// CAP makes the message of an alert as others read it.
func (a Alert) CAP(st StationView, commune string) CAP {
	id := func(n BroadcastID) string { return fmt.Sprintf("%s-%d", st.ID, n) }
	c := CAP{Identifier: id(a.ID), Sender: st.ID, Sent: a.Sent.Wall.Format(capTime), Status: "Actual", MsgType: string(a.Type), Scope: "Public"}
	if a.Drill {
		c.Status = "Exercise"
	}
	var refs []string
	for _, r := range a.Refs {
		refs = append(refs, strings.Join([]string{st.ID, id(r.ID), r.Sent.Format(capTime)}, ","))
	}
	c.References = strings.Join(refs, " ")
	i := CAPInfo{Language: "vi-VN", Category: []string{"Safety"}, Event: a.Kind, Urgency: "Immediate", Certainty: "Observed",
		Severity: [...]string{"Unknown", "Minor", "Moderate", "Severe", "Extreme", "Extreme"}[max(0, min(a.Level, 5))],
		CAPSpan:  CAPSpan{c.Sent, a.Sent.Wall.Add(alertLife).Format(capTime)}, SenderName: st.Name, Description: a.Text, Contact: st.Rules.Hotline}
	if m, ok := capCategories[a.Kind]; ok {
		i.Category = []string{m}
	}
	if i.Event == "" {
		i.Event = "emergency"
	}
	if a.Type == AlertCancel {
		i.Urgency, c.Note = "Past", a.Text
		if a.Clear {
			i.Response = []string{"AllClear"}
		} else {
			i.Certainty = "Unlikely"
		}
	}
	if a.Level > 0 {
		i.Parameter = []CAPValue{{capLevel, strconv.Itoa(a.Level)}}
	}
	area := CAPArea{Desc: strings.Join(a.Places, ", ")}
	if area.Desc == "" {
		area.Desc = st.Name
	}
	if commune != "" {
		area.Geocode = []CAPValue{{capCommune, commune}}
	}
	i.Area = []CAPArea{area}
	c.Info = []CAPInfo{i}
	if a.Second.Text != "" {
		i.Language, i.Description = cmp.Or(a.Second.Lang, SecondLang), a.Second.Text
		c.Info = append(c.Info, i)
	}
	return c
}

// Reference is how a later alert names this one.
func (a Alert) Reference() AlertRef { return AlertRef{a.ID, a.Sent.Wall} }

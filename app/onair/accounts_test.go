package onair

import (
	"slices"
	"testing"
	"time"

	"loaxa/app/station"
)

// people are one of each role, and the mark that each holds.
func people() (out []station.User) {
	for _, r := range station.Roles {
		u := station.User{Name: "a " + string(r), Role: r, Rev: "1"}
		if r == station.RoleHead {
			u.Area, u.From, u.Until = station.Targets{Zones: []string{"nam"}}, 5*60, 19*60
		}
		out = append(out, u)
	}
	return out
}

func as(r station.Role) station.Person {
	return station.Person{System: "uid", Account: "a " + string(r), Rev: "1"}
}

// day is a moment of the day in the commune.
func day(hour int) station.Stamp {
	return station.Stamp{Wall: time.Date(2026, 11, 22, hour, 0, 0, 0, time.FixedZone("+07", 7*3600)), Mono: time.Hour}
}

func staffed(t *testing.T) State {
	t.Helper()
	s, out := Decide(village(), Input{Fact: station.AccountsSet{Accounts: people(), By: "hoa"}}, day(10))
	if len(s.Books.People) != len(station.Roles) || len(out.Events) != len(station.Roles) || out.Events[0].Actor != "hoa" || out.Events[0].Kind != station.EvAccount {
		t.Fatalf("%+v, %+v", s.Books.People, out.Events)
	}
	return s
}

// everyIntent is one of each kind that can come over the socket.
var everyIntent = map[station.Act][]station.Intent{
	station.ActStop:      {station.StopAll{}},
	station.ActEmergency: {station.EmergencyStart{Siren: "siren", Targets: station.Everywhere()}, station.EmergencyEnd{}, station.EmergencyCorrect{}},
	station.ActClose:     {station.LiveStop{}, station.RecordStop{}, station.MicTest{}},
	station.ActLive:      {station.LiveStart{Title: "x", Targets: station.Everywhere()}, station.MicTest{On: true}, station.EmergencyStart{Drill: true, Text: "thử", Targets: station.Everywhere()}},
	station.ActPlay: {station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}, station.QueueAdd{Item: "news", Targets: station.Everywhere(), At: -1},
		station.QueueRemove{}, station.QueueMove{}, station.QueuePlay{}, station.QueuePause{}, station.QueueSkip{}, station.BroadcastEnd{}, station.SendAgain{}, station.SlotSkip{}},
	station.ActCard:      {station.CardPublish{Text: "x"}},
	station.ActTimetable: {station.SlotPut{}, station.SlotRemove{}, station.SlotsPut{Remove: []station.SlotID{9}}},
	station.ActLibrary:   {station.HearHere{}, station.ItemPut{}, station.ItemRemove{}, station.RecordStart{Title: "x"}},
	station.ActFault:     {station.FaultAck{}},
	station.ActWorks:     {station.ClusterPut{}, station.ClusterRemove{}, station.ClusterMute{}, station.BoardRemove{}, station.ZonePut{}, station.ZoneRemove{}, station.SpeakerTest{}, station.LineCheck{}},
	station.ActRules:     {station.SettingsPut{}},
}

// matrix is the table of the handbook, written down by hand a second time.
var matrix = map[station.Role]string{
	station.RoleOperator:   "stop emergency close live play card timetable library fault works rules",
	station.RoleApprover:   "stop emergency close live play card timetable library fault",
	station.RoleEditor:     "close timetable library",
	station.RoleTechnician: "close fault works rules",
	station.RoleHead:       "close live play",
	station.RoleViewer:     "close",
	"":                     "close", // nobody was let in
}

// TestTheMatrixOfRoles: each role against each intent. What is not in the
// role's row is refused, but for danger, which breaks the glass.
func TestTheMatrixOfRoles(t *testing.T) {
	s := staffed(t)
	for role, row := range matrix {
		may := map[station.Act]bool{}
		for _, w := range splitWords(row) {
			may[station.Act(w)] = true
		}
		who := as(role)
		if role == "" {
			who = station.Person{System: "uid"}
		}
		for act, ins := range everyIntent {
			for _, in := range ins {
				_, out := Decide(s, Input{Intent: in, Actor: who.Name(), By: &who}, day(10))
				var code station.RefusalCode
				if out.Refusal != nil {
					code = out.Refusal.Code
				}
				stopped := code == station.ScreenLocked || code == station.RoleSmaller || code == station.OutsideArea
				glass := slices.ContainsFunc(out.Events, func(e station.Event) bool { return e.Kind == station.EvGlass })
				danger := act == station.ActStop || act == station.ActEmergency
				switch {
				case danger && stopped:
					t.Errorf("%q: %T was refused: %s", role, in, code)
				case danger && out.Refusal == nil && glass == may[act]:
					t.Errorf("%q: %T, broken glass %v", role, in, glass)
				case !danger && may[act] && stopped && role != station.RoleHead: // whose place is judged too
					t.Errorf("%q: %T was refused: %s", role, in, code)
				case !danger && !may[act] && (!stopped || len(out.Cues) > 0 || glass):
					t.Errorf("%q: %T was let through: %v, cues %v", role, in, code, out.Cues)
				}
			}
		}
	}
}

func splitWords(s string) (out []string) {
	for len(s) > 0 {
		i := 0
		for i < len(s) && s[i] != ' ' {
			i++
		}
		out = append(out, s[:i])
		s = s[min(i+1, len(s)):]
	}
	return out
}

// TestWithoutAccountsNothingIsLocked, and the house itself is never asked.
func TestWithoutAccountsNothingIsLocked(t *testing.T) {
	by := station.Person{System: "uid"}
	in := station.PlayNow{Items: []station.ItemID{"news"}, Targets: station.Everywhere()}
	if _, out := Decide(village(), Input{Intent: in, Actor: "uid", By: &by}, day(10)); out.Refusal != nil {
		t.Errorf("without accounts: %v", out.Refusal)
	}
	if _, out := Decide(staffed(t), Input{Intent: in, Actor: "station"}, day(10)); out.Refusal != nil {
		t.Errorf("the house: %v", out.Refusal)
	}
}

// TestAHamletHeadStaysInHisHamletAndHours.
func TestAHamletHeadStaysInHisHamletAndHours(t *testing.T) {
	s, by := staffed(t), as(station.RoleHead)
	for _, c := range []struct {
		zone string
		hour int
		want station.RefusalCode
	}{{"nam", 10, ""}, {"bắc", 10, station.OutsideArea}, {"nam", 4, station.OutsideHours}, {"nam", 19, station.OutsideHours}, {"nam", 5, ""}} {
		_, out := Decide(s, Input{Intent: station.LiveStart{Title: "x", Targets: station.Targets{Zones: []string{c.zone}}}, Actor: by.Name(), By: &by}, day(c.hour))
		if got := out.Refusal; (got == nil) != (c.want == "") || got != nil && got.Code != c.want {
			t.Errorf("%s at %d: %v", c.zone, c.hour, got)
		}
	}
	wide := station.LiveStart{Title: "x", Targets: station.Everywhere()}
	if _, out := Decide(s, Input{Intent: wide, Actor: by.Name(), By: &by}, day(10)); out.Refusal == nil {
		t.Error("he spoke to the whole commune")
	}
}

// TestBrokenGlassRingsUntilSomebodyLooks: a siren from a locked screen sounds,
// the row is loud, and the fault stands until one who gave a PIN has seen it.
func TestBrokenGlassRingsUntilSomebodyLooks(t *testing.T) {
	s, nobody := staffed(t), station.Person{System: "uid"}
	s, out := Decide(s, Input{Intent: station.EmergencyStart{Siren: "siren", Targets: station.Everywhere()}, Actor: "uid", By: &nobody}, day(10))
	if out.Started == 0 || out.Refusal != nil {
		t.Fatalf("the siren: %+v", out)
	}
	s, _ = Decide(s, Input{Intent: station.StopAll{}, Actor: "uid", By: &nobody}, day(10))
	var ids []string
	for _, f := range s.Faults {
		if f.Kind == station.EvGlass && !f.Over && f.Subject == "uid" {
			ids = append(ids, f.ID)
		}
	}
	if len(ids) != 2 || ids[0] == ids[1] {
		t.Fatalf("faults %v", s.Faults)
	}
	if _, out = Decide(s, Input{Intent: station.FaultAck{ID: ids[0]}, By: &nobody}, day(10)); out.Refusal == nil {
		t.Error("a locked screen took its own alarm away")
	}
	by := as(station.RoleOperator)
	s, _ = Decide(s, Input{Intent: station.FaultAck{ID: ids[0]}, Actor: by.Name(), By: &by}, day(10))
	i := slices.IndexFunc(s.Faults, func(f station.Fault) bool { return f.ID == ids[0] })
	if !s.Faults[i].Over || s.Faults[i].AckedBy != "a operator" {
		t.Errorf("%+v", s.Faults[i])
	}
	if !slices.ContainsFunc(s.Recent, func(e station.Event) bool { return e.Kind == station.EvFaultAck && e.Actor == "a operator" }) {
		t.Errorf("the row does not name the account: %+v", s.Recent)
	}
}

// TestADifferentPINPutsOthersOut, and one whose account went.
func TestADifferentPINPutsOthersOut(t *testing.T) {
	s, by := staffed(t), as(station.RoleOperator)
	now := people()
	now[0].Rev = "2"
	s, out := Decide(s, Input{Fact: station.AccountsSet{Accounts: now, By: "hoa"}}, day(10))
	if len(out.Events) != 1 || out.Events[0].Reason != "pin-changed" {
		t.Errorf("%+v", out.Events)
	}
	if _, out := Decide(s, Input{Intent: station.QueuePlay{}, By: &by}, day(10)); out.Refusal == nil || out.Refusal.Code != station.ScreenLocked {
		t.Errorf("let in by the former PIN: %v", out.Refusal)
	}
}

// TestDamagedAccountsStayLockedAndRing: what was known stays known.
func TestDamagedAccountsStayLockedAndRing(t *testing.T) {
	s := staffed(t)
	s, _ = Decide(s, Input{Fact: station.AccountsSet{Damaged: true, By: "station"}}, day(10))
	s, out := Decide(s, Input{Fact: station.AccountsSet{Damaged: true, By: "station"}}, day(11))
	if len(s.Books.People) == 0 || len(out.Events) != 0 || !slices.ContainsFunc(s.Faults, func(f station.Fault) bool { return f.Kind == station.EvAccounts && !f.Over }) {
		t.Errorf("%v, %+v, %+v", s.Books.People, out.Events, s.Faults)
	}
	s, _ = Decide(s, Input{Fact: station.AccountsSet{Accounts: people(), By: "station"}}, day(12))
	if slices.ContainsFunc(s.Faults, func(f station.Fault) bool { return f.Kind == station.EvAccounts && !f.Over }) {
		t.Error("mended, and it still rings")
	}
}

package station

import (
	"reflect"
	"testing"
)

// TestEveryIntentIsAnAct: an intent that can come over the socket stands in the
// table of acts; what does not would be the operator's alone without a word.
func TestEveryIntentIsAnAct(t *testing.T) {
	for name, typ := range intentKinds {
		if ActOf(reflect.New(typ).Elem().Interface().(Intent)) == ActPeople {
			t.Errorf("%s is no act of anybody: name it in ActOf", name)
		}
	}
	for r := range mayDo {
		for _, a := range mayDo[r] {
			if a == ActPeople {
				t.Errorf("%s lets people in", r)
			}
		}
	}
}

// TestJudgeKnowsNoRoleThatIsNotThere: a role of a newer station may do nothing
// but what danger needs.
func TestJudgeKnowsNoRoleThatIsNotThere(t *testing.T) {
	people := []User{{Name: "Hoa", Role: "king", Rev: "1"}}
	for _, a := range Acts {
		_, l := Judge(people, Person{Account: "Hoa", Rev: "1"}, a)
		want := LeaveNo
		switch a {
		case ActStop, ActEmergency:
			want = LeaveGlass
		case ActClose:
			want = LeaveYes
		default:
		}
		if l != want {
			t.Errorf("%s: %d", a, l)
		}
	}
}

package station

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// Bounds of the coded form of an intent, in bytes.
const (
	MaxIntent = 64 << 10
	MaxTable  = 900 << 10 // … of SlotsPut: a whole timetable
)

var intentKinds = map[string]reflect.Type{}

func init() {
	for _, in := range []Intent{PlayNow{}, QueueAdd{}, QueueRemove{}, QueueMove{}, QueuePlay{}, QueuePause{},
		QueueSkip{}, LiveStart{}, LiveStop{}, EmergencyStart{}, EmergencyEnd{}, StopAll{}, CardPublish{},
		FaultAck{}, ClockConfirm{}, ClusterMute{}, EmergencyCorrect{}, BroadcastEnd{}, RecordStart{}, RecordStop{}, MicTest{}, HearHere{},
		SpeakerTest{}, LineCheck{}, SlotPut{}, SlotRemove{}, SlotSkip{}, SettingsPut{}, ZonePut{}, ZoneRemove{}, ClusterPut{},
		ClusterRemove{}, BoardRemove{}, ItemPut{}, ItemRemove{}, SendAgain{}, PriorityFirst{}, LateAnswer{}, SlotsPut{}} {
		t := reflect.TypeOf(in)
		intentKinds[t.Name()] = t
	}
}

type envelope struct {
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
}

// EncodeIntent returns the JSON form {"kind":…,"body":…}. What DecodeIntent
// would not take for its size is an error.
func EncodeIntent(in Intent) ([]byte, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("encode intent: %w", err)
	}
	b, err := json.Marshal(envelope{reflect.TypeOf(in).Name(), body})
	if limit := intentLimit(in); err == nil && len(b) > limit {
		return nil, fmt.Errorf("encode intent: %d bytes, limit %d", len(b), limit)
	}
	return b, err
}

func intentLimit(in Intent) int {
	if _, ok := in.(SlotsPut); ok {
		return MaxTable
	}
	return MaxIntent
}

// DecodeIntent reads EncodeIntent's form. An unknown kind is an error: a newer
// console talks to an older station.
func DecodeIntent(b []byte) (Intent, error) {
	if len(b) > MaxTable {
		return nil, fmt.Errorf("decode intent: %d bytes, limit %d", len(b), MaxTable)
	}
	var e envelope
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, fmt.Errorf("decode intent: %w", err)
	}
	t, ok := intentKinds[e.Kind]
	if !ok {
		return nil, fmt.Errorf("decode intent: this station does not know %q", e.Kind)
	}
	v := reflect.New(t)
	if limit := intentLimit(v.Elem().Interface().(Intent)); len(b) > limit {
		return nil, fmt.Errorf("decode intent %s: %d bytes, limit %d", e.Kind, len(b), limit)
	}
	if err := json.Unmarshal(e.Body, v.Interface()); err != nil {
		return nil, fmt.Errorf("decode intent %s: %w", e.Kind, err)
	}
	return v.Elem().Interface().(Intent), nil
}

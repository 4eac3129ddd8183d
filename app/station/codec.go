package station

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// MaxIntent bounds the coded form of an intent, in bytes.
const MaxIntent = 64 << 10

var intentKinds = map[string]reflect.Type{}

func init() {
	for _, in := range []Intent{PlayNow{}, QueueAdd{}, QueueRemove{}, QueueMove{}, QueuePlay{}, QueuePause{},
		QueueSkip{}, LiveStart{}, LiveStop{}, EmergencyStart{}, EmergencyEnd{}, StopAll{}, CardPublish{},
		FaultAck{}, ClusterMute{}, EmergencyCorrect{}, BroadcastEnd{}, RecordStart{}, RecordStop{}, MicTest{}, HearHere{},
		SpeakerTest{}, LineCheck{}, SlotPut{}, SlotRemove{}, SlotSkip{}, SettingsPut{}, ZonePut{}, ZoneRemove{}, ClusterPut{},
		ClusterRemove{}, BoardRemove{}, ItemPut{}, ItemRemove{}, SendAgain{}, PriorityFirst{}, LateAnswer{}} {
		t := reflect.TypeOf(in)
		intentKinds[t.Name()] = t
	}
}

type envelope struct {
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
}

// EncodeIntent returns the JSON form {"kind":…,"body":…}.
func EncodeIntent(in Intent) ([]byte, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, fmt.Errorf("encode intent: %w", err)
	}
	return json.Marshal(envelope{reflect.TypeOf(in).Name(), body})
}

// DecodeIntent reads EncodeIntent's form. An unknown kind is an error: a newer
// console talks to an older station.
func DecodeIntent(b []byte) (Intent, error) {
	if len(b) > MaxIntent {
		return nil, fmt.Errorf("decode intent: %d bytes, limit %d", len(b), MaxIntent)
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
	if err := json.Unmarshal(e.Body, v.Interface()); err != nil {
		return nil, fmt.Errorf("decode intent %s: %w", e.Kind, err)
	}
	return v.Elem().Interface().(Intent), nil
}

package boot

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"loaxa/app/station"
	"loaxa/store"
	"loaxa/store/storetest"
)

// TestAnAiredEmergencyIsWrittenAsCAP whole, from any of its readings; one that
// was aired before its words were kept is refused in words and leaves no file.
func TestAnAiredEmergencyIsWrittenAsCAP(t *testing.T) {
	db := storetest.Open(t)
	at := time.Date(2026, 11, 22, 17, 42, 0, 0, Saigon)
	words := strings.Repeat("Nước lên rất nhanh, bà con lên chỗ cao. ", 20)
	put := func(key string, v any) {
		payload, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Append(store.Write{Class: station.ClassAlert, Key: key, Version: 1, Payload: payload}); err != nil {
			t.Fatal(err)
		}
	}
	put("7", station.Alert{ID: 7, Type: station.AlertNew, Sent: station.Stamp{Wall: at}, Text: words, Level: 4, Kind: "flood", Places: []string{"Thôn 1"}})
	put("8", station.Alert{ID: 7, Of: 7})
	shelf := &books{dir: t.TempDir(), db: db, lang: "vi", roster: func() []station.Cluster { return nil }, now: func() station.Stamp { return station.Stamp{Wall: at} },
		view: func() station.StationView { return station.StationView{ID: "abc", Name: "xã Đak Pơ"} }}
	for _, id := range []station.BroadcastID{7, 8} {
		path, err := shelf.Export(context.Background(), station.LogQuery{CAP: true, Broadcast: id}, func(int64, int64) {})
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c, err := station.ParseCAP(b)
		if err != nil || c.Identifier != "abc-7" || c.In("vi").Description != words || c.In("vi").Area[0].Desc != "Thôn 1" || !strings.HasSuffix(path, ".xml") {
			t.Errorf("%s: %v\n%s", path, err, b)
		}
	}
	_, err := shelf.Export(context.Background(), station.LogQuery{CAP: true, Broadcast: 6}, func(int64, int64) {})
	var w *station.Worded
	if !errors.As(err, &w) || w.Why != "no-alert" {
		t.Errorf("an old one: %v", err)
	}
	if files, _ := os.ReadDir(shelf.dir + "/" + exportsFolder); len(files) != 2 {
		t.Errorf("%d files", len(files))
	}
}

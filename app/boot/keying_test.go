package boot

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAKeyIsACommandWithItsState, and what is no key is refused in words.
func TestAKeyIsACommandWithItsState(t *testing.T) {
	log := filepath.Join(t.TempDir(), "said")
	script := filepath.Join(t.TempDir(), "relay")
	if err := os.WriteFile(script, []byte("#!/bin/sh\necho \"$@\" >> "+log+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	k, stop, err := keying("cmd:"+script+" 3", 500*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for _, on := range []bool{true, false} {
		if err := k.Switch(on); err != nil {
			t.Fatal(err)
		}
	}
	if b, err := os.ReadFile(log); err != nil || string(b) != "3 on\n3 off\n" || k.Ahead != 500*time.Millisecond {
		t.Errorf("%q %v", b, err)
	}
	for _, bad := range []string{"cmd:", "cmd:/no/such/program", "gpio:7", "rts:", "x"} {
		if _, _, err := keying(bad, 0); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if _, _, err := keying("rts:"+filepath.Join(t.TempDir(), "none"), 0); err == nil {
		t.Error("a port that is not there was taken")
	}
}

// TestTheUnitNamesThisPole with words that hold spaces and signs.
func TestTheUnitNamesThisPole(t *testing.T) {
	o := ClusterOptions{Data: "/var/lib/loaxa pole", Out: "auto", Station: "10.0.0.1:7420", Name: `Thôn 6 "chợ" 50%`, Key: "cmd:/bin/relay 3"}
	for _, kind := range []string{"user", "system"} {
		var b strings.Builder
		if err := o.printUnit(&b, kind); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`--data "/var/lib/loaxa pole"`, `--name "Thôn 6 \"chợ\" 50%%"`, "Restart=always", `--key "cmd:/bin/relay 3"`, "[Install]"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: no %s in\n%s", kind, want, b.String())
			}
		}
	}
}

// TestTheUnitForgetsNoFlag: whatever flag the pole was given stands in its unit,
// but for the code of its enrolment, which is used up, and for what only a
// simulated sound card has.
func TestTheUnitForgetsNoFlag(t *testing.T) {
	var o ClusterOptions
	var flags []string
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		for i := range v.NumField() {
			f, field := v.Type().Field(i), v.Field(i)
			name := f.Tag.Get("name")
			if name == "" {
				name = strings.ToLower(f.Name)
			}
			if slices.Contains([]string{"enroll", "install-unit", "clock-ppm", "listen"}, name) {
				continue
			}
			switch p := field.Addr().Interface().(type) {
			case *string:
				*p = "/x"
			case *bool:
				*p = true
			case *time.Duration:
				*p = time.Second
			default:
				fill(field)
				continue
			}
			flags = append(flags, "--"+name)
		}
	}
	fill(reflect.ValueOf(&o).Elem())
	var b strings.Builder
	if err := o.printUnit(&b, "user"); err != nil || len(flags) < 10 {
		t.Fatal(err, flags)
	}
	for _, flag := range flags {
		if !strings.Contains(b.String(), flag+" ") && !strings.Contains(b.String(), flag+"\n") {
			t.Errorf("no %s in\n%s", flag, b.String())
		}
	}
}

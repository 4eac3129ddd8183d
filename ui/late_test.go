package ui_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"loaxa/ui"
	"loaxa/ui/uitest"
)

// TestTheLastWordIsNotLost: an input method under X gives the key first and the
// word that it held after it. The word stands in the text that the key acts on.
func TestTheLastWordIsNotLost(t *testing.T) {
	word := []string{"p", "h", "á", "t"}
	patient := func(o *ui.Options) { o.Late = ui.LateWord }
	t.Run("a card", func(t *testing.T) {
		drive(t, uitest.Idle(), 80, 24, patient, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press("f5")
			d.Type("Đang ")
			d.Press("f5")
			d.Press(word...)
			d.SeesNot("Enter: đăng ngay")
			d.Pass(100 * time.Millisecond)
			d.Sees("Đang phát", "Enter: đăng ngay")
		})
	})
	t.Run("a card of one word", func(t *testing.T) {
		drive(t, uitest.Idle(), 80, 24, patient, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press("f5", "f5")
			d.Press(word...)
			d.Pass(100 * time.Millisecond)
			d.Sees("phát", "Enter: đăng ngay")
		})
	})
	t.Run("lines", func(t *testing.T) {
		drive(t, uitest.Idle(), 80, 24, patient, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press("f5")
			d.Type("Đang ")
			d.Press("enter")
			d.Press(word...)
			d.Pass(100 * time.Millisecond)
			d.Type("lại")
			d.Sees("Đang phát")
			d.SeesNot("phátlại")
		})
	})
	t.Run("Esc and the word in one piece", func(t *testing.T) {
		drive(t, uitest.Idle(), 80, 24, patient, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press("f5")
			d.Type("Đang ")
			d.Send(tea.KeyPressMsg{Code: 'p', Mod: tea.ModAlt})
			d.Press(word[1:]...)
			d.Sees("Đang phát")
			d.Pass(100 * time.Millisecond)
			d.SeesNot("Đang phát")
		})
	})
	t.Run("nothing is held", func(t *testing.T) { // a letter came just before: the key does at once what it does
		drive(t, uitest.Idle(), 80, 24, patient, func(_ *uitest.Desk, d *uitest.Driver) {
			d.Press("f5")
			d.Type("Đang")
			d.Press("f5")
			d.Sees("Enter: đăng ngay")
		})
	})
	t.Run("stop waits for nothing", func(t *testing.T) {
		drive(t, uitest.Playing(), 80, 24, patient, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press("f5")
			d.Type("Đang ")
			d.Press("ctrl+x", "ctrl+x")
			if len(desk.Asked()) != 1 {
				t.Errorf("asked %v", desk.Asked())
			}
		})
	})
	t.Run("an emergency", func(t *testing.T) {
		drive(t, uitest.Playing(), 80, 24, patient, func(desk *uitest.Desk, d *uitest.Driver) {
			d.Press("f12", "2")
			d.Type("Không qua ")
			d.Press("ctrl+k")
			d.Press("c", "ầ", "u")
			d.Pass(100 * time.Millisecond)
			if got := fmt.Sprintf("%+v", desk.Asked()); !strings.Contains(got, "Không qua cầu") {
				t.Errorf("asked %s", got)
			}
		})
	})
}

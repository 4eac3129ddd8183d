// Package dialog holds the windows that open over the main screen. Each is a
// small struct that takes keys and says in a Result what it wants done; none
// can reach the desk. The console's loop owns them and calls them one at a
// time.
package dialog

import (
	tea "charm.land/bubbletea/v2"

	"loaxa/app/station"
	"loaxa/ui/panel"
)

// Dialog is one window.
type Dialog interface {
	// Update takes a key or a paste. The window may change itself.
	Update(s *panel.Scene, msg tea.Msg) Result
	// View gives the window's lines, all equally wide and no larger than the area.
	View(s *panel.Scene, a panel.Area) []string
}

// Result is what a window wants done.
type Result struct {
	Close   bool             // the window is done
	Intent  station.Intent   // to be submitted; the window comes back if it fails
	More    []station.Intent // and these after it, in their order, as long as none is refused
	Note    panel.Note       // a sentence for the footer
	Sent    string           // the sentence for when the intent was taken
	Import  string           // a path to import into the library
	Cancel  bool             // stop the running import
	Undo    *Undo            // takes the intents back once they were done
	Preview *Preview         // a card to be drawn
	Quit    bool             // leave the screen
	Run     string           // a line of the command line
	Targets *station.Targets // where is to be heard; not nil: chosen
	Pass    bool             // the key is none of the window's: the main screen may take it
}

// Preview asks for a card's pixels on a board. An answer with another Seq than
// the newest is stale.
type Preview struct {
	Seq   uint64
	Board station.BoardID
	Card  station.Card
}

// size gives a window its width and the width inside.
func size(a panel.Area, want int) (w, inner int) {
	w = min(want, a.W)
	return w, max(1, w-2)
}

// press gives the key's name, or "" when the message is no key.
func press(msg tea.Msg) string {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		return k.Keystroke()
	}
	return ""
}

// typed gives the text of a key press, or "".
func typed(msg tea.Msg) string {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		return k.Text
	}
	return ""
}

func indent(words string, w int) []string { return panel.Wrap(words, max(1, w-2)) }

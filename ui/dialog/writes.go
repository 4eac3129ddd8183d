package dialog

// Writer is a window in which text may be typed now: what an input method
// still holds belongs into it before the next act.
type Writer interface{ Writes() bool }

// Writes implements Writer.
func (e *Emergency) Writes() bool { return e.area() != nil }

// Writes implements Writer.
func (c *Card) Writes() bool { return true }

// Writes implements Writer.
func (l *Live) Writes() bool { return !l.asked && l.takes.chosen == "" }

// Writes implements Writer.
func (c *Command) Writes() bool { return true }

// Writes implements Writer.
func (f *Find) Writes() bool { return true }

// Writes implements Writer.
func (f *First) Writes() bool { return f.step == firstName }

// Writes implements Writer.
func (h *Help) Writes() bool { return true }

// Writes implements Writer.
func (d *Log) Writes() bool { return d.detail == nil }

// Writes implements Writer.
func (p *Pick) Writes() bool { return true }

// Writes implements Writer.
func (p *Plan) Writes() bool { return p.form != nil || p.item != nil || p.pick != nil }

// Writes implements Writer.
func (d *Settings) Writes() bool {
	return d.tab == tabRules || d.edit != nil || d.enrol != nil || d.tab == tabPeople && d.people.form != nil
}

package station

// Worded is an error that a screen can say in its own language: Why is a typed
// word of the screen's, Err the whole of it in English for logs and shells.
type Worded struct {
	Why string
	Err error
}

// Error is Err's.
func (w *Worded) Error() string { return w.Err.Error() }

// Unwrap gives Err.
func (w *Worded) Unwrap() error { return w.Err }

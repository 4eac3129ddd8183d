//go:build !cgo && !linux

package soundcard

func openCardPlayer(string, Pull) (Player, error)                   { return nil, ErrNoCard }
func openCardCapture(string, func([]float32)) (func() error, error) { return nil, ErrNoCard }

func devices() (in, out []string, err error) { return nil, nil, ErrNoCard }

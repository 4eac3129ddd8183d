//go:build !cgo && !linux

package soundcard

func openCardPlayer(Pull) (Player, error)                   { return nil, ErrNoCard }
func openCardCapture(func([]float32)) (func() error, error) { return nil, ErrNoCard }

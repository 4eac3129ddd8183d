//go:build !linux

package boot

func shed() {}

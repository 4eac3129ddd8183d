//go:build !linux

package store

// freeSpace is not known here.
func freeSpace(string) int64 { return -1 }

// leisurely does nothing here.
func leisurely() {}

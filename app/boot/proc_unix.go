//go:build unix

package boot

import "syscall"

// ownGroup keeps the terminal's signals from the parts of a demonstration:
// only the console belongs to the terminal.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// ownSession takes a station out of the console's terminal altogether.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

//go:build unix

package boot

import (
	"io/fs"
	"os"
	"syscall"
)

// ownGroup keeps the terminal's signals from the parts of a demonstration:
// only the console belongs to the terminal.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// ownSession takes a station out of the console's terminal altogether.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// ownedByUs tells whether a file belongs to the user of this program.
func ownedByUs(st fs.FileInfo) bool {
	sys, ok := st.Sys().(*syscall.Stat_t)
	return ok && int(sys.Uid) == os.Getuid()
}

func closeOnExec(fd int) { syscall.CloseOnExec(fd) }

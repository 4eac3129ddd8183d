package store

import (
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// freeSpace is how many bytes the disk of dir, or of its parent while there is
// no dir, can still take; -1: not known.
func freeSpace(dir string) int64 {
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) != nil {
		return -1
	}
	return int64(st.Bavail) * st.Bsize
}

// Values of ioprio_set, linux/ioprio.h.
const (
	ioprioWhoProcess = 1
	ioprioIdle       = 3 << 13
)

// leisurely ties the goroutine to a thread that works only when nothing else
// does. The thread ends with the goroutine.
func leisurely() {
	runtime.LockOSThread()
	_, _, _ = unix.Syscall(unix.SYS_IOPRIO_SET, ioprioWhoProcess, 0, ioprioIdle) // a wish; without it the copy is only quicker
	_ = unix.Setpriority(unix.PRIO_PROCESS, 0, 19)
}

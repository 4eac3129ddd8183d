//go:build !unix

package boot

import (
	"io/fs"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return nil }

func ownSession() *syscall.SysProcAttr { return nil }

func ownedByUs(fs.FileInfo) bool { return true }

func closeOnExec(int) {}

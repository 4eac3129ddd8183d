package boot

import (
	"bufio"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// shed gives back the pages of this program's own file that were mapped while
// it started: most belong to roles that a pole does not play. What is needed
// comes back by itself, from the page cache. Pages that were written to since
// are left alone: they are in no file.
func shed() {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }() // read only
	var from, to uint64
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		w := strings.Fields(lines.Text())
		if len(w) >= 5 && strings.Contains(w[0], "-") {
			from, to = 0, 0
			if a, b, ok := strings.Cut(w[0], "-"); ok && len(w) > 5 && w[5] == self && w[1][1] == '-' && w[1][3] == 'p' {
				from, _ = strconv.ParseUint(a, 16, 64) // 0: passed over
				to, _ = strconv.ParseUint(b, 16, 64)
			}
		}
		if len(w) == 3 && w[0] == "Private_Dirty:" && w[1] == "0" && from > 0 && to > from {
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, uintptr(from), uintptr(to-from), unix.MADV_DONTNEED) // it stays as it was
		}
	}
}

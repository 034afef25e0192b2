//go:build unix

package heartbeat

import (
	"syscall"
	"time"
)

// processorTime is what the process has used so far, on all cores together.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

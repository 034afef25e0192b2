package heartbeat

import (
	"syscall"
	"time"
)

// processorTime is what the process has used so far, on all cores together.
func processorTime() time.Duration {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var created, exited, kernel, user syscall.Filetime
	if syscall.GetProcessTimes(process, &created, &exited, &kernel, &user) != nil {
		return 0
	}
	return ticks(kernel) + ticks(user)
}

// ticks reads a span, which Windows counts in 100 ns.
func ticks(span syscall.Filetime) time.Duration {
	return time.Duration(uint64(span.HighDateTime)<<32|uint64(span.LowDateTime)) * 100
}

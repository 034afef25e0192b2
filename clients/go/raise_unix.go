//go:build unix

package heartbeat

import (
	"os"
	"syscall"
)

// raise sends a signal to this process.
func raise(s os.Signal) { _ = syscall.Kill(os.Getpid(), s.(syscall.Signal)) }

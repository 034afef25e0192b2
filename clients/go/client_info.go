package heartbeat

import (
	"os"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// Version is that of this library.
const Version = "0.1.0"

// describeClient is what runs the agent. Shown only.
func describeClient() *pb.ClientInfo {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	return &pb.ClientInfo{
		Language:       "go",
		LibraryVersion: Version,
		Host:           cut(host, maxClientInfoBytes),
		Pid:            uint32(os.Getpid()),
	}
}

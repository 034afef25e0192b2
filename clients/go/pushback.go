package heartbeat

import (
	"errors"
	"strconv"
	"time"
)

// pushbackHeader is the trailer in which a server says how many milliseconds to stay away.
const pushbackHeader = "grpc-retry-pushback-ms"

// believedPushbacks are the delays that are taken from a server.
var believedPushbacks = within[time.Duration]{10 * time.Millisecond, 5 * time.Minute}

// longestPushbackJitter bounds how much longer than asked is waited; otherwise it is up to a tenth.
const longestPushbackJitter = time.Second

// readPushback reads the trailer, brought within bounds; 0 when it makes no sense.
func readPushback(text string) time.Duration {
	// Anything beyond this many milliseconds is more than is believed, and would not fit into a Duration.
	const enough = 1_000_000_000
	ms, err := strconv.ParseUint(text, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	return believedPushbacks.clamp(time.Duration(min(ms, enough)) * time.Millisecond)
}

// pushbackWait is the wait that comes of it: never shorter, so that nobody comes before its turn.
func pushbackWait(pushback time.Duration, random func() float64) time.Duration {
	jitter := min(pushback/10, longestPushbackJitter)
	return pushback + time.Duration(random()*float64(jitter)).Truncate(time.Millisecond)
}

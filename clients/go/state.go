package heartbeat

import (
	"fmt"
	"slices"
	"time"
)

// State is where an agent stands.
type State string

const (
	// Idle is before the start.
	Idle State = "idle"
	// Connecting is while a stream is being opened that has brought no Welcome yet.
	Connecting State = "connecting"
	// Live is while the stream is up.
	Live State = "live"
	// Waiting is between two attempts.
	Waiting State = "waiting"
	// Closing is while a Goodbye is under way.
	Closing State = "closing"
	// Ended is for good.
	Ended State = "ended"
)

// standing is a State with what belongs to it. One function changes it: lifecycle.become.
type standing interface{ state() State }

type (
	idle struct{}
	// connecting is bounded by its timer.
	connecting struct {
		session *session
		timer   *timer
	}
	live struct {
		session *session
		since   time.Time
	}
	waiting struct{ timer *timer }
	// closing is bounded by its timer.
	closing struct {
		session *session
		timer   *timer
	}
	ended struct{}
)

func (idle) state() State       { return Idle }
func (connecting) state() State { return Connecting }
func (live) state() State       { return Live }
func (waiting) state() State    { return Waiting }
func (closing) state() State    { return Closing }
func (ended) state() State      { return Ended }

// sessionOf is the stream that a standing holds, or nil.
func sessionOf(s standing) *session {
	switch s := s.(type) {
	case connecting:
		return s.session
	case live:
		return s.session
	case closing:
		return s.session
	default:
		return nil
	}
}

// timerOf is the timer that a standing holds, or nil.
func timerOf(s standing) *timer {
	switch s := s.(type) {
	case connecting:
		return s.timer
	case waiting:
		return s.timer
	case closing:
		return s.timer
	default:
		return nil
	}
}

// successors says which state may follow which; what is not here is a fault of this library.
var successors = map[State][]State{
	Idle:       {Connecting, Ended},
	Connecting: {Live, Waiting, Closing, Ended, Connecting},
	Live:       {Connecting, Waiting, Closing, Ended},
	Waiting:    {Connecting, Ended},
	Closing:    {Ended},
}

func mustFollow(from, to State) {
	if !slices.Contains(successors[from], to) {
		panic(fmt.Sprintf("heartbeat: no way from %s to %s", from, to))
	}
}

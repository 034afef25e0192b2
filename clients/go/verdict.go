package heartbeat

import (
	"time"

	"google.golang.org/grpc/codes"
)

// streamEnd is how a stream, or the attempt at one, ended.
type streamEnd struct {
	status  codes.Code
	message string
	// code is the error's code of the server's table. Only a Heartbeat server tells one: without it, the
	// status may be a proxy's word or the transport's own.
	code string
	// pushback is how long the server asks to stay away, as far as it is believed; 0 when it does not ask.
	pushback time.Duration
}

func (e streamEnd) String() string {
	switch {
	case e.status == codes.OK:
		return "the server ended it"
	case e.message == "":
		return e.status.String()
	default:
		return e.status.String() + ": " + e.message
	}
}

// A verdict is what the end of a stream means for the agent.
type verdict int

const (
	reconnect verdict = iota
	deferred
	superseded
	refused
)

// judge says what comes of an end that the agent did not want.
//
// ABORTED has two meanings: a takeover, told by the error's code or by the Superseded directive before it,
// and otherwise an operator's wish that the agent go.
func judge(end streamEnd, sawSuperseded bool) verdict {
	switch {
	case end.status == codes.Aborted && (sawSuperseded || end.code == "superseded"):
		return superseded
	case end.status == codes.ResourceExhausted && end.pushback > 0:
		return deferred
	case end.code == "":
		return reconnect
	}
	switch end.status {
	case codes.FailedPrecondition:
		return superseded
	case codes.Aborted, codes.InvalidArgument, codes.NotFound, codes.AlreadyExists, codes.PermissionDenied,
		codes.OutOfRange, codes.Unimplemented, codes.Unauthenticated:
		// Trying again would only bring the same answer.
		return refused
	default:
		return reconnect
	}
}

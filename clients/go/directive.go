package heartbeat

import (
	"time"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// Directive is what the server asks of the agent: one of the Directive… types. The agent acts by itself; a
// program may want to know.
type Directive interface{ directive() }

type (
	// DirectiveSetPolicy is to beat by this policy from now on.
	DirectiveSetPolicy struct{ Policy PolicyInForce }
	// DirectivePause is that an operator rests the deadlines. Beats go on.
	DirectivePause struct {
		// Until is an instant of the server's clock.
		Until  time.Time
		Reason string
	}
	// DirectiveResume is that the rest is over.
	DirectiveResume struct{}
	// DirectiveReconnect is to come back within a span.
	DirectiveReconnect struct {
		Within time.Duration
		Reason string
	}
	// DirectiveCancelTask is to stop one task: its context is canceled.
	DirectiveCancelTask struct {
		TaskID, Reason string
		// Epoch is the one attempt at it that is to stop, 0 for the agent's own; nil for whichever there is.
		Epoch *uint64
	}
	// DirectiveSuperseded is that another process holds the name: OnSuperseded follows.
	DirectiveSuperseded struct {
		Epoch      uint64
		InstanceID string
	}
)

func (DirectiveSetPolicy) directive()  {}
func (DirectivePause) directive()      {}
func (DirectiveResume) directive()     {}
func (DirectiveReconnect) directive()  {}
func (DirectiveCancelTask) directive() {}
func (DirectiveSuperseded) directive() {}

// readDirective is nil for a kind that this version does not know, which is ignored.
func readDirective(sent *pb.Directive, before PolicyInForce) Directive {
	switch kind := sent.Kind.(type) {
	case *pb.Directive_SetPolicy:
		return DirectiveSetPolicy{before.updated(kind.SetPolicy)}
	case *pb.Directive_Pause:
		pause := DirectivePause{Reason: kind.Pause.GetReason()}
		if until := kind.Pause.GetUntil(); until != nil {
			pause.Until = until.AsTime()
		}
		return pause
	case *pb.Directive_Resume:
		return DirectiveResume{}
	case *pb.Directive_Reconnect:
		within := max(0, kind.Reconnect.GetWithin().AsDuration())
		return DirectiveReconnect{within, kind.Reconnect.GetReason()}
	case *pb.Directive_CancelTask:
		return DirectiveCancelTask{kind.CancelTask.GetTaskId(), kind.CancelTask.GetReason(), kind.CancelTask.Epoch}
	case *pb.Directive_Superseded:
		return DirectiveSuperseded{kind.Superseded.GetEpoch(), kind.Superseded.GetInstanceId()}
	default:
		return nil
	}
}

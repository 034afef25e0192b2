package heartbeat

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// retrySubject is where the server offers lost tasks.
const retrySubject = "tasks.retry"

// Placement is whom to ask to do a lost task again.
type Placement int

const (
	// AnyOfType is any agent of the same type. The default.
	AnyOfType Placement = iota
	// SameAgent is the agent that had it, once it is back.
	SameAgent
)

// Retry is how a task that timed out or lost its agent is handed on.
type Retry struct {
	// MaxAttempts is how many there may be in all, the first one included. 1 to 100; 1 is none beyond the
	// first. Default: 3.
	MaxAttempts int
	// Backoff is the wait before the second attempt; each further one waits twice as long. 0 to 24 h.
	// Default: 1 s.
	Backoff *time.Duration
	// MaxBackoff is the longest wait. 0 to 24 h. Default: 5 min.
	MaxBackoff *time.Duration
	// Placement is whom to ask.
	Placement Placement
}

// declare checks it and puts it into the wire's form; nil when nothing is set.
func (r *Retry) declare(c *check, field string) *pb.RetryPolicy {
	if r == nil {
		return nil
	}
	span := func(name string, value *time.Duration) *durationpb.Duration {
		if value == nil {
			return nil
		}
		c.span(field+"."+name, *value, retryBackoffs)
		return wireSpan(*value)
	}
	if r.MaxAttempts != 0 {
		checkRange(c, field+".MaxAttempts", r.MaxAttempts, retryAttempts)
	}
	checkRange(c, field+".Placement", int(r.Placement), within[int]{int(AnyOfType), int(SameAgent)})
	placement := pb.RetryPlacement_RETRY_PLACEMENT_ANY_OF_TYPE
	if r.Placement == SameAgent {
		placement = pb.RetryPlacement_RETRY_PLACEMENT_SAME_AGENT
	}
	return &pb.RetryPolicy{
		MaxAttempts: uint32(r.MaxAttempts),
		Backoff:     span("Backoff", r.Backoff),
		MaxBackoff:  span("MaxBackoff", r.MaxBackoff),
		Placement:   placement,
	}
}

// RetriedTask is a task that another agent, or an earlier life of this one, lost: taken up already.
type RetriedTask struct {
	*Task
	// Attempt is which one this is: 2 is the first after the first failed. MaxAttempts is how many there may be.
	Attempt, MaxAttempts int
	// Epoch is the fencing token of this attempt, greater than that of each before: send it along with what the
	// task writes elsewhere, and let the other side refuse an older one.
	Epoch uint64
	// ProgressBefore is how far it was, 0 to 1, as last told, and DetailBefore what was told for this attempt.
	ProgressBefore float64
	DetailBefore   []byte
	// FromAgentID is the agent that had it last.
	FromAgentID string
	// Reason is why it is handed on.
	Reason string
}

// RetryHandler works on a lost task until it ends. It is called on a goroutine of its own, for several tasks at
// once. A task whose handler returns an error, panics, or returns without an end has FAILED, or is CANCELED when
// its context was. The context is the task's, and ends with the agent.
type RetryHandler func(ctx context.Context, agent *Agent, task *RetriedTask) error

// takeUp answers an offer. It returns at once: what is worked on holds up no message.
func takeUp(work RetryHandler) Handler {
	return func(ctx context.Context, a *Agent, message *Message) error {
		offer := &pb.TaskRetry{}
		read := protojson.UnmarshalOptions{DiscardUnknown: true}
		if err := read.Unmarshal(message.Data, offer); err != nil {
			return fmt.Errorf("the offer of a task cannot be read: %w", err)
		}
		var task *Task
		a.loop.ask(func() { task = a.sources.tasks.takeUp(a.ctx, offer) })
		if task == nil {
			return nil
		}
		a.retries.Go(func() { a.work(ctx, work, retried(task, offer)) })
		return nil
	}
}

func (a *Agent) work(ended context.Context, work RetryHandler, task *RetriedTask) {
	ctx, cancel := context.WithCancel(task.Context())
	defer cancel()
	defer context.AfterFunc(ended, cancel)()
	defer task.Close()
	defer func() {
		if r := recover(); r != nil {
			task.failed(fmt.Errorf("panic: %v", r))
		}
	}()
	if err := work(ctx, a, task); err != nil {
		task.failed(err)
	}
}

// failed ends the task for its handler's error, unless that is only how it was stopped.
func (t *RetriedTask) failed(err error) {
	if t.Context().Err() == nil {
		t.Fail(err)
	}
}

func retried(task *Task, offer *pb.TaskRetry) *RetriedTask {
	return &RetriedTask{
		Task:           task,
		Attempt:        int(offer.Attempt),
		MaxAttempts:    int(offer.MaxAttempts),
		Epoch:          offer.Epoch,
		ProgressBefore: offer.Progress,
		DetailBefore:   offer.Detail,
		FromAgentID:    offer.FromAgentId,
		Reason:         offer.Reason,
	}
}

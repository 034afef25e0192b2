package heartbeat

import (
	"bytes"
	"context"
	"math"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// TaskOption is what a task is told at its start.
type TaskOption func(*taskSettings)

type taskSettings struct {
	staleAfter, timeoutAfter *time.Duration
	detail                   []byte
	retry                    *Retry
}

// StaleAfter makes the task STALE after so long without activity. 100 ms to 30 days. Default: the policy's.
func StaleAfter(span time.Duration) TaskOption {
	return func(s *taskSettings) { s.staleAfter = &span }
}

// TimeoutAfter makes the task TIMED_OUT after so long of running. 100 ms to 30 days. Default: the policy's.
func TimeoutAfter(span time.Duration) TaskOption {
	return func(s *taskSettings) { s.timeoutAfter = &span }
}

// Detail is what the next attempt would need; at most 4 KiB. Default: empty.
func Detail(detail []byte) TaskOption {
	return func(s *taskSettings) { s.detail = bytes.Clone(detail) }
}

// WithRetry says how the task is handed on when it is lost. Default: as the policy says.
func WithRetry(retry Retry) TaskOption {
	return func(s *taskSettings) { s.retry = &retry }
}

func settleTask(id string, options []TaskOption) (taskSettings, error) {
	var s taskSettings
	for _, option := range options {
		option(&s)
	}
	c := &check{}
	c.name("task id", id, names, maxNameBytes)
	if s.staleAfter != nil {
		c.span("StaleAfter", *s.staleAfter, taskThresholds)
	}
	if s.timeoutAfter != nil {
		c.span("TimeoutAfter", *s.timeoutAfter, taskThresholds)
	}
	s.retry.declare(c, "WithRetry")
	return s, c.err()
}

// Task is one piece of work, watched apart from its agent: an agent that beats while its task hangs is found.
//
// What is told goes out at once, or with the next message when one is still being written. After a reconnect,
// tasks in flight are reported again. After the end, all calls do nothing. A detail of more than 4 KiB is left
// out (the logger is told), a longer error is cut.
//
//	task, err := agent.Task("import-42")
//	if err != nil {
//		return err
//	}
//	defer task.Close() // FAILED, unless it has ended by then.
//	...
//	task.Succeed()
type Task struct {
	id     string
	ctx    context.Context
	cancel context.CancelCauseFunc
	loop   *loop
	book   *taskBook

	// The rest belongs to the loop.

	staleAfter, timeoutAfter *durationpb.Duration
	retry                    *pb.RetryPolicy
	// token is what the server calls this attempt: 0 for a task of the agent's own.
	token    uint64
	detail   []byte
	fraction float64
	ended    bool
	// reported is while the book knows it and it is in flight for the server, changed while there is news.
	reported, changed bool
}

// ID is as it was given to [Agent.Task].
func (t *Task) ID() string { return t.id }

// Context is canceled when an operator cancels the task, when it was handed on to another agent (both
// [*TaskCanceledError]), and when another process takes the agent's name
// (stop working on it, then call Cancel), when the context given to [Start] is, and when the task has ended.
// [context.Cause] says which: a [*TaskCanceledError], a [*SupersededError], that context's cause, or
// [ErrTaskEnded].
func (t *Task) Context() context.Context { return t.ctx }

// Progress tells how far it is, 0 to 1 (held to these bounds; NaN keeps what was), and what the next attempt
// would need; nil keeps that.
func (t *Task) Progress(fraction float64, detail []byte) {
	detail = bytes.Clone(detail)
	t.tell(func() {
		if !math.IsNaN(fraction) {
			t.fraction = within[float64]{0, 1}.clamp(fraction)
		}
		if detail != nil {
			t.keep(detail)
		}
		t.book.change(t)
	})
}

// Activity tells that it moves, where there is no progress to tell.
func (t *Task) Activity() { t.tell(func() { t.book.change(t) }) }

// Succeed tells that it ended well.
func (t *Task) Succeed() {
	t.end(func() *pb.TaskUpdate {
		t.fraction = 1
		return t.report(pb.TaskState_TASK_STATE_SUCCEEDED)
	})
}

// Fail tells that it ended badly. What is told of the error is cut after 1 KiB.
func (t *Task) Fail(err error) {
	reason := "failed"
	if err != nil {
		reason = err.Error()
	}
	t.end(func() *pb.TaskUpdate {
		update := t.report(pb.TaskState_TASK_STATE_FAILED)
		update.Error = cut(reason, maxSentenceBytes)
		return update
	})
}

// Cancel tells that it was given up.
func (t *Task) Cancel() {
	t.end(func() *pb.TaskUpdate { return t.report(pb.TaskState_TASK_STATE_CANCELED) })
}

// Close is for defer: a task without an end by then has FAILED, or is CANCELED when its context was. It does
// nothing after Succeed, Fail and Cancel.
func (t *Task) Close() {
	if t.ctx.Err() != nil {
		t.Cancel()
	} else {
		t.Fail(errLeftScope)
	}
}

// tell changes the task in a turn of the loop, unless it has ended.
func (t *Task) tell(change func()) {
	t.loop.tell(func() {
		if !t.ended {
			change()
		}
	})
}

func (t *Task) end(last func() *pb.TaskUpdate) {
	t.tell(func() {
		t.ended = true
		t.book.end(t, last())
	})
	t.cancel(ErrTaskEnded)
}

// report is the whole of what is to be said: an update that has been lost costs nothing.
func (t *Task) report(state pb.TaskState) *pb.TaskUpdate {
	return &pb.TaskUpdate{
		TaskId:       t.id,
		State:        state,
		Progress:     t.fraction,
		Detail:       t.detail,
		StaleAfter:   t.staleAfter,
		TimeoutAfter: t.timeoutAfter,
		Retry:        t.retry,
		Epoch:        t.token,
	}
}

func (t *Task) keep(detail []byte) {
	if len(detail) > maxDetailBytes {
		t.book.warn("a task's detail is left out, it is too long",
			"task", t.id, "bytes", len(detail), "limit", maxDetailBytes)
		return
	}
	t.detail = detail
}

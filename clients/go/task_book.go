package heartbeat

import (
	"context"
	"slices"

	"google.golang.org/protobuf/proto"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// updateOverhead is more than what an update takes on a beat beside its own bytes.
const updateOverhead = 8

type taskEnd struct {
	update *pb.TaskUpdate
	// sentWith is the beat it went out with on the present stream; 0 when it has not.
	sentWith uint64
}

// A taskBook is what the server is still to be told of tasks.
//
// A running task is told as it is now, so a hundred changes make one update. An end is told until it has been
// acknowledged, on as many streams as that takes: the server may hear it twice, never not.
type taskBook struct {
	loop *loop
	warn func(message string, details ...any)
	// running is in the order of their starts.
	running []*Task
	changed []*Task
	ends    []taskEnd
}

// start makes a task; one of this name that is in flight is handed out again.
func (b *taskBook) start(ctx context.Context, id string, settings taskSettings) *Task {
	for _, task := range b.running {
		if task.id == id {
			return task
		}
	}
	task := b.unreported(ctx, id, settings)
	if len(b.running) >= maxTasks {
		b.warn("a task is not reported, too many are in flight already", "task", id, "limit", maxTasks)
		return task
	}
	if settings.detail != nil {
		task.keep(settings.detail)
	}
	task.reported = true
	b.running = append(b.running, task)
	b.change(task)
	return task
}

// unreported makes a task that works as usual, and of which nobody is told.
func (b *taskBook) unreported(ctx context.Context, id string, settings taskSettings) *Task {
	task := &Task{id: id, loop: b.loop, book: b}
	task.ctx, task.cancel = context.WithCancelCause(ctx)
	if settings.staleAfter != nil {
		task.staleAfter = wireSpan(*settings.staleAfter)
	}
	if settings.timeoutAfter != nil {
		task.timeoutAfter = wireSpan(*settings.timeoutAfter)
	}
	task.retry = settings.retry.declare(&check{}, "")
	return task
}

// takeUp makes a task of one that is offered, in the place of an older attempt at it, which is to stop. Nil when
// it was taken up before, or there is no room.
func (b *taskBook) takeUp(ctx context.Context, offer *pb.TaskRetry) *Task {
	for _, end := range b.ends {
		if end.update.TaskId == offer.TaskId && end.update.Epoch == offer.Epoch {
			return nil
		}
	}
	var older *Task
	for _, task := range b.running {
		if task.id == offer.TaskId {
			older = task
		}
	}
	switch {
	case older != nil && older.token == offer.Epoch:
		return nil
	case older != nil:
		b.running = without(b.running, older)
		b.silence(older)
		older.cancel(&TaskCanceledError{TaskID: offer.TaskId, Reason: "it was handed to this agent anew"})
	case len(b.running) >= maxTasks:
		b.warn("a task is not taken up, too many are in flight already", "task", offer.TaskId, "limit", maxTasks)
		return nil
	}
	task := b.unreported(ctx, offer.TaskId, taskSettings{})
	task.token = offer.Epoch
	task.reported = true
	b.running = append(b.running, task)
	b.change(task)
	return task
}

func (b *taskBook) change(task *Task) {
	if task.reported && !task.changed {
		task.changed = true
		b.changed = append(b.changed, task)
	}
}

// end takes the last report of a task.
func (b *taskBook) end(task *Task, last *pb.TaskUpdate) {
	if !slices.Contains(b.running, task) {
		return
	}
	b.running = without(b.running, task)
	b.silence(task)
	b.ends = append(b.ends, taskEnd{update: last})
	if len(b.ends) > maxTasks {
		b.warn("the end of a task is forgotten, too many wait for an ack",
			"task", b.ends[0].update.TaskId, "limit", maxTasks)
		b.ends = b.ends[1:]
	}
}

// cancel is an operator's wish that one task stop, or that it was handed on; with a token only that attempt. From
// here on only its end is told: for the server it is no longer in flight.
func (b *taskBook) cancel(id, reason string, token *uint64) {
	for _, task := range b.running {
		if task.id == id && (token == nil || *token == task.token) {
			b.silence(task)
			task.cancel(&TaskCanceledError{TaskID: id, Reason: reason})
		}
	}
}

// cancelAll is when all work has to stop.
func (b *taskBook) cancelAll(cause error) {
	for _, task := range b.running {
		task.cancel(cause)
	}
}

func (b *taskBook) silence(task *Task) {
	task.reported = false
	task.changed = false
	b.changed = without(b.changed, task)
}

func (b *taskBook) hasNews() bool {
	return len(b.changed) > 0 || slices.ContainsFunc(b.ends, func(end taskEnd) bool { return end.sentWith == 0 })
}

// beginStream makes everything news: the server may not have read what the last stream carried.
func (b *taskBook) beginStream() {
	for i := range b.ends {
		b.ends[i].sentWith = 0
	}
	for _, task := range b.running {
		b.change(task)
	}
}

// take is the news for the beat with this sequence, as much of it as there is room for.
func (b *taskBook) take(sequence uint64, room int) []*pb.TaskUpdate {
	var updates []*pb.TaskUpdate
	fits := func(update *pb.TaskUpdate) bool {
		room -= proto.Size(update) + updateOverhead
		if room < 0 || len(updates) >= maxTasks {
			return false
		}
		updates = append(updates, update)
		return true
	}
	// Ends first: a name that ended and began anew is told in this order.
	for i := range b.ends {
		if b.ends[i].sentWith != 0 {
			continue
		}
		if !fits(b.ends[i].update) {
			return updates
		}
		b.ends[i].sentWith = sequence
	}
	for len(b.changed) > 0 && fits(b.changed[0].report(pb.TaskState_TASK_STATE_RUNNING)) {
		b.changed[0].changed = false
		b.changed = b.changed[1:]
	}
	return updates
}

// acked takes that the server has read this beat and those before it.
func (b *taskBook) acked(sequence uint64) {
	b.ends = slices.DeleteFunc(b.ends, func(end taskEnd) bool {
		return end.sentWith != 0 && end.sentWith <= sequence
	})
}

func without(tasks []*Task, task *Task) []*Task {
	return slices.DeleteFunc(tasks, func(other *Task) bool { return other == task })
}

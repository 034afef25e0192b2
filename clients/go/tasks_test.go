package heartbeat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// told is the tasks of a beat in short.
func told(beat *pb.BeatRequest) string {
	var tasks []string
	for _, u := range beat.Tasks {
		state := strings.ToLower(strings.TrimPrefix(u.State.String(), "TASK_STATE_"))
		tasks = append(tasks, fmt.Sprintf("%s %s %g", u.TaskId, state, u.Progress))
	}
	return strings.Join(tasks, ", ")
}

func TestATaskIsToldAtOnce(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		task, err := h.agent.Task("t", StaleAfter(time.Second), TimeoutAfter(time.Minute), Detail([]byte("d")))
		expect(t, "error", err, nil)
		h.pass(0)
		update := c.last().Tasks[0]
		expect(t, "told", told(c.last()), "t running 0")
		expect(t, "stale after", update.StaleAfter.AsDuration(), time.Second)
		expect(t, "timeout after", update.TimeoutAfter.AsDuration(), time.Minute)
		expect(t, "detail", string(update.Detail), "d")
		task.Progress(0.5, []byte("e"))
		h.pass(0)
		expect(t, "told", told(c.last()), "t running 0.5")
		expect(t, "detail", string(c.last().Tasks[0].Detail), "e")
		task.Succeed()
		h.pass(0)
		expect(t, "told", told(c.last()), "t succeeded 1")
		expect(t, "time", c.sentAt[len(c.sentAt)-1], time.Duration(0))
	})
}

func TestAHundredChangesMakeOneUpdate(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		task, _ := h.agent.Task("t")
		c.sticks()
		for i := range 100 {
			task.Progress(float64(i)/100, nil)
		}
		h.pass(0)
		sent := len(c.sent)
		c.written()
		expect(t, "beats", len(c.sent)-sent, 1)
		expect(t, "told", told(c.last()), "t running 0.99")
	})
}

func TestProgressIsHeldToItsBounds(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		task, _ := h.agent.Task("t")
		for _, fraction := range []float64{7, zero() / zero(), -1} {
			task.Progress(fraction, nil)
			h.pass(0)
		}
		expect(t, "above", told(c.sent[2]), "t running 1")
		expect(t, "not a number", told(c.sent[3]), "t running 1")
		expect(t, "below", told(c.sent[4]), "t running 0")
	})
}

func TestTheNameOfATaskInFlightHandsItOutAgain(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		c.sticks()
		h.agent.Beat()
		first, _ := h.agent.Task("t")
		second, _ := h.agent.Task("t")
		expect(t, "the same", first == second, true)
		first.Succeed()
		third, _ := h.agent.Task("t")
		expect(t, "another", first == third, false)
		c.written()
		expect(t, "told in order", told(c.last()), "t succeeded 1, t running 0")
	})
}

func TestTheEndOfATaskIsToldUntilItIsAcknowledged(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		task, _ := h.agent.Task("t")
		other, _ := h.agent.Task("o")
		other.Activity()
		task.Fail(errors.New("no disk"))
		h.pass(0)
		c.ends(broken)
		h.pass(time.Second)
		c = h.channel()
		expect(t, "told", told(c.last()), "t failed 0, o running 0")
		expect(t, "why", c.last().Tasks[0].Error, "no disk")
		c.welcomes(1, true)
		c.ends(broken)
		h.pass(time.Second)
		expect(t, "told no more", told(h.channel().last()), "o running 0")
	})
}

func TestACanceledTaskKnowsWhyAndIsToldOnlyWhenItEnds(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		task, _ := h.agent.Task("t")
		c.directs(&pb.Directive{Kind: &pb.Directive_CancelTask{
			CancelTask: &pb.CancelTask{TaskId: "t", Reason: "enough"},
		}})
		h.expectSaw("heartbeat.DirectiveCancelTask")
		var canceled *TaskCanceledError
		expect(t, "canceled", errors.As(context.Cause(task.Context()), &canceled), true)
		expect(t, "why", canceled.Reason, "enough")
		sent := len(c.sent)
		task.Progress(0.9, nil)
		h.pass(0)
		expect(t, "beats", len(c.sent)-sent, 0)
		task.Close()
		h.pass(0)
		expect(t, "told", told(c.last()), "t canceled 0.9")
	})
}

func TestATaskThatLeavesItsScopeWithoutAnEndHasFailed(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		func() {
			task, _ := h.agent.Task("t")
			defer task.Close()
		}()
		h.pass(0)
		expect(t, "told", told(c.last()), "t failed 0")
		expect(t, "why", c.last().Tasks[0].Error, "left its scope without an end")
	})
}

func TestAfterItsEndEveryCallDoesNothing(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		task, _ := h.agent.Task("t")
		task.Cancel()
		h.pass(0)
		sent := len(c.sent)
		task.Progress(1, nil)
		task.Activity()
		task.Succeed()
		task.Fail(nil)
		task.Close()
		h.pass(0)
		expect(t, "beats", len(c.sent)-sent, 0)
		expect(t, "cause", context.Cause(task.Context()), ErrTaskEnded)
	})
}

func TestTooLongADetailIsLeftOutAndTooLongAnErrorIsCut(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		task, _ := h.agent.Task("t", Detail([]byte("kept")))
		task.Progress(0.1, make([]byte, 4097))
		h.pass(0)
		expect(t, "detail", string(c.last().Tasks[0].Detail), "kept")
		h.expectSaw("log: a task's detail is left out, it is too long")
		task.Fail(errors.New(strings.Repeat("x", 2000)))
		h.pass(0)
		expect(t, "error", len(c.last().Tasks[0].Error), 1024)
	})
}

func TestOneTaskTooManyWorksAndIsNotReported(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		for i := range 257 {
			_, err := h.agent.Task(fmt.Sprint(i))
			expect(t, "error", err, nil)
		}
		h.pass(0)
		h.expectSaw("log: a task is not reported, too many are in flight already")
		reported := 0
		for _, beat := range c.sent {
			reported += len(beat.Tasks)
		}
		expect(t, "reported", reported, 256)
	})
}

func TestWhatDoesNotFitOnOneBeatGoesOnTheNext(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.channel()
		c.sticks()
		h.agent.Beat()
		for i := range 40 {
			task, _ := h.agent.Task(fmt.Sprint(i), Detail(make([]byte, 4096)))
			defer task.Close()
		}
		c.written()
		reported := 0
		for _, beat := range c.sent {
			reported += len(beat.Tasks)
			expect(t, "fits", proto.Size(beat) <= maxBeatBytes, true)
		}
		expect(t, "reported", reported, 40)
		expect(t, "beats: the first, the stuck one, and three that are full", len(c.sent), 5)
	})
}

func TestGoodbyeComesAfterAllNewsOfTasks(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		c.sticks()
		h.agent.Beat()
		for i := range 40 {
			_, err := h.agent.Task(fmt.Sprint(i), Detail(make([]byte, 4096)))
			expect(t, "error", err, nil)
		}
		go h.agent.Close("bye")
		h.pass(0)
		c.written()
		for _, beat := range c.sent[:len(c.sent)-1] {
			expect(t, "not yet", beat.Goodbye == nil, true)
		}
		expect(t, "goodbye", c.last().Goodbye.GetReason(), "bye")
	})
}

func TestATaskOfAWrongNameIsRefused(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		_, err := h.agent.Task("a b")
		expect(t, "error", err, `heartbeat: task id "a b" has a character that is not allowed `+
			`(limit: 1 to 128 bytes of [A-Za-z0-9._:/@-])`)
		_, err = h.agent.Task("t", StaleAfter(ms), TimeoutAfter(31*day))
		expect(t, "errors", strings.Count(err.Error(), "out of range"), 2)
	})
}

func TestATaskOfAnEndedAgentWorksAndIsNotReported(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		h.agent.Close("bye")
		task, err := h.agent.Task("t")
		expect(t, "error", err, nil)
		task.Progress(0.5, nil)
		task.Succeed()
		expect(t, "cause", context.Cause(task.Context()), ErrTaskEnded)
	})
}

func zero() float64 { return 0 }

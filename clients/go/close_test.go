package heartbeat

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestCloseSaysGoodbyeAndWaitsForItsAck(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		closed := make(chan struct{})
		go func() {
			h.agent.Close("bye")
			close(closed)
		}()
		h.pass(0)
		expect(t, "goodbye", c.last().Goodbye.GetReason(), "bye")
		expect(t, "failed", c.last().Goodbye.GetFailed(), false)
		expect(t, "state", h.agent.State(), Closing)
		c.acks()
		expect(t, "finished", c.finished, true)
		c.ends(streamEnd{})
		<-closed
		expect(t, "state", h.agent.State(), Ended)
		expect(t, "error", h.agent.Err(), nil)
		expect(t, "time", time.Since(h.began), time.Duration(0))
	})
}

func TestCloseWaitsTwoSecondsAtMost(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		c.sticks()
		h.agent.Close("bye")
		expect(t, "time", time.Since(h.began), 2*time.Second)
		expect(t, "given up", c.abandoned, true)
	})
}

func TestCloseBetweenTwoAttemptsEndsAtOnce(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		h.live().ends(broken)
		h.agent.Close("bye")
		expect(t, "time", time.Since(h.began), time.Duration(0))
	})
}

func TestFailTellsTheAgentsOwnDeath(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		h.agent.Fail(strings.Repeat("é", 2000))
		expect(t, "failed", c.last().Goodbye.GetFailed(), true)
		expect(t, "reason is cut", len(c.last().Goodbye.GetReason()) <= 1024, true)
	})
}

func TestTheEndOfTheContextIsAClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(context.Background())
		h := &harness{t: t, began: time.Now()}
		h.start(ctx, Options{})
		task, _ := h.agent.Task("t")
		c := h.live()
		cancel(errors.New("night falls"))
		synctest.Wait()
		expect(t, "goodbye", c.last().Goodbye.GetReason(), "night falls")
		expect(t, "the task's context", context.Cause(task.Context()), "night falls")
		c.acks()
		c.ends(streamEnd{})
		<-h.agent.Done()
		expect(t, "error", h.agent.Err(), nil)
	})
}

func TestAContextThatIsDoneStartsNothing(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("too late")
	cancel(why)
	_, err := Start(ctx, Options{AgentID: "a"})
	expect(t, "error", err, why)
}

func TestACallbackMayCloseTheAgent(t *testing.T) {
	inBubble(t, Options{OnWelcome: func(a *Agent, _ Welcome) { a.Close("enough") }}, func(h *harness) {
		c := h.live()
		expect(t, "goodbye", c.last().Goodbye.GetReason(), "enough")
		c.acks()
		c.ends(streamEnd{})
		<-h.agent.Done()
	})
}

func TestACallbackThatPanicsIsLoggedAndHarmless(t *testing.T) {
	inBubble(t, Options{OnWelcome: func(*Agent, Welcome) { panic("oh") }}, func(h *harness) {
		h.channel().welcomes(1, false)
		h.expectSaw("log: a callback panicked")
		expect(t, "state", h.agent.State(), Live)
	})
}

func TestACallbackThatHangsHoldsNothingUp(t *testing.T) {
	var hang chan struct{}
	inBubble(t, Options{OnWelcome: func(*Agent, Welcome) { <-hang }}, func(h *harness) {
		hang = make(chan struct{})
		c := h.live()
		for range waitingCalls + 10 {
			c.directs(setInterval(time.Second))
		}
		expect(t, "state", h.agent.State(), Live)
		close(hang)
		h.pass(0)
		c.directs(setInterval(time.Second))
		expect(t, "told of those left out", h.saw[len(h.saw)-2], "log: calls were left out, a callback did not return")
	})
}

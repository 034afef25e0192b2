package heartbeat

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"

	pb "heartbeat/gen/go/heartbeat/v1"
)

var broken = streamEnd{status: codes.Unavailable, message: "connection reset"}

func TestABrokenStreamIsOpenedAgainWithTheEpochAndTheInstance(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		h.channel().welcomes(7, false)
		h.expectSaw("welcome 7 false")
		h.channel().ends(broken)
		expect(t, "state", h.agent.State(), Waiting)
		h.pass(125 * time.Millisecond)
		first := h.channel().sent[0]
		expect(t, "epoch", first.Epoch, 7)
		expect(t, "sequence", first.Sequence, 1)
		expect(t, "instance", first.Registration.InstanceId, "i")
		h.channel().welcomes(7, true)
		h.expectSaw("log: the stream is lost", "reconnect 7 true after 1")
		expect(t, "state", h.agent.State(), Live)
	})
}

func TestWaitsGrowAndStartAnewOnlyAfterAStreamThatHeld(t *testing.T) {
	inBubble(t, Options{Backoff: Backoff{Initial: 100 * time.Millisecond, Max: time.Second}}, func(h *harness) {
		for range 6 {
			h.channel().ends(broken)
			h.pass(time.Second)
		}
		// Half of 100 ms, 200 ms and so on up to a second, each a second after the other at the latest.
		waits := []time.Duration{}
		for i, c := range h.channels[1:] {
			waits = append(waits, c.openedAt-time.Duration(i)*time.Second)
		}
		ms := time.Millisecond
		expect(t, "waits", waits, []time.Duration{50 * ms, 100 * ms, 200 * ms, 400 * ms, 500 * ms, 500 * ms})

		h.channel().welcomes(1, false)
		h.pass(time.Second)
		lost := time.Since(h.began)
		h.channel().ends(broken)
		h.pass(time.Second)
		expect(t, "wait after a stream that held", h.channel().openedAt-lost, 50*time.Millisecond)
	})
}

func TestAnAttemptWithoutAWelcomeHasFailed(t *testing.T) {
	inBubble(t, Options{ConnectTimeout: 2 * time.Second}, func(h *harness) {
		h.pass(2 * time.Second)
		expect(t, "given up", h.channel().abandoned, true)
		expect(t, "state", h.agent.State(), Waiting)
		expect(t, "attempts", h.agent.Health().ReconnectAttempts, 1)
	})
}

func TestAfterTheLastAttemptTheAgentGivesUp(t *testing.T) {
	inBubble(t, Options{MaxReconnectAttempts: new(2)}, func(h *harness) {
		h.channel().ends(broken)
		h.pass(time.Second)
		h.channel().ends(broken)
		h.pass(0)
		h.expectSaw("log: the stream is lost", "log: this agent has given up", "gave up after 2")
		expect(t, "state", h.agent.State(), Ended)
		var gaveUp *GaveUpError
		expect(t, "the error says so", errors.As(h.agent.Err(), &gaveUp), true)
	})
}

func TestWithoutAnyAttemptTheAgentGivesUpAtTheFirstLoss(t *testing.T) {
	inBubble(t, Options{MaxReconnectAttempts: new(0)}, func(h *harness) {
		h.live().ends(broken)
		h.expectSaw("log: this agent has given up", "gave up after 0")
	})
}

func TestAServerThatAsksToComeBackLaterIsObeyedAndCostsNoAttempt(t *testing.T) {
	inBubble(t, Options{MaxReconnectAttempts: new(1)}, func(h *harness) {
		h.channel().ends(streamEnd{
			status: codes.ResourceExhausted, code: "admission_deferred", pushback: 2 * time.Second,
		})
		h.expectSaw("log: the server asks to come back later")
		expect(t, "attempts", h.agent.Health().ReconnectAttempts, 0)
		h.pass(2 * time.Second)
		expect(t, "channels", len(h.channels), 1)
		h.pass(100 * time.Millisecond) // Half of a tenth more.
		expect(t, "opened at", h.channel().openedAt, 2100*time.Millisecond)
	})
}

func TestAStreamThatTheServerAsksBackIsMovedAtAnInstantDrawnAtOnce(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		c.directs(reconnectWithin(time.Second))
		h.pass(499 * time.Millisecond)
		expect(t, "finished", c.finished, false)
		h.pass(time.Millisecond)
		expect(t, "finished", c.finished, true)
		expect(t, "said Goodbye", c.last().Goodbye != nil, false)
		c.ends(streamEnd{})
		expect(t, "opened at", h.channel().openedAt, 500*time.Millisecond)
	})
}

func TestAServerThatHangsUpBeforeIsMetAgainAtTheSameInstant(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		c.directs(reconnectWithin(time.Second))
		h.pass(200 * time.Millisecond)
		c.ends(broken)
		h.pass(300 * time.Millisecond)
		expect(t, "opened at", h.channel().openedAt, 500*time.Millisecond)
	})
}

func TestAServerThatAsksInACircleIsMetWithBackoff(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		for range 2 {
			h.channel().welcomes(1, true)
			h.channel().directs(reconnectWithin(0))
			h.pass(0)
			h.channel().ends(streamEnd{})
		}
		expect(t, "state", h.agent.State(), Waiting)
		h.pass(250 * time.Millisecond) // Half of the second ceiling.
		expect(t, "opened at", h.channel().openedAt, 250*time.Millisecond)
	})
}

func TestAServerThatDoesNotEndAStreamIsNotWaitedForForEver(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		h.live().directs(reconnectWithin(0))
		h.pass(time.Second)
		expect(t, "channels", len(h.channels), 2)
	})
}

func TestATakeoverEndsTheAgentAndItsTasks(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		task, _ := h.agent.Task("t")
		c := h.live()
		c.directs(&pb.Directive{Kind: &pb.Directive_Superseded{
			Superseded: &pb.Superseded{Epoch: 2, InstanceId: "other"},
		}})
		c.ends(streamEnd{status: codes.Aborted, code: "superseded"})
		h.expectSaw("heartbeat.DirectiveSuperseded", "log: this agent has ended: another process took its name", `superseded by 2 "other"`)
		var by *SupersededError
		expect(t, "the task knows", errors.As(context.Cause(task.Context()), &by), true)
		expect(t, "the error says so", h.agent.Err(), by)
		expect(t, "state", h.agent.State(), Ended)
		task.Fail(errors.New("harmless"))
	})
}

func TestAnOldEpochIsATakeoverByNobodyKnown(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		h.channel().ends(streamEnd{status: codes.FailedPrecondition, code: "epoch_old"})
		h.expectSaw("log: this agent has ended: another process took its name", `superseded by 0 ""`)
	})
}

func TestARefusalEndsTheAgent(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		h.channel().ends(streamEnd{status: codes.InvalidArgument, code: "field_invalid"})
		h.expectSaw("log: this agent was refused and has ended", "refused InvalidArgument field_invalid")
		expect(t, "state", h.agent.State(), Ended)
	})
}

func TestTheLateWordOfAnOldStreamIsVoid(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		old := h.live()
		old.ends(broken)
		h.pass(time.Second)
		h.saw = nil
		h.turn(func() {
			old.listener.onAnswer(&pb.BeatResponse{Welcome: &pb.Welcome{Epoch: 9}})
			old.listener.onEnd(streamEnd{status: codes.InvalidArgument, code: "field_invalid"})
		})
		h.expectSaw()
		expect(t, "epoch", h.agent.Epoch(), 1)
		expect(t, "state", h.agent.State(), Connecting)
	})
}

func reconnectWithin(span time.Duration) *pb.Directive {
	return &pb.Directive{Kind: &pb.Directive_Reconnect{
		Reconnect: &pb.Reconnect{Within: durationpb.New(span), Reason: "draining"},
	}}
}

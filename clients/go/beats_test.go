package heartbeat

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	pb "heartbeat/gen/go/heartbeat/v1"
)

func TestTheFirstMessageGoesOutAtOnceAndSaysWhoComes(t *testing.T) {
	inBubble(t, Options{AgentType: "reader", Labels: map[string]string{"zone": "b"}}, func(h *harness) {
		first := h.channel().sent[0]
		expect(t, "sent at", h.channel().sentAt[0], time.Duration(0))
		expect(t, "agent", first.AgentId, "a")
		expect(t, "sequence", first.Sequence, 1)
		expect(t, "epoch", first.Epoch, 0)
		expect(t, "type", first.Registration.AgentType, "reader")
		expect(t, "instance", first.Registration.InstanceId, "i")
		expect(t, "labels", first.Registration.Labels, map[string]string{"zone": "b"})
		expect(t, "language", first.Registration.Client.Language, "go")
	})
}

func TestBeatsComeAtASteadyPace(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		for range 3 {
			h.pass(time.Second)
			c.acks()
		}
		expect(t, "sent at", c.sentAt, []time.Duration{0, time.Second, 2 * time.Second, 3 * time.Second})
		expect(t, "later messages carry no registration", c.last().Registration == nil, true)
	})
}

func TestTheServerSaysWhenTheFirstBeatIsDue(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.channel()
		c.answers(&pb.BeatResponse{AckedSequence: 1, Welcome: &pb.Welcome{
			Policy:      &pb.LivenessPolicy{Interval: durationpb.New(time.Second)},
			FirstBeatIn: durationpb.New(300 * time.Millisecond),
		}})
		h.pass(300 * time.Millisecond)
		h.pass(time.Second)
		expect(t, "sent at", c.sentAt, []time.Duration{0, 300 * time.Millisecond, 1300 * time.Millisecond})
	})
}

func TestAWelcomeThatTookLongBringsTheFirstBeatForward(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		h.pass(700 * time.Millisecond)
		c := h.live()
		h.pass(300 * time.Millisecond)
		expect(t, "sent at", c.sentAt, []time.Duration{0, time.Second})
	})
}

func TestWhileAMessageIsNotWrittenBeatsAreSkipped(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		c.sticks()
		h.pass(2500 * time.Millisecond)
		expect(t, "sent", len(c.sent), 2)
		c.written()
		c.acks()
		h.pass(500 * time.Millisecond)
		expect(t, "sent", len(c.sent), 3)
		expect(t, "sequence", c.last().Sequence, 3)
	})
}

func TestANewIntervalLetsTheNextBeatComeWithinIt(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		h.pass(500 * time.Millisecond)
		c.directs(setInterval(200 * time.Millisecond))
		h.pass(200 * time.Millisecond)
		expect(t, "sent at", c.sentAt, []time.Duration{0, 700 * time.Millisecond})
		h.expectSaw("heartbeat.DirectiveSetPolicy")
	})
}

func TestALongerIntervalDoesNotPutOffTheBeatThatIsDue(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		c.directs(setInterval(time.Minute))
		h.pass(time.Second)
		expect(t, "sent at", c.sentAt, []time.Duration{0, time.Second})
	})
}

func TestBeatSendsAnExtraOneAndActivityIsToldAtOnce(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		h.agent.Beat()
		h.pass(0)
		h.agent.Idle()
		h.pass(0)
		expect(t, "sent at", c.sentAt, []time.Duration{0, 0, 0})
		expect(t, "activity", c.last().Activity, pb.Activity_ACTIVITY_IDLE)
	})
}

func TestHealthTellsOfAcksAndAttempts(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		expect(t, "before", h.agent.Health(), Health{ReconnectAttempts: 1})
		c := h.live()
		h.pass(400 * time.Millisecond)
		health := h.agent.Health()
		expect(t, "healthy", health.Healthy, true)
		expect(t, "connected", health.Connected, true)
		expect(t, "since ack", health.SinceAck, 400*time.Millisecond)
		expect(t, "last ack", health.LastHeartbeatAck.Equal(h.began), true)
		c.ends(streamEnd{})
		expect(t, "connected", h.agent.Health().Connected, false)
	})
}

func TestTheLeaseRunsFromTheSendingOfWhatWasAcknowledged(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		h.pass(1500 * time.Millisecond)
		c.acks() // Of the beat that was sent after a second.
		h.pass(2499 * time.Millisecond)
		h.expectSaw()
		h.pass(time.Millisecond)
		h.expectSaw("lease lost 1 after 3s", "log: the stream is lost")
		expect(t, "given up", c.abandoned, true)
	})
}

func setInterval(interval time.Duration) *pb.Directive {
	return &pb.Directive{Kind: &pb.Directive_SetPolicy{
		SetPolicy: &pb.LivenessPolicy{Interval: durationpb.New(interval)},
	}}
}

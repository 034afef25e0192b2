package heartbeat

import (
	"context"
	"errors"
	"testing"
	"time"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// wait is what became of a message, as far as it is known by now.
func wait(d *Delivery) (uint64, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	select {
	case <-d.settled:
	default:
		cancel()
	}
	return d.Wait(ctx)
}

func publish(t *testing.T, h *harness, m Message) *Delivery {
	t.Helper()
	delivery, err := h.agent.PublishAsync(m)
	if err != nil {
		t.Fatal(err)
	}
	h.pass(0)
	return delivery
}

func TestAMessageWaitsForTheWelcomeAndThenForItsCount(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		first := publish(t, h, TextMessage("a.b", "hello"))
		second := publish(t, h, Message{Subject: "a.c", Data: []byte{1}, ReplyTo: "r"})
		c := h.channel()
		expect(t, "sent", len(c.sent), 1)
		c.welcomes(1, false)
		expect(t, "sent", len(c.last().Messages), 2)
		expect(t, "type", c.last().Messages[0].ContentType, "text/plain; charset=utf-8")
		expect(t, "reply to", c.last().Messages[1].ReplyTo, "r")
		_, err := wait(first)
		expect(t, "not yet", err, context.Canceled)
		c.answers(&pb.BeatResponse{DeliveredCounts: []uint64{3, 0}})
		count, err := wait(first)
		expect(t, "first", []any{count, err}, []any{3, nil})
		count, err = wait(second)
		expect(t, "second", []any{count, err}, []any{0, nil})
	})
}

func TestOfAMessageOnABrokenStreamNobodyKnows(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		c := h.live()
		lost := publish(t, h, TextMessage("a", "lost"))
		c.ends(broken)
		_, err := wait(lost)
		expect(t, "lost", err, ErrDeliveryUnknown)
		later := publish(t, h, TextMessage("a", "later"))
		h.pass(time.Second)
		h.channel().welcomes(1, true)
		expect(t, "not sent again", string(h.channel().last().Messages[0].Data), "later")
		h.channel().answers(&pb.BeatResponse{DeliveredCounts: []uint64{1, 1, 1}})
		count, _ := wait(later)
		expect(t, "later", count, 1)
	})
}

func TestOneMessageTooManyIsNotSentAndLogged(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		for range 256 {
			publish(t, h, TextMessage("a", "x"))
		}
		_, err := wait(publish(t, h, TextMessage("a", "x")))
		expect(t, "error", errors.Is(err, ErrNotSent), true)
		h.expectSaw("log: a message is not sent")
	})
}

func TestOneByteTooManyIsNotSent(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		for range 32 {
			publish(t, h, Message{Subject: "a", Data: make([]byte, 32*1024)})
		}
		_, err := wait(publish(t, h, TextMessage("a", "x")))
		expect(t, "error", err, "heartbeat: the message was not sent: 1048576 bytes may wait, and 1048576 do")
		c := h.live()
		expect(t, "one of the largest on a beat", len(c.last().Messages), 1)
		expect(t, "beats", len(c.sent), 33)
	})
}

func TestGoodbyeComesAfterAllMessages(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		delivery := publish(t, h, TextMessage("a", "x"))
		go h.agent.Close("bye")
		h.pass(0)
		c := h.channel()
		expect(t, "not yet", c.last().Goodbye == nil, true)
		c.welcomes(1, false)
		expect(t, "message", len(c.last().Messages), 1)
		expect(t, "goodbye", c.last().Goodbye.GetReason(), "bye")
		c.answers(&pb.BeatResponse{AckedSequence: 2, DeliveredCounts: []uint64{4}})
		count, err := wait(delivery)
		expect(t, "delivered", []any{count, err}, []any{4, nil})
	})
}

func TestAnEndedAgentSendsNothing(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		waiting := publish(t, h, TextMessage("a", "x"))
		h.channel().ends(broken)
		h.agent.Close("bye")
		_, err := wait(waiting)
		expect(t, "what waited", errors.Is(err, ErrNotSent), true)
		_, err = h.agent.Publish(context.Background(), TextMessage("a", "x"))
		expect(t, "what came later", errors.Is(err, ErrNotSent), true)
	})
}

func TestAMessageThatNoServerTakesIsRefused(t *testing.T) {
	inBubble(t, Options{}, func(h *harness) {
		for _, m := range []Message{
			{}, {Subject: "a b"}, {Subject: "a.*"}, {Subject: "a", ReplyTo: ">"},
			{Subject: "a", Data: make([]byte, 32*1024+1)}, {Subject: "a", ContentType: "\xff"},
		} {
			_, err := h.agent.Publish(context.Background(), m)
			var refused *OptionError
			expect(t, m.Subject, errors.As(err, &refused), true)
		}
	})
}

func TestHandlersAreCalledInOrderAndOneThatFailsIsHarmless(t *testing.T) {
	var h *harness
	handler := func(name string, end func() error) Handler {
		return func(_ context.Context, _ *Agent, m *Message) error {
			h.add("%s: %s of %s", name, m.Data, m.From)
			return end()
		}
	}
	options := Options{Handlers: map[string]Handler{
		">":   handler("all", func() error { return nil }),
		"a.*": handler("some", func() error { return errors.New("no") }),
		"a.b": handler("one", func() error { panic("no") }),
		"c":   handler("none", func() error { return nil }),
	}}
	inBubble(t, options, func(inner *harness) {
		h = inner
		expect(t, "declared", h.channel().sent[0].Registration.Subscriptions, []string{">", "a.*", "a.b", "c"})
		c := h.live()
		c.answers(&pb.BeatResponse{SkippedCount: 2})
		h.expectSaw("log: the server left out messages, this agent reads too slowly")
		c.answers(&pb.BeatResponse{Messages: []*pb.Message{
			{Subject: "a.b", Data: []byte("1"), FromAgentId: "x"},
			{Subject: "d", Data: []byte("2")},
		}})
		h.expectSaw(
			"all: 1 of x", "some: 1 of x", "log: a message handler failed",
			"one: 1 of x", "log: a message handler failed", "all: 2 of ",
		)
	})
}

func TestAHandlerMayPublishAndTheAgentGoesOnMeanwhile(t *testing.T) {
	var h *harness
	options := Options{Handlers: map[string]Handler{"a": func(ctx context.Context, a *Agent, _ *Message) error {
		count, err := a.Publish(ctx, TextMessage("b", "answer"))
		h.add("published to %d, %v", count, err)
		return nil
	}}}
	inBubble(t, options, func(inner *harness) {
		h = inner
		c := h.live()
		c.answers(&pb.BeatResponse{Messages: []*pb.Message{{Subject: "a"}}})
		expect(t, "sent", c.last().Messages[0].Subject, "b")
		c.answers(&pb.BeatResponse{DeliveredCounts: []uint64{1}})
		h.expectSaw("published to 1, <nil>")
	})
}

func TestAHandlerThatDoesNotKeepUpLosesMessages(t *testing.T) {
	options := Options{Handlers: map[string]Handler{"a": func(ctx context.Context, _ *Agent, _ *Message) error {
		<-ctx.Done()
		return nil
	}}}
	inBubble(t, options, func(h *harness) {
		c := h.live()
		c.answers(&pb.BeatResponse{Messages: []*pb.Message{{Subject: "a"}}})
		c.answers(&pb.BeatResponse{Messages: make([]*pb.Message, 256)})
		h.expectSaw()
		c.answers(&pb.BeatResponse{Messages: []*pb.Message{{Subject: "a"}}})
		h.expectSaw("log: a message is left out, too many wait for a handler")
	})
}

func TestJSONMessagesSaySo(t *testing.T) {
	m, err := JSONMessage("a", map[string]int{"n": 1})
	expect(t, "message", []any{string(m.Data), m.ContentType, err}, []any{`{"n":1}`, "application/json", nil})
	_, err = JSONMessage("a", make(chan int))
	expect(t, "refused", err != nil, true)
}

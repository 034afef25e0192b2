package heartbeat

import (
	"context"
	"fmt"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// Handler is called with the messages of a subject, one after the other: one call ends before the next begins.
// The message is its own to keep. An error is logged, and so is a panic; neither does harm. The context ends
// with the agent.
type Handler func(ctx context.Context, agent *Agent, message *Message) error

type subscription struct {
	subject string
	handler Handler
}

// An inbox hands messages to their handlers on a goroutine of its own.
type inbox struct {
	subscriptions []subscription
	reporter      *reporter
	waiting       chan *pb.Message
	// ctx ends with the agent; what waits then is dropped.
	ctx  context.Context
	stop context.CancelFunc
}

func newInbox(subscriptions []subscription, reporter *reporter) *inbox {
	ctx, stop := context.WithCancel(context.Background())
	return &inbox{
		subscriptions: subscriptions,
		reporter:      reporter,
		waiting:       make(chan *pb.Message, maxWaitingMessages),
		ctx:           ctx,
		stop:          stop,
	}
}

// receive takes what an answer carries. A handler that does not keep up loses messages, and holds nothing up.
func (in *inbox) receive(answer *pb.BeatResponse) {
	if answer.SkippedCount > 0 {
		in.reporter.warn("the server left out messages, this agent reads too slowly", "count", answer.SkippedCount)
	}
	for _, message := range answer.Messages {
		select {
		case in.waiting <- message:
		default:
			in.reporter.warn("a message is left out, too many wait for a handler",
				"subject", message.Subject, "limit", maxWaitingMessages)
		}
	}
}

func (in *inbox) run() {
	for in.ctx.Err() == nil {
		select {
		case <-in.ctx.Done():
		case message := <-in.waiting:
			in.hand(message)
		}
	}
}

func (in *inbox) hand(message *pb.Message) {
	for _, subscription := range in.subscriptions {
		if !matches(subscription.subject, message.Subject) {
			continue
		}
		if err := in.call(subscription.handler, readMessage(message)); err != nil {
			in.reporter.log("a message handler failed",
				"handler", subscription.subject, "subject", message.Subject, "error", err)
		}
	}
}

func (in *inbox) call(handler Handler, message *Message) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return handler(in.ctx, in.reporter.agent, message)
}

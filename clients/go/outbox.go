package heartbeat

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/proto"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// messageOverhead is more than what a message takes on a beat beside its own bytes.
const messageOverhead = 8

// Delivery is what becomes of a message that was published.
type Delivery struct {
	message *pb.Message
	// settled is closed when count or err is known.
	settled chan struct{}
	count   uint64
	err     error
}

// Wait returns to how many the message was handed, as soon as the server has told. The error is [ErrNotSent]
// for a message that never left, [ErrDeliveryUnknown] for one of which nobody knows what became, and ctx's own
// when it was done first: the message may then still be sent.
func (d *Delivery) Wait(ctx context.Context) (delivered uint64, err error) {
	select {
	case <-d.settled:
		return d.count, d.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (d *Delivery) settle(count uint64, err error) {
	d.count, d.err = count, err
	close(d.settled)
}

// An outbox holds messages on their way out. At most once: what was written when a stream broke is not written
// again.
type outbox struct {
	warn        func(message string, details ...any)
	unsent      []*Delivery
	unsentBytes int
	// uncounted were written on the present stream; the server tells their counts in this order.
	uncounted []*Delivery
	stopped   bool
}

func (o *outbox) add(mail *Delivery) {
	if err := o.problem(mail); err != nil {
		o.warn("a message is not sent", "subject", mail.message.Subject, "error", err)
		mail.settle(0, err)
		return
	}
	o.unsent = append(o.unsent, mail)
	o.unsentBytes += len(mail.message.Data)
}

func (o *outbox) problem(mail *Delivery) error {
	switch {
	case o.stopped:
		return errAgentEnded
	case len(o.unsent) >= maxWaitingMessages:
		return fmt.Errorf("%w: %d messages wait already", ErrNotSent, maxWaitingMessages)
	case o.unsentBytes+len(mail.message.Data) > maxWaitingBytes:
		return fmt.Errorf("%w: %d bytes may wait, and %d do", ErrNotSent, maxWaitingBytes, o.unsentBytes)
	default:
		return nil
	}
}

func (o *outbox) hasUnsent() bool { return len(o.unsent) > 0 }

// endStream takes that nobody will tell the counts of what the stream carried.
func (o *outbox) endStream() {
	for _, mail := range o.uncounted {
		mail.settle(0, ErrDeliveryUnknown)
	}
	o.uncounted = nil
}

// take is as many messages as there is room for, oldest first.
func (o *outbox) take(room int) []*pb.Message {
	var messages []*pb.Message
	for _, mail := range o.unsent {
		room -= proto.Size(mail.message) + messageOverhead
		if room < 0 {
			break
		}
		messages = append(messages, mail.message)
		o.unsentBytes -= len(mail.message.Data)
	}
	o.uncounted = append(o.uncounted, o.unsent[:len(messages)]...)
	o.unsent = o.unsent[len(messages):]
	return messages
}

// counted takes to how many the next messages were handed.
func (o *outbox) counted(counts []uint64) {
	for _, count := range counts[:min(len(counts), len(o.uncounted))] {
		o.uncounted[0].settle(count, nil)
		o.uncounted = o.uncounted[1:]
	}
}

// stop takes that the agent has ended: what was not sent never is.
func (o *outbox) stop() {
	o.stopped = true
	o.endStream()
	for _, mail := range o.unsent {
		mail.settle(0, errAgentEnded)
	}
	o.unsent = nil
}

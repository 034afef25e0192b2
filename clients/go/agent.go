package heartbeat

import (
	"context"
	"sync"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// Agent tells a Heartbeat monitor that this program lives. It is made by [Start].
type Agent struct {
	ctx       context.Context
	loop      *loop
	lifecycle *lifecycle
	sources   *sources
	reporter  *reporter
	// quiet is closed when the agent has ended and its connection is gone, done when its last callback has
	// returned as well.
	quiet, done chan struct{}
	// retries are the handlers that work on lost tasks.
	retries sync.WaitGroup
}

// seams are what tests put in the place of the network and of chance.
type seams struct {
	open   openChannel
	random func() float64
}

// Start checks the options, begins to connect, and returns at once. Its error holds an [*OptionError] for each
// option that was refused, or is the cause of a ctx that was done already.
//
// When ctx is done the agent closes itself, as by [Agent.Close], and the contexts of its tasks are done as well.
// A program that wants to tell how its tasks ended gives a context that outlives them, and calls Close.
func Start(ctx context.Context, options Options) (*Agent, error) {
	return start(ctx, options, seams{})
}

func start(ctx context.Context, options Options, seams seams) (*Agent, error) {
	settings, err := settle(options)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if seams.random != nil {
		settings.random = seams.random
	}
	loop := newLoop()
	channels := &grpcChannels{loop: loop, target: settings.target}
	if seams.open == nil {
		seams.open = channels.channel
	}
	a := &Agent{ctx: ctx, loop: loop, quiet: make(chan struct{}), done: make(chan struct{})}
	a.reporter = newReporter(a, settings.agentID, settings.logger)
	a.sources = &sources{
		loop:         loop,
		open:         seams.open,
		agentID:      settings.agentID,
		registration: settings.registration,
		tasks:        &taskBook{loop: loop, warn: a.reporter.warn},
		outbox:       &outbox{warn: a.reporter.warn},
		inbox:        newInbox(settings.subscriptions, a.reporter),
	}
	if settings.vitals {
		a.sources.meter = newMeter()
	}
	var forget func() bool
	a.lifecycle = newLifecycle(settings, options, a.reporter, a.sources, func() {
		forget()
		processFarewell.remove(a)
		loop.stop()
	})
	forget = context.AfterFunc(ctx, func() { a.leave(context.Cause(ctx).Error(), false) })
	if settings.handleSignals {
		processFarewell.add(a)
	}
	a.lifecycle.connect()
	go a.run(channels)
	return a, nil
}

func (a *Agent) run(channels *grpcChannels) {
	var program sync.WaitGroup
	program.Go(a.reporter.run)
	program.Go(a.sources.inbox.run)
	a.loop.run(a.lifecycle.flush)
	channels.open.Wait()
	close(a.quiet)
	a.reporter.finish()
	program.Wait()
	a.retries.Wait()
	close(a.done)
}

// State is where the agent stands.
func (a *Agent) State() (state State) {
	a.loop.read(func() { state = a.lifecycle.standing.state() })
	return state
}

// Epoch is the fencing token from the last Welcome; 0 before the first. Send it along with what you write
// elsewhere, and let the other side refuse an older one.
func (a *Agent) Epoch() (epoch uint64) {
	a.loop.read(func() { epoch = a.lifecycle.epoch })
	return epoch
}

// Health is how the link to the monitor is, at this instant.
func (a *Agent) Health() (health Health) {
	a.loop.read(func() { health = a.lifecycle.health() })
	return health
}

// Done is closed when the agent has ended, for whatever reason, and has let everything go: its connection is
// closed and its last callback has returned.
func (a *Agent) Done() <-chan struct{} { return a.done }

// Err is why the agent has ended: a [*SupersededError], a [*RefusedError] or a [*GaveUpError]. It is nil while
// the agent has not ended, and when that was the program's wish.
func (a *Agent) Err() (err error) {
	a.loop.read(func() { err = a.lifecycle.err })
	return err
}

// Task starts a task, or hands out the one of this name that is in flight. At most 256 are reported at a time;
// one more works as usual and is not reported (the logger is told), and neither is one that an ended agent
// starts. The id is 1 to 128 bytes of [A-Za-z0-9._:/@-]. The error holds an [*OptionError] for the id and each
// option that was refused.
func (a *Agent) Task(id string, options ...TaskOption) (*Task, error) {
	settings, err := settleTask(id, options)
	if err != nil {
		return nil, err
	}
	var task *Task
	if !a.loop.ask(func() { task = a.sources.tasks.start(a.ctx, id, settings) }) {
		task = a.sources.tasks.unreported(a.ctx, id, settings)
	}
	return task, nil
}

// Idle tells that the agent waits for work: the thresholds of its tasks rest. Sent at once.
func (a *Agent) Idle() { a.setActivity(pb.Activity_ACTIVITY_IDLE) }

// Running tells that the agent is at work. Sent at once.
func (a *Agent) Running() { a.setActivity(pb.Activity_ACTIVITY_RUNNING) }

func (a *Agent) setActivity(activity pb.Activity) {
	a.loop.tell(func() { a.sources.activity = activity })
}

// Beat sends an extra beat now. It does nothing while there is no stream.
func (a *Agent) Beat() {
	a.loop.tell(func() {
		if s, ok := a.lifecycle.standing.(live); ok {
			s.session.beat()
		}
	})
}

// Publish hands a message to everybody who subscribes to its subject now, and waits until the server has told
// to how many. The error is an [*OptionError] for a message that no server takes, and else as of
// [Delivery.Wait].
func (a *Agent) Publish(ctx context.Context, message Message) (delivered uint64, err error) {
	delivery, err := a.PublishAsync(message)
	if err != nil {
		return 0, err
	}
	return delivery.Wait(ctx)
}

// PublishAsync is as [Agent.Publish] without the wait. Messages go out in the order of the calls. What cannot
// be sent yet waits, at most 256 messages and 1 MiB; one more is not sent.
func (a *Agent) PublishAsync(message Message) (*Delivery, error) {
	wire, err := message.wire()
	if err != nil {
		return nil, err
	}
	delivery := &Delivery{message: wire, settled: make(chan struct{})}
	if !a.loop.tell(func() { a.sources.outbox.add(delivery) }) {
		delivery.settle(0, errAgentEnded)
	}
	return delivery, nil
}

// Close says Goodbye, waits for its ack (2 s at most) and lets the connection go. News of tasks and messages
// that were published go before. It may be called again, from any goroutine, callbacks and handlers included,
// and always returns when the agent has ended. The reason is for people, and cut after 1 KiB.
func (a *Agent) Close(reason string) {
	a.leave(reason, false)
	<-a.quiet
}

// Fail is as [Agent.Close], but tells the agent's own death: the monitor calls it DOWN at once.
func (a *Agent) Fail(reason string) {
	a.leave(reason, true)
	<-a.quiet
}

func (a *Agent) leave(reason string, failed bool) {
	goodbye := &pb.Goodbye{Reason: cut(reason, maxSentenceBytes), Failed: failed}
	a.loop.tell(func() { a.lifecycle.leave(goodbye) })
}

package heartbeat

import (
	"fmt"
	"time"

	"google.golang.org/grpc/codes"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// closeBound is how long a Goodbye may take.
const closeBound = 2 * time.Second

// A lifecycle goes from one stream to the next, until the end: the agent's standing, and all that changes it.
type lifecycle struct {
	settings settings
	options  Options
	reporter *reporter
	sources  *sources
	// onEnded is called once, whatever the agent has ended of.
	onEnded func()

	standing standing
	policy   PolicyInForce
	epoch    uint64
	pulse    pulse
	retreat  retreat
	// attempts counts those since the stream was last up, without those that the server put off.
	attempts int
	wasLive  bool
	// newcomer is whom the server named as the name's new holder, on the present stream.
	newcomer *SupersededError
	// err is why the agent has ended; nil when it was the program's wish.
	err error
}

func newLifecycle(settings settings, options Options, reporter *reporter, sources *sources, onEnded func()) *lifecycle {
	l := &lifecycle{
		settings: settings,
		options:  options,
		reporter: reporter,
		sources:  sources,
		onEnded:  onEnded,
		standing: idle{},
		policy:   assumedPolicy,
		retreat:  retreat{bounds: settings.backoff, random: settings.random},
	}
	l.pulse.lease = lease{after: sources.loop.after, onLost: l.onLeaseLost}
	return l
}

// connect opens a stream: at the start, after a wait, or at once after one that the server asked back.
func (l *lifecycle) connect() {
	l.attempts++
	l.newcomer = nil
	session := startSession(l.sources, l.epoch, l)
	timeout := l.settings.connectTimeout
	timer := l.sources.loop.after(timeout, func() {
		session.onEnd(streamEnd{status: codes.DeadlineExceeded, message: fmt.Sprintf("no Welcome within %v", timeout)})
	})
	l.become(connecting{session, timer})
}

func (l *lifecycle) health() Health {
	return l.pulse.health(l.standing.state() == Live, l.attempts)
}

// flush sends what the turns just past have brought.
func (l *lifecycle) flush() {
	if session := sessionOf(l.standing); session != nil {
		session.flush()
	}
}

// leave says Goodbye, if there is a stream to say it on, and ends.
func (l *lifecycle) leave(goodbye *pb.Goodbye) {
	switch s := l.standing.(type) {
	case connecting, live:
		session := sessionOf(s)
		l.pulse.lease.stop()
		l.become(closing{session, l.sources.loop.after(closeBound, l.end)})
		session.sayGoodbye(goodbye)
	case idle, waiting:
		l.end()
	}
}

// end is without a word. Harmless when repeated.
func (l *lifecycle) end() {
	if l.standing.state() == Ended {
		return
	}
	l.become(ended{})
	l.pulse.lease.stop()
	l.sources.outbox.stop()
	l.sources.inbox.stop()
	l.onEnded()
}

// become is the one place where the standing changes. What the old one held and the new one does not is let go.
func (l *lifecycle) become(next standing) {
	before := l.standing
	mustFollow(before.state(), next.state())
	l.standing = next
	timerOf(before).stop()
	if session := sessionOf(before); session != nil && session != sessionOf(next) {
		session.abandon()
	}
}

// holds is whether a session is the present one: what another one tells does not count.
func (l *lifecycle) holds(session *session) bool { return sessionOf(l.standing) == session }

func (l *lifecycle) onAck(session *session, sentAt time.Time) {
	if l.holds(session) {
		l.pulse.acked(sentAt)
	}
}

func (l *lifecycle) onWelcome(session *session, welcome *pb.Welcome) {
	if !l.holds(session) || l.standing.state() != Connecting {
		return
	}
	attempts, again := l.attempts, l.wasLive
	l.epoch = welcome.Epoch
	l.attempts = 0
	l.wasLive = true
	l.setPolicy(l.policy.updated(welcome.Policy))
	l.become(live{session, time.Now()})
	session.beatEvery(l.policy.Interval, firstBeatIn(welcome, l.policy.Interval))
	if again {
		call(l.reporter, l.options.OnReconnect, Reconnect{attempts, welcome.Resumed, welcome.Epoch})
	} else {
		call(l.reporter, l.options.OnWelcome, Welcome{welcome.Epoch, welcome.Resumed, l.policy})
	}
}

// firstBeatIn is when the server wants the next beat; a Welcome that leaves it out means a whole interval.
func firstBeatIn(welcome *pb.Welcome, interval time.Duration) time.Duration {
	if welcome.FirstBeatIn == nil {
		return interval
	}
	return within[time.Duration]{0, interval}.clamp(welcome.FirstBeatIn.AsDuration())
}

func (l *lifecycle) onDirective(session *session, sent *pb.Directive) {
	directive := readDirective(sent, l.policy)
	if directive == nil || !l.holds(session) || l.standing.state() != Live {
		return
	}
	l.obey(session, directive)
	call(l.reporter, l.options.OnDirective, directive)
}

func (l *lifecycle) obey(session *session, directive Directive) {
	switch d := directive.(type) {
	case DirectiveSetPolicy:
		l.setPolicy(d.Policy)
		session.changeInterval(d.Policy.Interval)
	case DirectiveReconnect:
		session.leaveIn(time.Duration(l.settings.random() * float64(d.Within)))
	case DirectiveCancelTask:
		l.sources.tasks.cancel(d.TaskID, d.Reason, d.Epoch)
	case DirectiveSuperseded:
		l.newcomer = &SupersededError{d.Epoch, d.InstanceID}
	}
}

func (l *lifecycle) setPolicy(policy PolicyInForce) {
	l.policy = policy
	l.pulse.lease.allow(policy.timeout())
}

// onLeaseLost tells the program. A stream that is open all the same is half-open, and is given up.
func (l *lifecycle) onLeaseLost(silent time.Duration) {
	call(l.reporter, l.options.OnLeaseLost, LeaseLost{silent, l.epoch})
	if s, ok := l.standing.(live); ok {
		s.session.onEnd(streamEnd{status: codes.Unavailable, message: fmt.Sprintf("no ack for %v", silent)})
	}
}

// onEnd takes that the present stream, or the attempt at one, is over.
func (l *lifecycle) onEnd(session *session, end streamEnd) {
	if !l.holds(session) {
		return
	}
	if l.standing.state() == Closing {
		l.end()
		return
	}
	switch judge(end, l.newcomer != nil) {
	case superseded:
		l.onSuperseded()
	case refused:
		l.onRefused(end)
	case deferred:
		l.onDeferred(end)
	case reconnect:
		l.onLost(end)
	}
}

func (l *lifecycle) onSuperseded() {
	by := l.newcomer
	if by == nil {
		by = &SupersededError{}
	}
	l.err = by
	l.end()
	l.sources.tasks.cancelAll(by)
	l.reporter.warn("this agent has ended: another process took its name")
	call(l.reporter, l.options.OnSuperseded, by)
}

func (l *lifecycle) onRefused(end streamEnd) {
	refused := &RefusedError{end.status, end.code, end.message}
	l.err = refused
	l.end()
	l.reporter.warn("this agent was refused and has ended", "reason", end.String())
	call(l.reporter, l.options.OnError, refused)
}

// onDeferred is no failure, and no reason to wait longer and longer.
func (l *lifecycle) onDeferred(end streamEnd) {
	if l.standing.state() == Connecting {
		l.attempts--
	}
	l.reporter.warn("the server asks to come back later", "in", end.pushback, "reason", end.String())
	l.wait(pushbackWait(end.pushback, l.settings.random))
}

func (l *lifecycle) onLost(end streamEnd) {
	if l.settings.attempts.reached(l.attempts) {
		gaveUp := &GaveUpError{l.attempts, end.String()}
		l.err = gaveUp
		l.end()
		l.reporter.warn("this agent has given up", "attempts", l.attempts, "reason", end.String())
		call(l.reporter, l.options.OnGaveUp, gaveUp)
		return
	}
	wait := l.nextWait()
	l.reporter.warn("the stream is lost", "reason", end.String(), "wait", wait)
	if wait == 0 {
		l.connect()
	} else {
		l.wait(wait)
	}
}

func (l *lifecycle) wait(wait time.Duration) {
	l.become(waiting{l.sources.loop.after(wait, l.connect)})
}

// nextWait is until the next attempt. A stream that the server asked back ends at an instant already drawn.
func (l *lifecycle) nextWait() time.Duration {
	s, ok := l.standing.(live)
	if !ok {
		return l.retreat.afterLoss(0)
	}
	up := time.Since(s.since)
	if s.session.leaveAt.IsZero() {
		return l.retreat.afterLoss(up)
	}
	return max(0, time.Until(s.session.leaveAt), l.retreat.afterRequest(up))
}

package heartbeat

import "time"

// A lease is what the agent knows by itself: whether the monitor can still take it for alive.
//
// It runs from the sending of the youngest beat that was acknowledged, not from the ack: an ack that a frozen
// machine finds in its socket an hour later renews nothing. The timer is lazy: a renewal moves no timer, and
// one that fires early is set anew.
type lease struct {
	after   func(time.Duration, func()) *timer
	onLost  func(silent time.Duration)
	timeout time.Duration
	// renewedAt is zero before the first renewal.
	renewedAt time.Time
	// leastUntil: it does not end before, whatever the policy says by now.
	leastUntil time.Time
	timer      *timer
}

// renew takes an ack for a beat that was sent at this instant.
func (l *lease) renew(sentAt time.Time) {
	if sentAt.Before(l.renewedAt) {
		return
	}
	l.renewedAt = sentAt
	if l.timer == nil {
		l.arm()
	}
}

// allow takes how long silence may last under the policy in force. A shorter span counts from now on, since
// the monitor does not judge by it the silence before; what was allowed already is not exceeded.
func (l *lease) allow(timeout time.Duration) {
	if timeout == l.timeout {
		return
	}
	l.leastUntil = time.Now().Add(min(l.remaining(), timeout))
	l.timeout = timeout
	held := l.timer != nil
	l.disarm()
	if held {
		l.check()
	} else {
		l.arm()
	}
}

func (l *lease) holds() bool { return l.remaining() > 0 }

// stop forgets all renewals.
func (l *lease) stop() {
	l.disarm()
	l.renewedAt = time.Time{}
}

func (l *lease) remaining() time.Duration {
	if l.renewedAt.IsZero() {
		return 0
	}
	until := l.renewedAt.Add(l.timeout)
	if until.Before(l.leastUntil) {
		until = l.leastUntil
	}
	return time.Until(until)
}

// arm sets the timer. None runs while the lease is lost: that is what makes it lost once per episode.
func (l *lease) arm() {
	if remaining := l.remaining(); remaining > 0 {
		l.timer = l.after(remaining, l.check)
	}
}

func (l *lease) disarm() {
	l.timer.stop()
	l.timer = nil
}

func (l *lease) check() {
	l.timer = nil
	l.arm()
	if l.timer == nil && !l.renewedAt.IsZero() {
		l.onLost(time.Since(l.renewedAt))
	}
}

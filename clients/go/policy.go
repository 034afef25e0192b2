package heartbeat

import (
	"math"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// Policy is how an agent wants to be judged. What is left out takes the server's default, named here.
type Policy struct {
	// Interval is how often to beat. 100 ms to 24 h. Default: 30 s.
	Interval time.Duration
	// TimeoutMultiplier makes the agent DOWN after Interval x this of silence. 1.1 to 1000. Default: 3.
	TimeoutMultiplier float64
	// MaxMissedBeats makes the agent DOWN after so many. 1 to 1000; 1 makes a lost connection DOWN at once.
	// Default: 3.
	MaxMissedBeats int
	// Grace is slack before a beat counts as missed. 0 to 1 h. Default: the larger of 250 ms and 10 % of
	// the interval.
	Grace *time.Duration
	// DropGrace makes the agent DOWN so long after a lost connection. 0 to 24 h. Default: no such rule.
	DropGrace *time.Duration
	// TaskStaleAfter makes a task STALE after so long without activity. 100 ms to 30 days. Default: 5 min.
	TaskStaleAfter time.Duration
	// TaskTimeoutAfter makes a task TIMED_OUT after so long of running. 100 ms to 30 days. Default: 30 min.
	TaskTimeoutAfter time.Duration
	// StaleWarningOnlyOnce is whether a stale task is told once per episode or again and again.
	// Default: true.
	StaleWarningOnlyOnce *bool
	// TaskRetry is what becomes of a task that timed out or lost this agent. Default: it is told, and no more.
	TaskRetry *Retry
}

// PolicyInForce is how the server judges the agent, every field filled in.
type PolicyInForce struct {
	Interval          time.Duration
	TimeoutMultiplier float64
	MaxMissedBeats    int
	Grace             time.Duration
	// DropGrace is nil when there is no such rule.
	DropGrace            *time.Duration
	TaskStaleAfter       time.Duration
	TaskTimeoutAfter     time.Duration
	StaleWarningOnlyOnce bool
}

// assumedPolicy holds before the first Welcome: the contract's defaults.
var assumedPolicy = PolicyInForce{
	Interval:             30 * time.Second,
	TimeoutMultiplier:    3,
	MaxMissedBeats:       3,
	Grace:                3 * time.Second,
	TaskStaleAfter:       5 * time.Minute,
	TaskTimeoutAfter:     30 * time.Minute,
	StaleWarningOnlyOnce: true,
}

// timeout is after how long without an ack the agent must take its lease for lost.
func (p PolicyInForce) timeout() time.Duration {
	return time.Duration(float64(p.Interval) * p.TimeoutMultiplier)
}

// declare checks a policy and puts it into the wire's form; nil when nothing is set.
func (p Policy) declare(c *check) *pb.LivenessPolicy {
	if p == (Policy{}) {
		return nil
	}
	optional := func(name string, value *time.Duration, limit within[time.Duration]) *durationpb.Duration {
		if value == nil {
			return nil
		}
		c.span("Policy."+name, *value, limit)
		return wireSpan(*value)
	}
	span := func(name string, value time.Duration, limit within[time.Duration]) *durationpb.Duration {
		if value == 0 {
			return nil
		}
		return optional(name, &value, limit)
	}
	if p.TimeoutMultiplier != 0 {
		checkRange(c, "Policy.TimeoutMultiplier", p.TimeoutMultiplier, timeoutMultipliers)
	}
	if p.MaxMissedBeats != 0 {
		checkRange(c, "Policy.MaxMissedBeats", p.MaxMissedBeats, missedBeats)
	}
	return &pb.LivenessPolicy{
		Interval:             span("Interval", p.Interval, intervals),
		TimeoutMultiplier:    p.TimeoutMultiplier,
		MaxMissedBeats:       uint32(p.MaxMissedBeats),
		Grace:                optional("Grace", p.Grace, graces),
		DropGrace:            optional("DropGrace", p.DropGrace, dropGraces),
		TaskStaleAfter:       span("TaskStaleAfter", p.TaskStaleAfter, taskThresholds),
		TaskTimeoutAfter:     span("TaskTimeoutAfter", p.TaskTimeoutAfter, taskThresholds),
		StaleWarningOnlyOnce: p.StaleWarningOnlyOnce,
		TaskRetry:            p.TaskRetry.declare(c, "Policy.TaskRetry"),
	}
}

// updated is the policy after the server has sent one. What it leaves out stays as it was, and what no
// server should send (an interval of nothing would make the agent spin) is held to the contract's limits.
func (p PolicyInForce) updated(sent *pb.LivenessPolicy) PolicyInForce {
	if sent == nil {
		return p
	}
	replace := func(field *time.Duration, span *durationpb.Duration) {
		if span != nil {
			*field = span.AsDuration()
		}
	}
	replace(&p.Interval, sent.Interval)
	replace(&p.Grace, sent.Grace)
	replace(&p.TaskStaleAfter, sent.TaskStaleAfter)
	replace(&p.TaskTimeoutAfter, sent.TaskTimeoutAfter)
	p.DropGrace = nil
	if sent.DropGrace != nil {
		p.DropGrace = new(time.Duration)
		replace(p.DropGrace, sent.DropGrace)
	}
	if sent.TimeoutMultiplier != 0 && !math.IsNaN(sent.TimeoutMultiplier) {
		p.TimeoutMultiplier = sent.TimeoutMultiplier
	}
	if sent.MaxMissedBeats != 0 {
		p.MaxMissedBeats = int(sent.MaxMissedBeats)
	}
	if sent.StaleWarningOnlyOnce != nil {
		p.StaleWarningOnlyOnce = *sent.StaleWarningOnlyOnce
	}
	p.Interval = intervals.clamp(p.Interval)
	p.TimeoutMultiplier = timeoutMultipliers.clamp(p.TimeoutMultiplier)
	return p
}

// wireSpan is a span as the wire knows it, in whole milliseconds.
func wireSpan(span time.Duration) *durationpb.Duration {
	return durationpb.New(span.Round(time.Millisecond))
}

package heartbeat

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"

	pb "heartbeat/gen/go/heartbeat/v1"
)

const ms = time.Millisecond

func TestTheCeilingDoublesUpToTheMaximum(t *testing.T) {
	bounds := Backoff{Initial: 250 * ms, Max: 30 * time.Second}
	for step, want := range map[int]time.Duration{
		0: 250 * ms, 1: 500 * ms, 6: 16 * time.Second, 7: 30 * time.Second, 1000: 30 * time.Second,
	} {
		expect(t, "ceiling", bounds.ceiling(step), want)
	}
	expect(t, "odd maximum", Backoff{Initial: 2 * ms, Max: 7 * ms}.ceiling(1), 4*ms)
	expect(t, "of one value", Backoff{Initial: time.Hour, Max: time.Hour}.ceiling(5), time.Hour)
}

func TestWaitsAreWholeMillisecondsBelowTheCeiling(t *testing.T) {
	r := retreat{bounds: Backoff{Initial: 250 * ms, Max: time.Second}, random: func() float64 { return 0.999 }}
	expect(t, "first", r.afterLoss(0), 249*ms)
	expect(t, "second", r.afterLoss(0), 499*ms)
	expect(t, "after less than the ceiling", r.afterLoss(999*ms), 999*ms)
	expect(t, "after the ceiling", r.afterLoss(time.Second), 249*ms)
}

func TestARequestIsFollowedAtOnceUnlessItComesInACircle(t *testing.T) {
	r := retreat{bounds: Backoff{Initial: 200 * ms, Max: time.Second}, random: func() float64 { return 0.5 }}
	expect(t, "first", r.afterRequest(0), time.Duration(0))
	expect(t, "second", r.afterRequest(0), 200*ms)
	expect(t, "after a stream that held", r.afterRequest(time.Minute), time.Duration(0))
}

func TestPushbacksAreReadWithinBounds(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"": 0, "soon": 0, "-5": 0, "+5": 0, "1.5": 0,
		"0": 10 * ms, "9": 10 * ms, "2500": 2500 * ms,
		"900000": 5 * time.Minute, "99999999999999999999999": 5 * time.Minute,
	} {
		expect(t, "pushback of "+text, readPushback(text), want)
	}
	almostOne := func() float64 { return 0.999 }
	expect(t, "a tenth more", pushbackWait(time.Second, almostOne), 1099*ms)
	expect(t, "a second more", pushbackWait(time.Minute, almostOne), 60_999*ms)
}

func TestAnEndIsJudgedByTheTable(t *testing.T) {
	table := map[codes.Code]verdict{
		codes.OK:                 reconnect,
		codes.Canceled:           reconnect,
		codes.Unknown:            reconnect,
		codes.InvalidArgument:    refused,
		codes.DeadlineExceeded:   reconnect,
		codes.NotFound:           refused,
		codes.AlreadyExists:      refused,
		codes.PermissionDenied:   refused,
		codes.ResourceExhausted:  reconnect,
		codes.FailedPrecondition: superseded,
		codes.Aborted:            refused,
		codes.OutOfRange:         refused,
		codes.Unimplemented:      refused,
		codes.Internal:           reconnect,
		codes.Unavailable:        reconnect,
		codes.DataLoss:           reconnect,
		codes.Unauthenticated:    refused,
	}
	for status, want := range table {
		expect(t, status.String(), judge(streamEnd{status: status, code: "any"}, false), want)
		expect(t, status.String()+" by a proxy", judge(streamEnd{status: status}, false), reconnect)
	}
}

func TestAbortedIsATakeoverWhenTheServerHasSaidSo(t *testing.T) {
	expect(t, "by code", judge(streamEnd{status: codes.Aborted, code: "superseded"}, false), superseded)
	expect(t, "by directive", judge(streamEnd{status: codes.Aborted}, true), superseded)
	expect(t, "a broken stream after the directive", judge(broken, true), reconnect)
}

func TestResourceExhaustedIsPutOffOnlyWithATimeToComeBackAt(t *testing.T) {
	put := streamEnd{status: codes.ResourceExhausted, code: "admission_deferred", pushback: time.Second}
	expect(t, "with", judge(put, false), deferred)
	put.status = codes.Unavailable
	expect(t, "another status", judge(put, false), reconnect)
}

func TestAnAckCountsForTheYoungestBeatThatItCovers(t *testing.T) {
	var beats unackedBeats
	at := func(second int64) time.Time { return time.Unix(second, 0) }
	for i := range 3 {
		beats.add(uint64(i+1), at(int64(i)))
	}
	sentAt, news := beats.acked(2)
	expect(t, "news", news, true)
	expect(t, "sent at", sentAt, at(1))
	_, news = beats.acked(2)
	expect(t, "the same again is no news", news, false)

	for i := range 100 {
		beats.add(uint64(i+4), at(int64(i+3)))
	}
	sentAt, _ = beats.acked(103)
	expect(t, "what is not remembered counts for the newest that is", sentAt, at(65))
}

func TestWhatTheServerLeavesOutOfAPolicyStays(t *testing.T) {
	expect(t, "nothing sent", assumedPolicy.updated(nil), assumedPolicy)
	policy := assumedPolicy.updated(&pb.LivenessPolicy{
		Interval:  durationpb.New(time.Second),
		DropGrace: durationpb.New(0),
	})
	expect(t, "interval", policy.Interval, time.Second)
	expect(t, "drop grace", *policy.DropGrace, time.Duration(0))
	expect(t, "multiplier", policy.TimeoutMultiplier, 3.0)
	expect(t, "missed beats", policy.MaxMissedBeats, 3)
	expect(t, "timeout", policy.timeout(), 3*time.Second)
}

func TestAPolicyThatNoServerShouldSendIsHeldToTheLimits(t *testing.T) {
	policy := assumedPolicy.updated(&pb.LivenessPolicy{Interval: durationpb.New(0), TimeoutMultiplier: 1e9})
	expect(t, "interval", policy.Interval, 100*ms)
	expect(t, "multiplier", policy.TimeoutMultiplier, 1000.0)
	policy = assumedPolicy.updated(&pb.LivenessPolicy{TimeoutMultiplier: math.NaN()})
	expect(t, "not a number", policy.TimeoutMultiplier, 3.0)
}

func TestSubjectsMatchByTokens(t *testing.T) {
	for _, c := range []struct {
		pattern, subject string
		want             bool
	}{
		{"a.b", "a.b", true}, {"a.b", "a", false}, {"a", "a.b", false}, {"a.b", "a.c", false},
		{"a.*", "a.b", true}, {"a.*", "a", false}, {"a.*", "a.b.c", false}, {"*.b", "a.b", true},
		{"a.>", "a.b", true}, {"a.>", "a.b.c", true}, {"a.>", "a", false}, {">", "a", true},
		{"*", "a", true}, {"*", "a.b", false}, {"a.*.>", "a.b", false}, {"a.*.>", "a.b.c", true},
	} {
		expect(t, c.pattern+" takes "+c.subject, matches(c.pattern, c.subject), c.want)
	}
}

func TestTheLeaseIsLostOncePerEpisode(t *testing.T) {
	withLease(t, func(l *leaseTest) {
		l.do(func() { l.allow(3 * time.Second) })
		l.pass(time.Hour)
		l.expectLost() // It never held.
		l.renewNow()
		l.pass(3*time.Second - 1)
		l.expectLost()
		l.pass(1)
		l.expectLost(3 * time.Second)
		l.pass(time.Hour)
		l.expectLost()
		l.renewNow()
		l.pass(3 * time.Second)
		l.expectLost(3 * time.Second)
	})
}

func TestTheAckOfABeatThatIsTooOldRenewsNothing(t *testing.T) {
	withLease(t, func(l *leaseTest) {
		l.do(func() { l.allow(3 * time.Second) })
		sent := time.Now()
		l.pass(time.Hour)
		l.do(func() { l.renew(sent) })
		expect(t, "holds", l.holds(), false)
	})
}

func TestAShorterSpanCountsFromNowAndALongerOneAtOnce(t *testing.T) {
	withLease(t, func(l *leaseTest) {
		l.do(func() { l.allow(10 * time.Second) })
		l.renewNow()
		l.pass(5 * time.Second)
		l.do(func() { l.allow(time.Second) })
		l.pass(time.Second)
		l.expectLost(6 * time.Second)

		l.renewNow()
		l.do(func() { l.allow(20 * time.Second) })
		l.pass(20*time.Second - 1)
		l.expectLost()
		l.pass(1)
		l.expectLost(20 * time.Second)
	})
}

// A leaseTest is a lease in a loop of its own.
type leaseTest struct {
	lease
	t    *testing.T
	loop *loop
	lost []time.Duration
}

func withLease(t *testing.T, test func(*leaseTest)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &leaseTest{t: t, loop: newLoop()}
		l.lease = lease{after: l.loop.after, onLost: func(silent time.Duration) { l.lost = append(l.lost, silent) }}
		go l.loop.run(func() {})
		test(l)
		l.do(func() { l.stop(); l.loop.stop() })
	})
}

func (l *leaseTest) do(turn func()) { l.loop.ask(turn) }

func (l *leaseTest) renewNow() { l.do(func() { l.renew(time.Now()) }) }

func (l *leaseTest) pass(span time.Duration) {
	l.do(func() {}) // Orders what the test has looked at before what happens then.
	time.Sleep(span)
	synctest.Wait()
}

func (l *leaseTest) expectLost(want ...time.Duration) {
	l.t.Helper()
	expect(l.t, "lost", l.lost, want)
	l.lost = nil
}

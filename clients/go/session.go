package heartbeat

import (
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// finishTimeout is how long the server may take to end a stream after this side has.
const finishTimeout = time.Second

// beatOverhead is more than what a beat takes beside its registration, updates and messages.
const beatOverhead = 2 * 1024

// sources are what every session needs, and what does not change from one to the next.
type sources struct {
	loop         *loop
	open         openChannel
	agentID      string
	registration *pb.Registration
	tasks        *taskBook
	outbox       *outbox
	inbox        *inbox
	meter        *meter
	// activity is what the program said last.
	activity pb.Activity
}

// sessionEvents are what a session tells; each with the session, since a late word of an old one is void.
type sessionEvents interface {
	onAck(s *session, sentAt time.Time)
	onWelcome(*session, *pb.Welcome)
	onDirective(*session, *pb.Directive)
	onEnd(*session, streamEnd)
}

// A session is one stream's life: its sequence, its beats, its end.
type session struct {
	*sources
	events  sessionEvents
	channel channel

	unacked      unackedBeats
	sequence     uint64
	toldActivity pb.Activity
	beatWanted   bool
	welcomed     bool

	interval  time.Duration
	sentAt    time.Time
	beatAt    time.Time
	beatTimer *timer

	// leaveAt is when the agent ends this stream and comes back; zero unless the server has asked for it.
	leaveAt time.Time
	// leaveTimer waits for leaveAt, and then for the server's end.
	leaveTimer *timer

	goodbye *pb.Goodbye
	// goodbyeWith is the sequence with which the Goodbye went out; 0 before.
	goodbyeWith uint64
	// finished is since this side has half-closed, over since the stream has ended or was given up.
	finished, over bool
}

// startSession opens a stream, and says the first message on it.
func startSession(sources *sources, epoch uint64, events sessionEvents) *session {
	s := &session{sources: sources, events: events}
	s.channel = sources.open(s)
	s.tasks.beginStream()
	s.send(&pb.BeatRequest{
		AgentId:      s.agentID,
		Registration: s.registration,
		Epoch:        epoch,
		Vitals:       s.meter.measure(0),
	})
	return s
}

// beatEvery beats after first, then at a steady pace. An answer that took long brings the first beat forward:
// the lease counts from the sending of what was answered.
func (s *session) beatEvery(interval, first time.Duration) {
	s.interval = interval
	s.setBeat(earlier(time.Now().Add(first), s.sentAt.Add(interval)))
}

// changeInterval lets the next beat come within the new interval, and no later than it was due.
func (s *session) changeInterval(interval time.Duration) {
	if interval != s.interval {
		s.interval = interval
		s.setBeat(earlier(time.Now().Add(interval), s.beatAt))
	}
}

// beat sends one more, now or as soon as the last has been written.
func (s *session) beat() { s.beatWanted = true }

// flush sends what there is to tell, if anything and if the channel takes it.
func (s *session) flush() {
	mail := s.welcomed && s.outbox.hasUnsent()
	news := mail || s.tasks.hasNews() || s.activity != s.toldActivity
	if news || s.beatWanted || s.mayLeave() {
		s.send(&pb.BeatRequest{})
	}
}

// sayGoodbye ends the stream after all there is to tell.
func (s *session) sayGoodbye(goodbye *pb.Goodbye) {
	if !s.finished {
		s.goodbye = goodbye
		s.beatTimer.stop()
		s.leaveTimer.stop()
	}
}

// mayLeave is whether there is a Goodbye to say, and nothing to tell before it.
func (s *session) mayLeave() bool {
	return s.goodbye != nil && !s.tasks.hasNews() && !s.outbox.hasUnsent()
}

// leaveIn ends the stream after a while without a Goodbye, because the server asked for it.
func (s *session) leaveIn(wait time.Duration) {
	if s.leaveAt.IsZero() && !s.over {
		s.leaveAt = time.Now().Add(wait)
		s.leaveTimer = s.loop.after(wait, s.finish)
	}
}

// abandon gives the stream up; nothing is told from now on.
func (s *session) abandon() {
	if s.over {
		return
	}
	s.over = true
	s.beatTimer.stop()
	s.leaveTimer.stop()
	s.outbox.endStream()
	s.channel.abandon()
}

func (s *session) onAnswer(answer *pb.BeatResponse) {
	if s.over {
		return
	}
	acked := answer.AckedSequence
	if acked > 0 {
		s.tasks.acked(acked)
		if sentAt, news := s.unacked.acked(acked); news {
			s.events.onAck(s, sentAt)
		}
	}
	s.outbox.counted(answer.DeliveredCounts)
	if answer.Welcome != nil {
		s.welcomed = true
		s.events.onWelcome(s, answer.Welcome)
	}
	for _, directive := range answer.Directives {
		s.events.onDirective(s, directive)
	}
	s.inbox.receive(answer)
	if s.goodbyeWith > 0 && acked >= s.goodbyeWith {
		s.finish()
	}
}

func (s *session) onEnd(end streamEnd) {
	if !s.over {
		s.abandon()
		s.events.onEnd(s, end)
	}
}

func (s *session) onBeatDue() {
	now := time.Now()
	lag := now.Sub(s.beatAt)
	// Late by more than an interval, the beats between are not made up for.
	next := s.beatAt.Add(s.interval)
	if !next.After(now) {
		next = now.Add(s.interval)
	}
	s.setBeat(next)
	s.send(&pb.BeatRequest{Vitals: s.meter.measure(lag)})
}

func (s *session) setBeat(at time.Time) {
	if s.over || s.finished || s.goodbye != nil {
		return
	}
	s.beatTimer.stop()
	s.beatAt = at
	s.beatTimer = s.loop.after(time.Until(at), s.onBeatDue)
}

// send fills a beat with all there is to tell and sends it. While the last is unwritten, this one is skipped;
// after a Goodbye nothing is said.
func (s *session) send(beat *pb.BeatRequest) {
	if s.over || s.finished || s.goodbyeWith > 0 || !s.channel.writable() {
		return
	}
	now := time.Now()
	s.sequence++
	s.beatWanted = false
	s.toldActivity = s.activity
	beat.Sequence = s.sequence
	beat.SentAt = timestamppb.New(now)
	beat.Activity = s.activity
	room := maxBeatBytes - beatOverhead - proto.Size(beat)
	beat.Tasks = s.tasks.take(s.sequence, room)
	// News of tasks and messages take turns: together they may be more than a beat.
	if s.welcomed && len(beat.Tasks) == 0 {
		beat.Messages = s.outbox.take(room)
	}
	if s.mayLeave() {
		s.goodbyeWith = s.sequence
		beat.Goodbye = s.goodbye
		if beat.Vitals == nil {
			beat.Vitals = s.meter.measure(0)
		}
	}
	s.sentAt = now
	s.unacked.add(s.sequence, now)
	s.channel.send(beat)
}

// finish half-closes, and does not wait for ever for the other half.
func (s *session) finish() {
	if s.finished || s.over {
		return
	}
	s.finished = true
	s.beatTimer.stop()
	s.leaveTimer.stop()
	s.leaveTimer = s.loop.after(finishTimeout, func() {
		s.onEnd(streamEnd{status: codes.DeadlineExceeded, message: "the server did not end the stream"})
	})
	s.channel.finish()
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

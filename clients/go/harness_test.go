package heartbeat

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// expect compares two values as they are printed.
func expect(t *testing.T, what string, got, want any) {
	t.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}

// A fakeChannel is a stream whose server is the test.
type fakeChannel struct {
	harness  *harness
	listener listener
	// openedAt is since the harness began.
	openedAt                              time.Duration
	sent                                  []*pb.BeatRequest
	sentAt                                []time.Duration
	stuck, unwritten, finished, abandoned bool
}

func (c *fakeChannel) writable() bool { return !c.unwritten && !c.finished && !c.abandoned }
func (c *fakeChannel) finish()        { c.finished = true }
func (c *fakeChannel) abandon()       { c.abandoned = true }

func (c *fakeChannel) send(beat *pb.BeatRequest) {
	c.unwritten = true
	if !c.stuck {
		go c.listener.(*session).loop.tell(func() { c.unwritten = false })
	}
	c.sent = append(c.sent, beat)
	c.sentAt = append(c.sentAt, time.Since(c.harness.began))
}

// last is the youngest beat.
func (c *fakeChannel) last() *pb.BeatRequest { return c.sent[len(c.sent)-1] }

func (c *fakeChannel) answers(answer *pb.BeatResponse) {
	c.harness.turn(func() {
		if !c.abandoned {
			c.listener.onAnswer(answer)
		}
	})
}

// acks acknowledges all that was sent.
func (c *fakeChannel) acks() { c.answers(&pb.BeatResponse{AckedSequence: c.last().Sequence}) }

func (c *fakeChannel) directs(directive *pb.Directive) {
	c.answers(&pb.BeatResponse{Directives: []*pb.Directive{directive}})
}

func (c *fakeChannel) ends(end streamEnd) {
	c.harness.turn(func() {
		if !c.abandoned {
			c.listener.onEnd(end)
		}
	})
}

// welcomes with an epoch, and asks for a beat a second from one second on.
func (c *fakeChannel) welcomes(epoch uint64, resumed bool) {
	c.answers(&pb.BeatResponse{AckedSequence: c.last().Sequence, Welcome: &pb.Welcome{
		Epoch:   epoch,
		Resumed: resumed,
		Policy:  &pb.LivenessPolicy{Interval: durationpb.New(time.Second), TimeoutMultiplier: 3},
	}})
}

// sticks leaves what is sent from now on unwritten.
func (c *fakeChannel) sticks() { c.harness.turn(func() { c.stuck = true }) }

// written lets a stuck channel go on.
func (c *fakeChannel) written() {
	c.harness.turn(func() { c.stuck, c.unwritten = false, false })
}

// A harness is an agent on fake channels, in a bubble of its own time.
type harness struct {
	t        *testing.T
	agent    *Agent
	began    time.Time
	channels []*fakeChannel
	// saw is what the callbacks and the log were told, in order.
	saw    []string
	adding sync.Mutex
}

// inBubble runs a test in time of its own. It fails when a goroutine is left at its end.
func inBubble(t *testing.T, options Options, test func(h *harness)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &harness{t: t, began: time.Now()}
		h.start(t.Context(), options)
		test(h)
		h.agent.Close("the test is over")
		<-h.agent.Done()
	})
}

func (h *harness) start(ctx context.Context, options Options) {
	options.AgentID = "a"
	options.InstanceID = "i"
	options.WithoutVitals = true
	options.Logger = slog.New(slog.NewTextHandler(logWriter{h}, nil))
	h.report(&options)
	agent, err := start(ctx, options, seams{open: h.open, random: func() float64 { return 0.5 }})
	if err != nil {
		h.t.Fatal(err)
	}
	h.agent = agent
	synctest.Wait()
}

// report has each callback that the test has left out add a line.
func (h *harness) report(o *Options) {
	if o.OnWelcome == nil {
		o.OnWelcome = func(_ *Agent, w Welcome) { h.add("welcome %d %v", w.Epoch, w.Resumed) }
	}
	o.OnReconnect = func(_ *Agent, r Reconnect) { h.add("reconnect %d %v after %d", r.Epoch, r.Resumed, r.Attempts) }
	o.OnLeaseLost = func(_ *Agent, l LeaseLost) { h.add("lease lost %d after %v", l.Epoch, l.Silent) }
	o.OnSuperseded = func(_ *Agent, by *SupersededError) { h.add("superseded by %d %q", by.Epoch, by.InstanceID) }
	o.OnError = func(_ *Agent, e *RefusedError) { h.add("refused %v %s", e.Status, e.Code) }
	o.OnGaveUp = func(_ *Agent, g *GaveUpError) { h.add("gave up after %d", g.Attempts) }
	o.OnDirective = func(_ *Agent, d Directive) { h.add("%T", d) }
}

func (h *harness) add(format string, values ...any) {
	h.adding.Lock()
	defer h.adding.Unlock()
	h.saw = append(h.saw, fmt.Sprintf(format, values...))
}

func (h *harness) open(listener listener) channel {
	c := &fakeChannel{harness: h, listener: listener, openedAt: time.Since(h.began)}
	h.channels = append(h.channels, c)
	return c
}

// channel is the youngest.
func (h *harness) channel() *fakeChannel {
	synctest.Wait()
	return h.channels[len(h.channels)-1]
}

// live is the youngest channel, welcomed with epoch 1.
func (h *harness) live() *fakeChannel {
	c := h.channel()
	c.welcomes(1, false)
	h.saw = nil
	return c
}

func (h *harness) turn(turn func()) {
	h.agent.loop.tell(turn)
	synctest.Wait()
}

// pass lets time go by. The turn orders what the test has looked at before what happens then.
func (h *harness) pass(span time.Duration) {
	h.turn(func() {})
	time.Sleep(span)
	synctest.Wait()
}

// expectSaw compares what was seen since the last call.
func (h *harness) expectSaw(want ...string) {
	h.t.Helper()
	synctest.Wait()
	expect(h.t, "seen", strings.Join(h.saw, "\n"), strings.Join(want, "\n"))
	h.saw = nil
}

type logWriter struct{ harness *harness }

func (w logWriter) Write(line []byte) (int, error) {
	_, message, _ := strings.Cut(string(line), `msg="heartbeat: `)
	message, _, _ = strings.Cut(message, `"`)
	w.harness.add("log: %s", message)
	return len(line), nil
}

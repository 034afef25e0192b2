package heartbeat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	pb "heartbeat/gen/go/heartbeat/v1"
)

func anOffer(epoch int) *pb.BeatResponse {
	data := fmt.Sprintf(`{"taskId": "import-42", "fromAgentId": "billing-3", "attempt": 2, "maxAttempts": 3,
		"epoch": "%d", "progress": 0.4, "detail": "cm93IDE3", "reason": "its agent is down", "later": 1}`, epoch)
	return &pb.BeatResponse{Messages: []*pb.Message{{Subject: retrySubject, Data: []byte(data)}}}
}

// attempts is what a channel was told of tasks, with their epochs.
func attempts(c *fakeChannel) (all []string) {
	for _, beat := range c.sent {
		for _, u := range beat.Tasks {
			state := strings.ToLower(strings.TrimPrefix(u.State.String(), "TASK_STATE_"))
			all = append(all, strings.TrimSpace(fmt.Sprintf("%s %s %d %s", u.TaskId, state, u.Epoch, u.Error)))
		}
	}
	return all
}

func lastAttempt(c *fakeChannel) string {
	all := attempts(c)
	return all[len(all)-1]
}

func taking(t *testing.T, work RetryHandler, test func(h *harness, c *fakeChannel, handed *[]*RetriedTask)) {
	var handed []*RetriedTask
	options := Options{OnRetry: func(ctx context.Context, agent *Agent, task *RetriedTask) error {
		handed = append(handed, task)
		return work(ctx, agent, task)
	}}
	inBubble(t, options, func(h *harness) { test(h, h.live(), &handed) })
}

func untilStopped(ctx context.Context, _ *Agent, _ *RetriedTask) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestAnOfferIsTakenUpAtOnce(t *testing.T) {
	taking(t, untilStopped, func(h *harness, c *fakeChannel, handed *[]*RetriedTask) {
		expect(t, "subscriptions", c.sent[0].Registration.Subscriptions, []string{retrySubject})
		c.answers(anOffer(9))
		h.pass(0)
		expect(t, "told", attempts(c), []string{"import-42 running 9"})
		task := (*handed)[0]
		expect(t, "attempt", []any{task.Attempt, task.MaxAttempts, task.Epoch}, []any{2, 3, uint64(9)})
		expect(t, "before", []any{task.ProgressBefore, string(task.DetailBefore)}, []any{0.4, "row 17"})
		expect(t, "whence", []any{task.FromAgentID, task.Reason}, []any{"billing-3", "its agent is down"})
		c.answers(anOffer(9))
		h.pass(0)
		expect(t, "once", len(*handed), 1)
	})
}

func TestALostTaskIsToldToItsEnd(t *testing.T) {
	for want, work := range map[string]RetryHandler{
		"import-42 succeeded 9": func(_ context.Context, _ *Agent, task *RetriedTask) error {
			task.Succeed()
			return nil
		},
		"import-42 failed 9 no disk":                 func(context.Context, *Agent, *RetriedTask) error { return errors.New("no disk") },
		"import-42 failed 9 panic: oh":               func(context.Context, *Agent, *RetriedTask) error { panic("oh") },
		"import-42 failed 9 " + errLeftScope.Error(): func(context.Context, *Agent, *RetriedTask) error { return nil },
	} {
		taking(t, work, func(h *harness, c *fakeChannel, handed *[]*RetriedTask) {
			c.answers(anOffer(9))
			h.pass(0)
			expect(t, "told", lastAttempt(c), want)
			c.answers(anOffer(9))
			h.pass(0)
			expect(t, "once", len(*handed), 1)
			c.answers(anOffer(12))
			h.pass(0)
			expect(t, "the next one", len(*handed), 2)
		})
	}
}

func TestOnlyTheAttemptThatIsNamedIsCanceled(t *testing.T) {
	taking(t, untilStopped, func(h *harness, c *fakeChannel, handed *[]*RetriedTask) {
		c.answers(anOffer(9))
		h.pass(0)
		for _, epoch := range []uint64{0, 8, 9} {
			expect(t, "goes on", (*handed)[0].Context().Err(), nil)
			c.directs(&pb.Directive{Kind: &pb.Directive_CancelTask{
				CancelTask: &pb.CancelTask{TaskId: "import-42", Epoch: &epoch},
			}})
		}
		h.pass(0)
		expect(t, "told", lastAttempt(c), "import-42 canceled 9")
	})
}

func TestAnOfferTakesThePlaceOfAnOlderAttempt(t *testing.T) {
	taking(t, untilStopped, func(h *harness, c *fakeChannel, _ *[]*RetriedTask) {
		own, _ := h.agent.Task("import-42")
		h.pass(0)
		c.answers(anOffer(9))
		h.pass(0)
		var canceled *TaskCanceledError
		expect(t, "canceled", errors.As(context.Cause(own.Context()), &canceled), true)
		own.Close()
		h.pass(0)
		expect(t, "told", lastAttempt(c), "import-42 running 9")
	})
}

func TestAnAgentWithoutRoomTakesNothingUp(t *testing.T) {
	taking(t, untilStopped, func(h *harness, c *fakeChannel, handed *[]*RetriedTask) {
		for n := range maxTasks {
			_, _ = h.agent.Task(fmt.Sprint("t", n))
		}
		h.pass(0)
		c.answers(anOffer(9))
		h.pass(0)
		expect(t, "handed", len(*handed), 0)
	})
}

func TestHowATaskIsHandedOnIsSaid(t *testing.T) {
	inBubble(t, Options{Policy: Policy{TaskRetry: &Retry{}}}, func(h *harness) {
		c := h.live()
		expect(t, "policy", c.sent[0].Registration.Policy.TaskRetry != nil, true)
		none, minute := time.Duration(0), time.Minute
		retry := Retry{MaxAttempts: 5, Backoff: &none, MaxBackoff: &minute, Placement: SameAgent}
		_, err := h.agent.Task("t", WithRetry(retry))
		expect(t, "error", err, nil)
		h.pass(0)
		sent := c.last().Tasks[0].Retry
		expect(t, "attempts", int(sent.MaxAttempts), 5)
		expect(t, "backoff", sent.Backoff.AsDuration(), none)
		expect(t, "most", sent.MaxBackoff.AsDuration(), minute)
		expect(t, "placement", sent.Placement, pb.RetryPlacement_RETRY_PLACEMENT_SAME_AGENT)
		below, above := -time.Second, 25*time.Hour
		for _, bad := range []Retry{{MaxAttempts: 101}, {Backoff: &below}, {MaxBackoff: &above}, {Placement: 7}} {
			_, err := h.agent.Task("t", WithRetry(bad))
			var refused *OptionError
			expect(t, "refused", errors.As(err, &refused), true)
		}
	})
}

// Testee does with the runtime what it is told on standard input, and reports what it saw on standard output:
// one JSON object a line, as test/conformance/README.md describes.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	heartbeat "heartbeat/clients/go"
)

const longestLine = 1024 * 1024

func main() {
	defer func() {
		if r := recover(); r != nil {
			say(report{"saw": "crash", "error": fmt.Sprint(r)})
			os.Exit(1)
		}
	}()
	say(report{"saw": "ready"})
	t := &testee{}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, longestLine)
	for lines.Scan() {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			panic(err)
		}
		t.do(o)
	}
	t.close("end of input")
	t.publishing.Wait()
}

// An order is a line that the testee is told.
type order struct {
	Do             string
	Options        options
	ID             string
	StaleAfterMs   *float64
	TimeoutAfterMs *float64
	Detail         *string
	Retry          *struct {
		MaxAttempts int
		BackoffMs   float64
	}
	Fraction float64
	Error    string
	Subject  string
	Text     string
	Bytes    int
	ReplyTo  string
	Reason   string
}

type testee struct {
	agent *heartbeat.Agent
	// tasks are by their ids, written by orders and by what is handed on.
	tasks      sync.Map
	publishing sync.WaitGroup
}

func (t *testee) do(o order) {
	switch o.Do {
	case "start":
		t.start(o.Options)
	case "task":
		t.startTask(o)
	case "progress":
		t.task(o.ID).Progress(o.Fraction, detail(o.Detail))
	case "activity":
		t.task(o.ID).Activity()
	case "succeed":
		t.task(o.ID).Succeed()
	case "fail":
		t.task(o.ID).Fail(errors.New(o.Error))
	case "cancel":
		t.task(o.ID).Cancel()
	case "idle":
		t.agent.Idle()
	case "running":
		t.agent.Running()
	case "beat":
		t.agent.Beat()
	case "publish":
		t.publish(o)
	case "health":
		say(healthReport(t.agent.Health()))
	case "state":
		say(report{"saw": "state", "state": t.state()})
	case "close":
		t.close(o.Reason)
		say(report{"saw": "closed"})
	case "failAgent":
		t.agent.Fail(o.Reason)
		say(report{"saw": "closed"})
	default:
		panic("unknown order " + o.Do)
	}
}

func (t *testee) task(id string) *heartbeat.Task {
	task, _ := t.tasks.Load(id)
	return task.(*heartbeat.Task)
}

func (t *testee) start(o options) {
	read := o.read()
	if o.TakesTasks {
		read.OnRetry = t.takeUp
	}
	agent, err := heartbeat.Start(context.Background(), read)
	if err != nil {
		say(report{"saw": "refused", "message": err.Error()})
		return
	}
	t.agent = agent
}

func (t *testee) startTask(o order) {
	var options []heartbeat.TaskOption
	if o.StaleAfterMs != nil {
		options = append(options, heartbeat.StaleAfter(span(*o.StaleAfterMs)))
	}
	if o.TimeoutAfterMs != nil {
		options = append(options, heartbeat.TimeoutAfter(span(*o.TimeoutAfterMs)))
	}
	if o.Detail != nil {
		options = append(options, heartbeat.Detail(detail(o.Detail)))
	}
	if o.Retry != nil {
		backoff := span(o.Retry.BackoffMs)
		retry := heartbeat.Retry{MaxAttempts: o.Retry.MaxAttempts, Backoff: &backoff}
		options = append(options, heartbeat.WithRetry(retry))
	}
	task, err := t.agent.Task(o.ID, options...)
	if err != nil {
		say(report{"saw": "refused", "message": err.Error()})
		return
	}
	t.keep(task)
}

func (t *testee) keep(task *heartbeat.Task) {
	t.tasks.Store(task.ID(), task)
	context.AfterFunc(task.Context(), func() {
		if !errors.Is(context.Cause(task.Context()), heartbeat.ErrTaskEnded) {
			say(report{"saw": "taskCanceled", "id": task.ID()})
		}
	})
}

// takeUp lasts until an order ends the task, or it is canceled.
func (t *testee) takeUp(ctx context.Context, _ *heartbeat.Agent, task *heartbeat.RetriedTask) error {
	t.keep(task.Task)
	say(report{"saw": "retried", "id": task.ID(), "attempt": task.Attempt, "maxAttempts": task.MaxAttempts,
		"epoch": epoch(task.Epoch), "progress": task.ProgressBefore, "detail": string(task.DetailBefore),
		"from": task.FromAgentID, "reason": task.Reason})
	<-ctx.Done()
	return nil
}

func (t *testee) publish(o order) {
	message := heartbeat.Message{Subject: o.Subject, Data: make([]byte, o.Bytes)}
	if o.Bytes == 0 {
		message = heartbeat.TextMessage(o.Subject, o.Text)
	}
	message.ReplyTo = o.ReplyTo
	delivery, err := t.agent.PublishAsync(message)
	if err != nil {
		say(report{"saw": "refused", "message": err.Error()})
		return
	}
	t.publishing.Go(func() {
		delivered, err := delivery.Wait(context.Background())
		say(report{"saw": "published", "subject": o.Subject, "delivered": orNil(err == nil, delivered)})
	})
}

func (t *testee) state() heartbeat.State {
	if t.agent == nil {
		return heartbeat.Idle
	}
	return t.agent.State()
}

func (t *testee) close(reason string) {
	if t.agent != nil {
		t.agent.Close(reason)
		<-t.agent.Done()
	}
}

func detail(text *string) []byte {
	if text == nil {
		return nil
	}
	return []byte(*text)
}

func span(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

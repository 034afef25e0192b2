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
	t := &testee{tasks: map[string]*heartbeat.Task{}}
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
	Fraction       float64
	Error          string
	Subject        string
	Text           string
	Bytes          int
	ReplyTo        string
	Reason         string
}

type testee struct {
	agent      *heartbeat.Agent
	tasks      map[string]*heartbeat.Task
	publishing sync.WaitGroup
}

func (t *testee) do(o order) {
	switch o.Do {
	case "start":
		t.start(o.Options)
	case "task":
		t.startTask(o)
	case "progress":
		t.tasks[o.ID].Progress(o.Fraction, detail(o.Detail))
	case "activity":
		t.tasks[o.ID].Activity()
	case "succeed":
		t.tasks[o.ID].Succeed()
	case "fail":
		t.tasks[o.ID].Fail(errors.New(o.Error))
	case "cancel":
		t.tasks[o.ID].Cancel()
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

func (t *testee) start(o options) {
	agent, err := heartbeat.Start(context.Background(), o.read())
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
	task, err := t.agent.Task(o.ID, options...)
	if err != nil {
		say(report{"saw": "refused", "message": err.Error()})
		return
	}
	t.tasks[o.ID] = task
	context.AfterFunc(task.Context(), func() {
		if !errors.Is(context.Cause(task.Context()), heartbeat.ErrTaskEnded) {
			say(report{"saw": "taskCanceled", "id": o.ID})
		}
	})
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

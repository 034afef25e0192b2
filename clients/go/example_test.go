package heartbeat_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	heartbeat "heartbeat/clients/go"
)

// A program that runs until it is told to stop: the agent says Goodbye when the context is done.
func ExampleStart() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	agent, err := heartbeat.Start(ctx, heartbeat.Options{
		AgentID: "billing-7",
		Policy:  heartbeat.Policy{Interval: 5 * time.Second},
	})
	if err != nil {
		log.Fatal(err)
	}
	<-agent.Done()
	if err := agent.Err(); err != nil {
		log.Fatal(err) // Superseded, refused, or given up.
	}
}

func ExampleAgent_Task() {
	var agent *heartbeat.Agent // From Start.
	task, err := agent.Task("import-42", heartbeat.StaleAfter(time.Minute))
	if err != nil {
		log.Fatal(err)
	}
	defer task.Close() // FAILED, unless it has ended by then.
	for done := range 10 {
		if task.Context().Err() != nil {
			log.Print(context.Cause(task.Context()))
			return
		}
		task.Progress(float64(done+1)/10, nil)
	}
	task.Succeed()
}

func ExampleHandler() {
	upper := func(ctx context.Context, agent *heartbeat.Agent, m *heartbeat.Message) error {
		_, err := agent.Publish(ctx, heartbeat.TextMessage(m.ReplyTo, strings.ToUpper(string(m.Data))))
		return err
	}
	agent, err := heartbeat.Start(context.Background(), heartbeat.Options{
		AgentID:  "upper-1",
		Handlers: map[string]heartbeat.Handler{"texts.*": upper},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer agent.Close("closed")
}

func ExampleAgent_Publish() {
	var agent *heartbeat.Agent // From Start.
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	delivered, err := agent.Publish(ctx, heartbeat.TextMessage("texts.new", "hello"))
	if err != nil {
		log.Print(err) // Not sent, or nobody knows.
	}
	fmt.Println("handed to", delivered)
}

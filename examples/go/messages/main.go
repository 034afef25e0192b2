package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"
	"time"

	heartbeat "heartbeat/clients/go"
)

func main() {
	connected := make(chan struct{})
	answered := make(chan struct{})
	agent, err := heartbeat.Start(context.Background(), heartbeat.Options{
		AgentID: "worker-1",
		Server:  cmp.Or(os.Getenv("HEARTBEAT_SERVER"), "127.0.0.1:50051"),
		Handlers: map[string]heartbeat.Handler{
			"tasks.new": func(ctx context.Context, agent *heartbeat.Agent, m *heartbeat.Message) error {
				fmt.Printf("a task from %s: %s\n", m.From, m.Data)
				_, err := agent.Publish(ctx, heartbeat.TextMessage(m.ReplyTo, "accepted"))
				return err // An error is logged.
			},
			"answers.worker-1": func(_ context.Context, _ *heartbeat.Agent, m *heartbeat.Message) error {
				fmt.Printf("an answer: %s\n", m.Data)
				close(answered)
				return nil
			},
		},
		OnWelcome: func(_ *heartbeat.Agent, w heartbeat.Welcome) {
			fmt.Println("connected, epoch", w.Epoch)
			close(connected)
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	defer agent.Close("closed")

	// Whoever subscribes to it now gets it, at most once: here that is this agent itself.
	<-connected
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	task, err := heartbeat.JSONMessage("tasks.new", map[string]int{"id": 7})
	if err != nil {
		log.Fatal(err)
	}
	task.ReplyTo = "answers.worker-1"
	delivered, err := agent.Publish(ctx, task)
	fmt.Printf("handed to %d, error %v\n", delivered, err)
	select {
	case <-answered:
	case <-ctx.Done():
		fmt.Println("no answer:", ctx.Err())
	}
}

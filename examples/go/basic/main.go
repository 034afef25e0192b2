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
	agent, err := heartbeat.Start(context.Background(), heartbeat.Options{
		AgentID:   "billing-7",
		Server:    cmp.Or(os.Getenv("HEARTBEAT_SERVER"), "127.0.0.1:50051"),
		Policy:    heartbeat.Policy{Interval: 5 * time.Second},
		OnWelcome: func(_ *heartbeat.Agent, w heartbeat.Welcome) { fmt.Println("connected, epoch", w.Epoch) },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer agent.Close("all invoices are out")

	work()
}

// work is whatever your program does. The agent beats by itself.
func work() { time.Sleep(time.Second) }

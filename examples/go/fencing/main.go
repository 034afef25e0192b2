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

// A ledger is whatever is written to: it refuses an epoch that is older than one it has seen.
type ledger struct{ newest uint64 }

func (l *ledger) write(epoch uint64, line string) error {
	if epoch < l.newest {
		return fmt.Errorf("epoch %d is over, %d writes now", epoch, l.newest)
	}
	l.newest = epoch
	fmt.Printf("written with epoch %d: %s\n", epoch, line)
	return nil
}

func main() {
	// working ends when this process may no longer be the only one that does the work.
	working, stop := context.WithCancelCause(context.Background())
	agent, err := heartbeat.Start(context.Background(), heartbeat.Options{
		AgentID:   "leader",
		Server:    cmp.Or(os.Getenv("HEARTBEAT_SERVER"), "127.0.0.1:50051"),
		Policy:    heartbeat.Policy{Interval: time.Second, MaxMissedBeats: 2},
		OnWelcome: func(_ *heartbeat.Agent, w heartbeat.Welcome) { fmt.Println("connected, epoch", w.Epoch) },
		// The monitor may call this process DOWN by now, and another one may do its work.
		OnLeaseLost: func(_ *heartbeat.Agent, l heartbeat.LeaseLost) { stop(fmt.Errorf("no ack for %v", l.Silent)) },
		// Another process holds the name: its epoch is higher, and the ledger refuses ours.
		OnSuperseded: func(_ *heartbeat.Agent, by *heartbeat.SupersededError) { stop(by) },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer agent.Close("done")

	var ledger ledger
	for line := 1; line <= 3; line++ {
		select {
		case <-working.Done():
			fmt.Println("stopped:", context.Cause(working))
			return
		case <-time.After(400 * time.Millisecond):
		}
		if !agent.Health().Healthy {
			continue
		}
		if err := ledger.write(agent.Epoch(), fmt.Sprintf("line %d", line)); err != nil {
			fmt.Println("refused:", err)
			return
		}
	}
}

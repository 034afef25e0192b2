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
		AgentID:   "importer-1",
		Server:    cmp.Or(os.Getenv("HEARTBEAT_SERVER"), "127.0.0.1:50051"),
		OnWelcome: func(_ *heartbeat.Agent, w heartbeat.Welcome) { fmt.Println("connected, epoch", w.Epoch) },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer agent.Close("closed")

	if err := importAll(agent, []string{"a.csv", "b.csv", "c.csv"}); err != nil {
		log.Print(err)
	}
}

func importAll(agent *heartbeat.Agent, files []string) error {
	task, err := agent.Task("import-42",
		heartbeat.StaleAfter(time.Minute), heartbeat.TimeoutAfter(10*time.Minute))
	if err != nil {
		return err
	}
	// Without Succeed before it the task has failed, or is canceled when an operator has canceled it.
	defer task.Close()

	for done, file := range files {
		if err := importFile(task.Context(), file); err != nil {
			return err
		}
		task.Progress(float64(done+1)/float64(len(files)), []byte(file+" is in"))
	}
	task.Succeed()
	return nil
}

// importFile stops when the context does: an operator's wish is there at once.
func importFile(ctx context.Context, _ string) error {
	select {
	case <-time.After(300 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	heartbeat "heartbeat/clients/go"
)

var files = []string{"a.csv", "b.csv", "c.csv"}

func main() {
	done := make(chan error, 1)
	second := start(heartbeat.Options{
		AgentID:   "importer-2",
		OnWelcome: func(_ *heartbeat.Agent, w heartbeat.Welcome) { fmt.Println("connected, epoch", w.Epoch) },
		OnRetry: func(_ context.Context, _ *heartbeat.Agent, task *heartbeat.RetriedTask) error {
			err := resume(task)
			done <- err
			return err
		},
	})
	defer second.Close("closed")

	first := start(heartbeat.Options{AgentID: "importer-1"})
	backoff := 100 * time.Millisecond
	task, err := first.Task("import-42", heartbeat.Detail([]byte("0")),
		heartbeat.WithRetry(heartbeat.Retry{MaxAttempts: 3, Backoff: &backoff}))
	if err != nil {
		log.Print(err)
		return
	}
	if err := importFrom(0, task, 1); err != nil {
		log.Print(err)
	}
	// Or it is killed, hangs, or is cut off: whatever makes it DOWN.
	first.Fail("the disk is full")
	if err := <-done; err != nil {
		log.Print(err)
	}
}

func start(options heartbeat.Options) *heartbeat.Agent {
	options.AgentType = "importer" // A lost task is handed on among agents of one type.
	options.Server = cmp.Or(os.Getenv("HEARTBEAT_SERVER"), "127.0.0.1:50051")
	agent, err := heartbeat.Start(context.Background(), options)
	if err != nil {
		log.Fatal(err)
	}
	return agent
}

// resume goes on from where the task was. The error it returns is the task's.
func resume(task *heartbeat.RetriedTask) error {
	// The epoch goes along with what the task writes elsewhere: an older attempt is refused there.
	fmt.Printf("attempt %d of %s, epoch %d: %s\n", task.Attempt, task.ID(), task.Epoch, task.Reason)
	from, err := strconv.Atoi(string(task.DetailBefore))
	if err != nil {
		return err
	}
	if err := importFrom(from, task.Task, len(files)); err != nil {
		return err
	}
	task.Succeed()
	return nil
}

// importFrom tells as the detail what the next attempt needs: how many files are in.
func importFrom(from int, task *heartbeat.Task, until int) error {
	for n := from; n < until; n++ {
		select {
		case <-time.After(300 * time.Millisecond):
		case <-task.Context().Done(): // An operator canceled it, or it was handed on.
			return context.Cause(task.Context())
		}
		fmt.Println(files[n], "is in")
		task.Progress(float64(n+1)/float64(len(files)), []byte(strconv.Itoa(n+1)))
	}
	return nil
}

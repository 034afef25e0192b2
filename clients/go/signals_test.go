//go:build unix

package heartbeat_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"google.golang.org/grpc/credentials/insecure"

	heartbeat "heartbeat/clients/go"
	pb "heartbeat/gen/go/heartbeat/v1"
)

// serverOfChild is set for a copy of the test binary that is to be a program with an agent, and nothing else.
const serverOfChild = "HEARTBEAT_TEST_SERVER"

func TestMain(m *testing.M) {
	if address := os.Getenv(serverOfChild); address != "" {
		runChild(address)
	}
	os.Exit(m.Run())
}

func runChild(address string) {
	for _, id := range []string{"a", "b"} {
		_, err := heartbeat.Start(context.Background(), heartbeat.Options{
			AgentID:       id,
			Server:        address,
			HandleSignals: true,
			OnWelcome:     func(*heartbeat.Agent, heartbeat.Welcome) { fmt.Println("welcomed") },
		})
		if err != nil {
			panic(err)
		}
	}
	select {}
}

func TestASignalSaysGoodbyeForAllAgentsAndHasItsUsualEffect(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		beats := make(chan *pb.BeatRequest, 10)
		s := serve(t, insecure.NewCredentials(), polite(beats))
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), serverOfChild+"="+s.address)
		output, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(output)
		for range 2 {
			if !lines.Scan() {
				t.Fatal("an agent of the child was not welcomed")
			}
		}
		await(t, "the first beat", beats)
		await(t, "the first beat of the other", beats)
		if err := child.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		var died *exec.ExitError
		if !errors.As(child.Wait(), &died) || died.Sys().(syscall.WaitStatus).Signal() != signal {
			t.Errorf("%v: the child ended with %v", signal, died)
		}
		for range 2 {
			if last := await(t, "a Goodbye", beats); last.Goodbye == nil {
				t.Errorf("%v: got %v", signal, last)
			}
		}
	}
}

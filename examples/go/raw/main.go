package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	pb "heartbeat/gen/go/heartbeat/v1"
)

func main() {
	server := cmp.Or(os.Getenv("HEARTBEAT_SERVER"), "127.0.0.1:50051")
	connection := must(grpc.NewClient(server, grpc.WithTransportCredentials(insecure.NewCredentials())))
	stream := must(pb.NewHeartbeatServiceClient(connection).Beat(context.Background()))
	check(stream.Send(&pb.BeatRequest{AgentId: "raw-go"}))
	fmt.Println("connected, epoch", must(stream.Recv()).Welcome.Epoch)
	for range 5 {
		time.Sleep(200 * time.Millisecond)
		check(stream.Send(&pb.BeatRequest{}))
		must(stream.Recv())
	}
	check(stream.Send(&pb.BeatRequest{Goodbye: &pb.Goodbye{Reason: "that was all"}}))
	must(stream.Recv())
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

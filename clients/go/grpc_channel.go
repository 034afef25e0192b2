package heartbeat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "heartbeat/gen/go/heartbeat/v1"
)

const (
	// pingAfter is how long nothing may be read before an HTTP/2 PING asks for a sign of life.
	pingAfter = 20 * time.Second
	// pingTimeout is how long its answer may take before the connection counts as broken.
	pingTimeout = 5 * time.Second
)

// grpcChannels opens channels over gRPC, and counts those whose goroutines and socket are not gone yet.
type grpcChannels struct {
	loop   *loop
	target target
	open   sync.WaitGroup
}

// A grpcChannel reads on one goroutine and writes on another. Each stream has a connection of its own, so
// that an attempt begins without the memory (and the waits) of those before.
type grpcChannel struct {
	loop     *loop
	listener listener
	cancel   context.CancelFunc
	// outbox is what the writer takes: one slot and no queue.
	outbox chan *pb.BeatRequest
	// Only turns of the loop look at these.
	unwritten, finished, abandoned bool
}

func (g *grpcChannels) channel(listener listener) channel {
	ctx, cancel := context.WithCancel(context.Background())
	c := &grpcChannel{
		loop:     g.loop,
		listener: listener,
		cancel:   cancel,
		outbox:   make(chan *pb.BeatRequest, 1),
	}
	g.open.Go(func() {
		end := c.converse(ctx, g.target)
		cancel()
		g.loop.tell(func() {
			if !c.abandoned {
				listener.onEnd(end)
			}
		})
	})
	return c
}

func (c *grpcChannel) writable() bool { return !c.unwritten && !c.finished && !c.abandoned }

func (c *grpcChannel) send(beat *pb.BeatRequest) {
	c.unwritten = true
	c.outbox <- beat // There is room: the writer has taken the message before.
}

func (c *grpcChannel) finish() {
	if !c.finished {
		c.finished = true
		close(c.outbox)
	}
}

func (c *grpcChannel) abandon() {
	c.abandoned = true
	c.cancel()
}

// converse connects, opens the stream and reads it to its end. When it returns, the connection is closed.
func (c *grpcChannel) converse(ctx context.Context, target target) streamEnd {
	ctx, err := authorized(ctx, target.token)
	if err != nil {
		return streamEnd{status: codes.Unauthenticated, message: "no token: " + err.Error()}
	}
	connection, err := connect(ctx, target)
	if err != nil {
		return endOf(err, nil)
	}
	var writer sync.WaitGroup
	defer writer.Wait()
	defer connection.Close()
	stream, err := pb.NewHeartbeatServiceClient(connection).Beat(ctx)
	if err != nil {
		return endOf(err, nil)
	}
	writer.Go(func() { c.write(stream) })
	for {
		answer, err := stream.Recv()
		if err != nil {
			return endOf(err, stream.Trailer())
		}
		c.loop.tell(func() {
			if !c.abandoned {
				c.listener.onAnswer(answer)
			}
		})
	}
}

// write ends with the stream. Why a message could not be written is for the reading side to tell.
func (c *grpcChannel) write(stream pb.HeartbeatService_BeatClient) {
	for {
		select {
		case <-stream.Context().Done():
			return
		case beat, more := <-c.outbox:
			if !more {
				_ = stream.CloseSend()
				return
			}
			if stream.Send(beat) != nil {
				return
			}
			c.loop.tell(func() { c.unwritten = false })
		}
	}
}

// connect prepares a connection, which is made when the stream is opened. It is closed at the latest with
// ctx: gRPC by itself waits for seconds when what it has to say cannot be written.
func connect(ctx context.Context, target target) (*grpc.ClientConn, error) {
	dial := func(dialing context.Context, address string) (net.Conn, error) {
		var dialer net.Dialer
		socket, err := dialer.DialContext(dialing, "tcp", address)
		if err == nil {
			context.AfterFunc(ctx, func() { _ = socket.Close() })
		}
		return socket, err
	}
	return grpc.NewClient("passthrough:///"+target.address,
		grpc.WithContextDialer(dial),
		grpc.WithTransportCredentials(target.credentials),
		grpc.WithDisableRetry(),
		grpc.WithDisableServiceConfig(),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: pingAfter, Timeout: pingTimeout}),
	)
}

// authorized adds the token to what is sent.
func authorized(ctx context.Context, source tokenSource) (context.Context, error) {
	if source == nil {
		return ctx, nil
	}
	token, err := ask(ctx, source)
	if err != nil {
		return ctx, err
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token), nil
}

// ask calls the program's source of tokens, which may panic, and may not heed its context.
func ask(ctx context.Context, source tokenSource) (string, error) {
	type answer struct {
		token string
		err   error
	}
	answers := make(chan answer, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				answers <- answer{err: fmt.Errorf("panic: %v", r)}
			}
		}()
		token, err := source(ctx)
		answers <- answer{token, err}
	}()
	select {
	case a := <-answers:
		return a.token, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// endOf reads how a stream ended from what gRPC says of it.
func endOf(err error, trailer metadata.MD) streamEnd {
	if errors.Is(err, io.EOF) {
		return streamEnd{status: codes.OK}
	}
	said := status.Convert(err)
	return streamEnd{
		status:   said.Code(),
		message:  said.Message(),
		code:     first(trailer, "heartbeat-error"),
		pushback: readPushback(first(trailer, pushbackHeader)),
	}
}

func first(trailer metadata.MD, name string) string {
	if values := trailer.Get(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

package heartbeat_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	heartbeat "heartbeat/clients/go"
	pb "heartbeat/gen/go/heartbeat/v1"
)

// deadline is long after anything here should have happened.
const deadline = 30 * time.Second

type stream = grpc.BidiStreamingServer[pb.BeatRequest, pb.BeatResponse]

// A server does on each stream what the test says.
type server struct {
	pb.UnimplementedHeartbeatServiceServer
	address string
	beat    func(stream) error
}

func (s *server) Beat(stream stream) error { return s.beat(stream) }

// serve ends with the test, after everything that the test itself has put off.
func serve(t *testing.T, trust credentials.TransportCredentials, beat func(stream) error) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: listener.Addr().String(), beat: beat}
	g := grpc.NewServer(grpc.Creds(trust))
	pb.RegisterHeartbeatServiceServer(g, s)
	go g.Serve(listener)
	t.Cleanup(g.Stop)
	return s
}

// noLeaks fails the test when a goroutine is left at its end. It is called first, so that it looks last.
func noLeaks(t *testing.T) {
	ignored := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, ignored) })
}

// polite welcomes, acknowledges every beat, and tells of each.
func polite(beats chan<- *pb.BeatRequest) func(stream) error {
	return func(s stream) error {
		for {
			beat, err := s.Recv()
			if err != nil {
				return nil
			}
			answer := &pb.BeatResponse{AckedSequence: beat.Sequence}
			if beat.Registration != nil {
				answer.Welcome = &pb.Welcome{Epoch: 1}
			}
			if err := s.Send(answer); err != nil {
				return err
			}
			beats <- beat
		}
	}
}

// refuse ends a stream with a status and trailers.
func refuse(code codes.Code, trailers ...string) func(stream) error {
	return func(s stream) error {
		s.SetTrailer(metadata.Pairs(trailers...))
		return status.Error(code, "as the test wants")
	}
}

func start(t *testing.T, options heartbeat.Options) *heartbeat.Agent {
	t.Helper()
	options.AgentID = "a"
	options.Logger = slog.New(slog.DiscardHandler)
	agent, err := heartbeat.Start(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		agent.Close("the test is over")
		await(t, "the end of all callbacks", agent.Done())
	})
	return agent
}

func await[T any](t *testing.T, what string, channel <-chan T) T {
	t.Helper()
	select {
	case value := <-channel:
		return value
	case <-time.After(deadline):
		t.Fatalf("not within %v: %s", deadline, what)
		panic("unreachable")
	}
}

func TestOverTheWireABeatAndAGoodbyeAndNothingIsLeft(t *testing.T) {
	noLeaks(t)
	beats := make(chan *pb.BeatRequest, 10)
	s := serve(t, insecure.NewCredentials(), polite(beats))
	agent := start(t, heartbeat.Options{Server: s.address})
	first := await(t, "the first beat", beats)
	if first.Vitals.GetRssBytes() == 0 || first.Registration.Client.Pid != uint32(os.Getpid()) {
		t.Errorf("got %v", first)
	}
	agent.Close("bye")
	if last := await(t, "the last beat", beats); last.Goodbye.GetReason() != "bye" {
		t.Errorf("got %v", last)
	}
}

func TestAThousandReconnectsLeaveNothingBehind(t *testing.T) {
	noLeaks(t)
	s := serve(t, insecure.NewCredentials(), func(s stream) error {
		if _, err := s.Recv(); err != nil {
			return err
		}
		if err := s.Send(&pb.BeatResponse{AckedSequence: 1, Welcome: &pb.Welcome{Epoch: 1}}); err != nil {
			return err
		}
		return status.Error(codes.Unavailable, "again")
	})
	var reconnects atomic.Int32
	thousand := make(chan struct{})
	before := runtime.NumGoroutine()
	start(t, heartbeat.Options{
		Server:  s.address,
		Backoff: heartbeat.Backoff{Initial: time.Millisecond, Max: time.Millisecond},
		OnReconnect: func(*heartbeat.Agent, heartbeat.Reconnect) {
			if reconnects.Add(1) == 1000 {
				close(thousand)
			}
		},
	})
	await(t, "a thousand reconnects", thousand)
	if more := runtime.NumGoroutine() - before; more > 60 {
		t.Errorf("%d goroutines more than before", more)
	}
}

func TestARefusalWithACodeEndsTheAgentAndOneWithoutIsAProxys(t *testing.T) {
	noLeaks(t)
	s := serve(t, insecure.NewCredentials(), refuse(codes.PermissionDenied, "heartbeat-error", "not_allowed"))
	agent := start(t, heartbeat.Options{Server: s.address})
	await(t, "the end", agent.Done())
	var refused *heartbeat.RefusedError
	if !errors.As(agent.Err(), &refused) || refused.Status != codes.PermissionDenied || refused.Code != "not_allowed" {
		t.Errorf("got %v", agent.Err())
	}

	proxy := serve(t, insecure.NewCredentials(), refuse(codes.PermissionDenied))
	gaveUp := make(chan *heartbeat.GaveUpError, 1)
	start(t, heartbeat.Options{
		Server:               proxy.address,
		Backoff:              heartbeat.Backoff{Initial: time.Millisecond},
		MaxReconnectAttempts: new(3),
		OnGaveUp:             func(_ *heartbeat.Agent, g *heartbeat.GaveUpError) { gaveUp <- g },
	})
	if g := await(t, "giving up", gaveUp); g.Attempts != 3 {
		t.Errorf("got %v", g)
	}
}

func TestAPushbackIsReadFromTheTrailer(t *testing.T) {
	noLeaks(t)
	streams := make(chan time.Time, 10)
	s := serve(t, insecure.NewCredentials(), func(s stream) error {
		streams <- time.Now()
		return refuse(codes.ResourceExhausted,
			"heartbeat-error", "admission_deferred", "grpc-retry-pushback-ms", "100")(s)
	})
	start(t, heartbeat.Options{Server: s.address, MaxReconnectAttempts: new(1)})
	first := await(t, "the first stream", streams)
	if second := await(t, "the second stream", streams); second.Sub(first) < 100*time.Millisecond {
		t.Errorf("came back after %v", second.Sub(first))
	}
}

func TestATokenIsAskedForBeforeEachStream(t *testing.T) {
	noLeaks(t)
	tokens := make(chan []string, 10)
	s := serve(t, insecure.NewCredentials(), func(s stream) error {
		md, _ := metadata.FromIncomingContext(s.Context())
		tokens <- md.Get("authorization")
		return status.Error(codes.Unavailable, "again")
	})
	calls := 0
	start(t, heartbeat.Options{
		Server:  s.address,
		Backoff: heartbeat.Backoff{Initial: time.Millisecond},
		TokenSource: func(context.Context) (string, error) {
			calls++
			switch calls {
			case 1:
				return "", errors.New("the vault is closed")
			case 2:
				panic("the vault is on fire")
			default:
				return string(rune('a' + calls)), nil
			}
		},
	})
	if got := await(t, "the first token", tokens); len(got) != 1 || got[0] != "Bearer d" {
		t.Errorf("got %v", got)
	}
	if got := await(t, "the second token", tokens); len(got) != 1 || got[0] != "Bearer e" {
		t.Errorf("got %v", got)
	}
}

func TestAServerThatSaysNothingDoesNotHoldCloseUp(t *testing.T) {
	noLeaks(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	agent := start(t, heartbeat.Options{Server: listener.Addr().String()})
	closed := make(chan struct{})
	go func() {
		agent.Close("bye")
		close(closed)
	}()
	await(t, "close", closed)
}

func TestATokenSourceThatHangsDoesNotHoldCloseUp(t *testing.T) {
	noLeaks(t)
	hang := make(chan struct{})
	defer close(hang)
	agent := start(t, heartbeat.Options{TokenSource: func(context.Context) (string, error) {
		<-hang
		return "", nil
	}})
	agent.Close("bye")
}

func TestTLSTrustsTheAuthorityThatIsNamedAndNoOther(t *testing.T) {
	noLeaks(t)
	certificate, caFile := selfSigned(t)
	beats := make(chan *pb.BeatRequest, 10)
	s := serve(t, credentials.NewServerTLSFromCert(&certificate), polite(beats))
	start(t, heartbeat.Options{Server: s.address, TLS: &heartbeat.TLS{CAFile: caFile}})
	await(t, "a beat", beats)

	gaveUp := make(chan *heartbeat.GaveUpError, 1)
	start(t, heartbeat.Options{
		Server:               s.address,
		TLS:                  &heartbeat.TLS{},
		MaxReconnectAttempts: new(1),
		OnGaveUp:             func(_ *heartbeat.Agent, g *heartbeat.GaveUpError) { gaveUp <- g },
	})
	await(t, "giving up", gaveUp)
}

// selfSigned is a certificate of 127.0.0.1, and a file of it.
func selfSigned(t *testing.T) (certificate tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

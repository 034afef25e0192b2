package heartbeat

import (
	"context"
	"log/slog"
	"time"
)

// Options is what an agent is told at its start. Only AgentID is required; the zero value of every other
// field stands for its default. Where zero is a value of its own the field is a pointer, and nil the default.
//
// Callbacks are called one after the other, never at the same time, with the agent, which they may call. One that
// panics is logged and harmless.
type Options struct {
	// AgentID is the agent's name: 1 to 128 bytes of [A-Za-z0-9._:/@-]. One process at a time may hold it.
	AgentID string
	// Server is the monitor, as HOST:PORT or [IPV6]:PORT. Default: 127.0.0.1:50051.
	Server string
	// TLS encrypts the connection. Default: plaintext.
	TLS *TLS
	// Token is sent with each stream as "authorization: Bearer …". Default: none.
	Token string
	// TokenSource is asked for a fresh token before each stream, instead of Token. One that fails has cost
	// one attempt. It may be called by several goroutines, and its context ends with the attempt.
	TokenSource func(ctx context.Context) (string, error)
	// OrganizationID is the tenant: 1 to 128 bytes of [A-Za-z0-9._:@-]. Default: the server's, "default".
	OrganizationID string
	// AgentType is what kind of agent this is, for filters; at most 128 bytes. Default: empty.
	AgentType string
	// Labels are free names and values for filters. At most 32; names of 1 to 63 bytes of
	// [A-Za-z0-9._/-], values of at most 256 bytes. Default: none.
	Labels map[string]string
	// InstanceID names this life of this process; at most 128 bytes. Two lives with one AgentID supersede
	// one another, so set it only when you persist it yourself. Default: a random UUID for each agent.
	InstanceID string
	// Policy is how the monitor is to judge this agent.
	Policy Policy
	// MaxReconnectAttempts is after how many failed attempts in a row (the first connect counts) the agent
	// gives up: it calls OnGaveUp and has ended. 0 gives up at the first loss. An attempt that the server
	// puts off, because too many come at once, is not a failed one. Default: without end.
	MaxReconnectAttempts *int
	// Backoff is how long to wait between attempts. A server that says when to come back is obeyed instead.
	Backoff Backoff
	// ConnectTimeout is after how long an attempt that has brought no Welcome has failed. 10 ms to 10 min.
	// Default: 10 s.
	ConnectTimeout time.Duration
	// WithoutVitals leaves processor use, resident memory and timer lag out of the beats.
	WithoutVitals bool
	// HandleSignals says Goodbye on SIGTERM and SIGINT, 2 s at most, and then lets the signal have its usual
	// effect: the process dies of it. A second signal does not wait. For programs that do not listen to
	// signals themselves; the others call [Agent.Close]. Default: false, a library takes no signals uninvited.
	HandleSignals bool
	// Logger is told of what is survived: lost streams, callbacks that panic. Default: [slog.Default].
	Logger *slog.Logger

	// Handlers are called with the messages of a subject while the stream is open: tokens parted by ".",
	// "*" for one token, ">" for one or more at the end. At most 64 subjects of at most 256 bytes. A message
	// that several of them match is handed to each, in the order of their subjects.
	Handlers map[string]Handler
	// OnRetry takes up tasks that agents of this type lost, and is called with each; see [WithRetry] for what is
	// handed on. It takes the place of a handler of "tasks.retry". Default: the agent is offered none.
	OnRetry RetryHandler

	// OnWelcome is called when the first stream is up.
	OnWelcome func(*Agent, Welcome)
	// OnReconnect is called when the stream is up again. Tasks in flight have been reported again.
	OnReconnect func(*Agent, Reconnect)
	// OnLeaseLost is called when no beat has been acknowledged for interval x timeout multiplier: by now the
	// monitor may call this agent DOWN, and another process may do its work. Once per episode; an episode
	// ends with the next ack.
	OnLeaseLost func(*Agent, LeaseLost)
	// OnSuperseded is called when another process holds the name: stop working. The contexts of all tasks
	// are canceled as well. Once; the agent has ended.
	OnSuperseded func(*Agent, *SupersededError)
	// OnError is called when the server will not have this agent: a bad field, no permission,
	// unregistered. The agent has ended.
	OnError func(*Agent, *RefusedError)
	// OnGaveUp is called when MaxReconnectAttempts have failed. The agent has ended.
	OnGaveUp func(*Agent, *GaveUpError)
	// OnDirective is called when the server has asked for something, which the agent has done already.
	OnDirective func(*Agent, Directive)
}

// TLS is whom to trust.
type TLS struct {
	// CAFile is a file of PEM certificates of authorities, read once at the start. Default: those that the
	// system trusts.
	CAFile string
}

// Backoff bounds the wait before attempt n, which is random between 0 and min(Max, Initial x 2^n).
type Backoff struct {
	// Initial bounds the first wait. 1 ms to 1 h. Default: 250 ms.
	Initial time.Duration
	// Max bounds every wait. Initial to 1 h. Default: 30 s, or Initial when that is longer.
	Max time.Duration
}

// Welcome is what the server says to the first stream.
type Welcome struct {
	// Epoch is the fencing token: send it along with what you write elsewhere.
	Epoch uint64
	// Resumed is whether the server knew this instance already.
	Resumed bool
	// Policy is how the server judges this agent.
	Policy PolicyInForce
}

// Reconnect is what there is to know of a later stream.
type Reconnect struct {
	// Attempts is how many it took, this one included, without those that the server put off.
	Attempts int
	// Resumed is whether the server kept the epoch.
	Resumed bool
	// Epoch is the fencing token as it now is.
	Epoch uint64
}

// LeaseLost is what there is to know when no ack has come for too long.
type LeaseLost struct {
	// Silent is the time since the last beat that was acknowledged was sent.
	Silent time.Duration
	// Epoch is the one that can no longer be relied on.
	Epoch uint64
}

package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	heartbeat "heartbeat/clients/go"
)

// options are an agent's, as an order tells them.
type options struct {
	AgentID        string
	Server         string
	OrganizationID string
	AgentType      string
	Labels         map[string]string
	InstanceID     string
	Policy         struct {
		IntervalMs           float64
		TimeoutMultiplier    float64
		MaxMissedBeats       int
		GraceMs              *float64
		DropGraceMs          *float64
		TaskStaleAfterMs     float64
		TaskTimeoutAfterMs   float64
		StaleWarningOnlyOnce *bool
	}
	MaxReconnectAttempts *int
	Backoff              struct{ InitialMs, MaxMs float64 }
	ConnectTimeoutMs     float64
	Vitals               *bool
	HandleSignals        bool
	TLS                  *struct{ CAFile string }
	Token                string
	Subscriptions        []string
	Failing              []string
	TakesTasks           bool
}

func (o options) read() heartbeat.Options {
	read := heartbeat.Options{
		AgentID:              o.AgentID,
		Server:               o.Server,
		OrganizationID:       o.OrganizationID,
		AgentType:            o.AgentType,
		Labels:               o.Labels,
		InstanceID:           o.InstanceID,
		Policy:               o.policy(),
		MaxReconnectAttempts: o.MaxReconnectAttempts,
		Backoff:              heartbeat.Backoff{Initial: span(o.Backoff.InitialMs), Max: span(o.Backoff.MaxMs)},
		ConnectTimeout:       span(o.ConnectTimeoutMs),
		WithoutVitals:        o.Vitals != nil && !*o.Vitals,
		HandleSignals:        o.HandleSignals,
		Token:                o.Token,
		Logger:               slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Handlers:             o.handlers(),
	}
	if o.TLS != nil {
		read.TLS = &heartbeat.TLS{CAFile: o.TLS.CAFile}
	}
	reportAll(&read)
	return read
}

func (o options) policy() heartbeat.Policy {
	p := o.Policy
	return heartbeat.Policy{
		Interval:             span(p.IntervalMs),
		TimeoutMultiplier:    p.TimeoutMultiplier,
		MaxMissedBeats:       p.MaxMissedBeats,
		Grace:                optionalSpan(p.GraceMs),
		DropGrace:            optionalSpan(p.DropGraceMs),
		TaskStaleAfter:       span(p.TaskStaleAfterMs),
		TaskTimeoutAfter:     span(p.TaskTimeoutAfterMs),
		StaleWarningOnlyOnce: p.StaleWarningOnlyOnce,
	}
}

func (o options) handlers() map[string]heartbeat.Handler {
	handlers := map[string]heartbeat.Handler{}
	for _, subject := range o.Subscriptions {
		handlers[subject] = func(_ context.Context, _ *heartbeat.Agent, m *heartbeat.Message) error {
			say(messageReport(m))
			return nil
		}
	}
	for _, subject := range o.Failing {
		handlers[subject] = func(_ context.Context, _ *heartbeat.Agent, m *heartbeat.Message) error {
			say(messageReport(m))
			panic("the handler of " + subject + " fails, as it was told")
		}
	}
	return handlers
}

// reportAll reports each callback.
func reportAll(o *heartbeat.Options) {
	o.OnWelcome = func(_ *heartbeat.Agent, w heartbeat.Welcome) {
		say(report{"saw": "welcome", "epoch": epoch(w.Epoch), "resumed": w.Resumed,
			"intervalMs": w.Policy.Interval.Milliseconds()})
	}
	o.OnReconnect = func(_ *heartbeat.Agent, r heartbeat.Reconnect) {
		say(report{"saw": "reconnect", "epoch": epoch(r.Epoch), "resumed": r.Resumed, "attempts": r.Attempts})
	}
	o.OnLeaseLost = func(_ *heartbeat.Agent, l heartbeat.LeaseLost) {
		say(report{"saw": "leaseLost", "epoch": epoch(l.Epoch), "silentMs": l.Silent.Milliseconds()})
	}
	o.OnSuperseded = func(_ *heartbeat.Agent, by *heartbeat.SupersededError) {
		told := by.Epoch != 0
		say(report{"saw": "superseded", "epoch": orNil(told, epoch(by.Epoch)), "instanceId": orNil(told, by.InstanceID)})
	}
	o.OnError = func(_ *heartbeat.Agent, e *heartbeat.RefusedError) {
		say(report{"saw": "error", "status": statusName(e.Status), "code": orNil(e.Code != "", e.Code), "message": e.Message})
	}
	o.OnGaveUp = func(_ *heartbeat.Agent, g *heartbeat.GaveUpError) {
		say(report{"saw": "gaveUp", "attempts": g.Attempts, "reason": g.Reason})
	}
	o.OnDirective = func(_ *heartbeat.Agent, d heartbeat.Directive) { say(directiveReport(d)) }
}

func optionalSpan(ms *float64) *time.Duration {
	if ms == nil {
		return nil
	}
	return new(span(*ms))
}

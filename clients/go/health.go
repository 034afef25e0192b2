package heartbeat

import "time"

// Health is how the link to the monitor is, at one instant.
type Health struct {
	// Healthy is connected, and the youngest acknowledged beat is within the timeout.
	Healthy bool
	// Connected is whether a stream is open and welcomed.
	Connected bool
	// LastHeartbeatAck is when the last ack came, by this machine's wall clock; zero before the first.
	LastHeartbeatAck time.Time
	// SinceAck is the time since then, by the monotonic clock; 0 before the first.
	SinceAck time.Duration
	// ReconnectAttempts counts those since the stream was last up, without those that the server put off;
	// 0 while it is.
	ReconnectAttempts int
}

// A pulse is what the acks tell of the link, over all streams of an agent.
type pulse struct {
	lease   lease
	ackedAt time.Time
}

func (p *pulse) acked(sentAt time.Time) {
	p.ackedAt = time.Now()
	p.lease.renew(sentAt)
}

func (p *pulse) health(connected bool, attempts int) Health {
	health := Health{
		Healthy:           connected && p.lease.holds(),
		Connected:         connected,
		ReconnectAttempts: attempts,
	}
	if !p.ackedAt.IsZero() {
		health.LastHeartbeatAck = p.ackedAt.Round(0) // Without the monotonic reading.
		health.SinceAck = time.Since(p.ackedAt)
	}
	return health
}

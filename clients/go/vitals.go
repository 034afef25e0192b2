package heartbeat

import (
	"time"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// A meter measures the process: processor use since the last measurement, resident memory, timer lag.
type meter struct {
	since time.Time
	used  time.Duration
	cores float64
}

func newMeter() *meter { return &meter{since: time.Now(), used: processorTime()} }

// measure takes how late the agent's own timer fired: what every timer of the process suffers. A nil meter
// measures nothing.
func (m *meter) measure(lag time.Duration) *pb.Vitals {
	if m == nil {
		return nil
	}
	return &pb.Vitals{Cpu: m.processor(), RssBytes: residentBytes(), LoopLag: wireSpan(max(0, lag))}
}

// processor is in cores. A span under 1 ms measures nothing but noise, so the last figure stands.
func (m *meter) processor() float64 {
	now := time.Now()
	elapsed := now.Sub(m.since)
	if elapsed < time.Millisecond {
		return m.cores
	}
	used := processorTime()
	m.cores = max(0, (used-m.used).Seconds()/elapsed.Seconds())
	m.since, m.used = now, used
	return m.cores
}

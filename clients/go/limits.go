package heartbeat

import "time"

// What the wire takes. These are part of the contract (each is in the comment of its field), so they are no
// options: an agent that works with one server works with all.
const (
	maxNameBytes       = 128
	maxAgentTypeBytes  = 128
	maxClientInfoBytes = 128
	maxLabels          = 32
	maxLabelNameBytes  = 63
	maxLabelValueBytes = 256

	maxSubscriptions    = 64
	maxSubjectBytes     = 256
	maxSubjectTokens    = 16
	maxMessageBytes     = 32 * 1024
	maxContentTypeBytes = 128

	// maxTasks bounds tasks in flight, updates on one beat, and ends that wait for an ack.
	maxTasks           = 256
	maxDetailBytes     = 4 * 1024
	maxSentenceBytes   = 1024
	maxBeatBytes       = 64 * 1024
	maxWaitingMessages = 256
	maxWaitingBytes    = 1024 * 1024
)

// within is a range of values, both ends included.
type within[T int | float64 | time.Duration] struct{ min, max T }

func (r within[T]) holds(value T) bool { return value >= r.min && value <= r.max }

// clamp brings a value into the range.
func (r within[T]) clamp(value T) T { return min(r.max, max(r.min, value)) }

const day = 24 * time.Hour

var (
	intervals          = within[time.Duration]{100 * time.Millisecond, day}
	timeoutMultipliers = within[float64]{1.1, 1000}
	missedBeats        = within[int]{1, 1000}
	graces             = within[time.Duration]{0, time.Hour}
	dropGraces         = within[time.Duration]{0, day}
	retryAttempts      = within[int]{1, 100}
	retryBackoffs      = within[time.Duration]{0, day}
	taskThresholds     = within[time.Duration]{100 * time.Millisecond, 30 * day}
)

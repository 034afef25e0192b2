package heartbeat

import "time"

// ceiling is the longest wait before attempt step, counted from 0: Initial x 2^step, up to Max.
func (b Backoff) ceiling(step int) time.Duration {
	wait := b.Initial
	for range step {
		if wait >= b.Max/2 {
			return b.Max
		}
		wait *= 2
	}
	return min(wait, b.Max)
}

// A retreat is how far the waits between attempts have grown.
//
// They start anew only after a stream that was up for as long as the present ceiling: a server that welcomes
// everybody and then hangs up is not asked eight times a second.
type retreat struct {
	bounds Backoff
	random func() float64
	step   int
}

// afterLoss is how long to wait after a stream that was up for so long, 0 when it never was.
func (r *retreat) afterLoss(up time.Duration) time.Duration {
	r.forgive(up)
	ceiling := r.bounds.ceiling(r.step)
	r.step++
	// Full jitter, so that a fleet that lost its server spreads out.
	return time.Duration(r.random() * float64(ceiling)).Truncate(time.Millisecond)
}

// afterRequest is the same after a stream that the server asked to be moved: nothing, unless it asks in a
// circle.
func (r *retreat) afterRequest(up time.Duration) time.Duration {
	r.forgive(up)
	if r.step > 0 {
		return r.afterLoss(up)
	}
	r.step = 1
	return 0
}

func (r *retreat) forgive(up time.Duration) {
	if up >= r.bounds.ceiling(r.step) {
		r.step = 0
	}
}

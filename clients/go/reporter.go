package heartbeat

import "log/slog"

// waitingCalls bounds how many calls wait for a callback to return; what comes then is left out.
const waitingCalls = 256

// A reporter calls what the program handed in, callbacks and the logger, on a goroutine of its own: the agent's
// work never waits for the program's, and nothing that goes wrong there reaches it.
type reporter struct {
	agent   *Agent
	agentID string
	logger  *slog.Logger
	calls   chan func()
	leftOut int
}

func newReporter(agent *Agent, agentID string, logger *slog.Logger) *reporter {
	return &reporter{agent: agent, agentID: agentID, logger: logger, calls: make(chan func(), waitingCalls)}
}

// call has a callback called, if there is one.
func call[News any](r *reporter, callback func(*Agent, News), news News) {
	if callback != nil {
		r.add(func() { callback(r.agent, news) })
	}
}

func (r *reporter) warn(message string, details ...any) {
	r.add(func() { r.log(message, details...) })
}

// add is called by the loop alone.
func (r *reporter) add(call func()) {
	if r.leftOut > 0 {
		leftOut := r.leftOut
		if r.offer(func() { r.log("calls were left out, a callback did not return", "count", leftOut) }) {
			r.leftOut = 0
		}
	}
	if !r.offer(call) {
		r.leftOut++
	}
}

func (r *reporter) offer(call func()) bool {
	select {
	case r.calls <- call:
		return true
	default:
		return false
	}
}

// finish is called when nothing will be added any more. What waits is still called.
func (r *reporter) finish() { close(r.calls) }

func (r *reporter) run() {
	for call := range r.calls {
		r.try(call)
	}
}

func (r *reporter) try(call func()) {
	defer func() {
		if problem := recover(); problem != nil {
			r.log("a callback panicked", "panic", problem)
		}
	}()
	call()
}

// log may be called from any goroutine but the loop.
func (r *reporter) log(message string, details ...any) {
	// Of a logger that panics there is nobody to tell.
	defer func() { _ = recover() }()
	r.logger.Warn("heartbeat: "+message, append([]any{"agent", r.agentID}, details...)...)
}

package heartbeat

import "time"

// turnsTogether bounds how many turns may pass before what they have changed is sent.
const turnsTogether = 64

// A loop is the one goroutine that owns an agent's state. Whatever reads or changes the state is a turn of
// it, and no turn ever waits for anything.
type loop struct {
	turns chan func()
	// over is closed after the last turn.
	over    chan struct{}
	stopped bool
}

func newLoop() *loop {
	return &loop{turns: make(chan func()), over: make(chan struct{})}
}

// run takes turns until one of them has stopped the loop. After turns that came together settle is called
// once.
func (l *loop) run(settle func()) {
	defer close(l.over)
	for !l.stopped {
		(<-l.turns)()
		l.takeWaiting()
		settle()
	}
}

func (l *loop) takeWaiting() {
	for range turnsTogether {
		select {
		case turn := <-l.turns:
			turn()
		default:
			return
		}
	}
}

// stop makes the present turns the last. It is called in a turn.
func (l *loop) stop() { l.stopped = true }

// tell hands a turn over. False when the loop takes no more.
func (l *loop) tell(turn func()) bool {
	select {
	case l.turns <- turn:
		return true
	case <-l.over:
		return false
	}
}

// ask hands a turn over and waits until it has run. False when the loop takes no more.
func (l *loop) ask(turn func()) bool {
	ran := make(chan struct{})
	if !l.tell(func() { turn(); close(ran) }) {
		return false
	}
	<-ran
	return true
}

// read looks at the state. After the last turn nothing changes any more, so anybody may look.
func (l *loop) read(look func()) {
	if !l.ask(look) {
		look()
	}
}

// A timer makes a turn when its time has come. All of its methods are for turns.
type timer struct {
	timer   *time.Timer
	stopped bool
}

func (l *loop) after(wait time.Duration, turn func()) *timer {
	t := &timer{}
	t.timer = time.AfterFunc(wait, func() {
		l.tell(func() {
			// It may have been stopped while it waited for its turn.
			if !t.stopped {
				turn()
			}
		})
	})
	return t
}

// stop is harmless when repeated, when the timer has fired, and when there is none.
func (t *timer) stop() {
	if t != nil {
		t.stopped = true
		t.timer.Stop()
	}
}

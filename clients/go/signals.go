package heartbeat

import (
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// processFarewell is the one of this process.
var processFarewell farewell

var signalNames = map[os.Signal]string{syscall.SIGTERM: "SIGTERM", syscall.SIGINT: "SIGINT"}

// A farewell hears SIGTERM and SIGINT on behalf of all agents that want it: one goroutine, however many agents
// there are, and none when there are none. It lets the signal have its usual effect when all have said Goodbye.
type farewell struct {
	mutex  sync.Mutex
	agents map[*Agent]struct{}
	// stop ends the listening; nil while nobody listens.
	stop func()
}

func (f *farewell) add(agent *Agent) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.agents == nil {
		f.agents = make(map[*Agent]struct{})
	}
	f.agents[agent] = struct{}{}
	if f.stop == nil {
		f.stop = f.listen()
	}
}

// remove is harmless for an agent that was not added.
func (f *farewell) remove(agent *Agent) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	delete(f.agents, agent)
	if len(f.agents) == 0 && f.stop != nil {
		f.stop()
		f.stop = nil
	}
}

func (f *farewell) listen() (stop func()) {
	heard := make(chan os.Signal, 2)
	stopped := make(chan struct{})
	for s := range signalNames {
		// A signal that the process was started to ignore has no effect to be had.
		if !signal.Ignored(s) {
			signal.Notify(heard, s)
		}
	}
	go func() {
		select {
		case first := <-heard:
			f.sayGoodbye(first, heard)
			signal.Stop(heard)
			raise(first)
		case <-stopped:
			// One that came just before has had no effect yet.
			select {
			case first := <-heard:
				raise(first)
			default:
			}
		}
	}()
	return func() {
		signal.Stop(heard)
		close(stopped)
	}
}

// sayGoodbye returns when all agents have, or at a second signal.
func (f *farewell) sayGoodbye(first os.Signal, heard <-chan os.Signal) {
	f.mutex.Lock()
	var saying sync.WaitGroup
	for agent := range f.agents {
		saying.Go(func() { agent.Close(signalNames[first]) })
	}
	f.mutex.Unlock()
	said := make(chan struct{})
	go func() {
		saying.Wait()
		close(said)
	}()
	select {
	case <-said:
	case <-heard:
	}
}

package heartbeat

import pb "heartbeat/gen/go/heartbeat/v1"

// A channel is one stream to one server, on a connection of its own: what a session needs of a transport,
// and all that a test has to imitate. Its methods are for turns of the loop.
type channel interface {
	// writable is false while the message before has not been written: then nothing may be sent.
	writable() bool
	// send takes one message. Only while writable.
	send(*pb.BeatRequest)
	// finish says that no more messages come from this side; the server ends the stream.
	finish()
	// abandon gives the connection up at once. Nothing is told from then on.
	abandon()
}

// A listener is told what happens on a channel, in turns of the loop. After a message has been written there
// is a turn as well.
type listener interface {
	onAnswer(*pb.BeatResponse)
	// onEnd is called once, and last.
	onEnd(streamEnd)
}

// openChannel never fails: what goes wrong is an end. It tells the listener nothing before it has returned.
type openChannel func(listener) channel

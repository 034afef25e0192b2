package heartbeat

import "time"

// rememberedBeats bounds the sending times that are kept; past it, an ack counts for the newest that is.
const rememberedBeats = 64

type sentBeat struct {
	sequence uint64
	at       time.Time
}

// unackedBeats are those of a stream that the server has not acknowledged, oldest first.
type unackedBeats struct{ sent []sentBeat }

func (u *unackedBeats) add(sequence uint64, at time.Time) {
	if len(u.sent) < rememberedBeats {
		u.sent = append(u.sent, sentBeat{sequence, at})
	}
}

// acked takes an ack for this beat and all before it, and says when the newest of them was sent: up to then,
// the server knew this agent alive. False when the ack brings no news.
func (u *unackedBeats) acked(sequence uint64) (sentAt time.Time, news bool) {
	for len(u.sent) > 0 && u.sent[0].sequence <= sequence {
		sentAt, news = u.sent[0].at, true
		u.sent = u.sent[1:]
	}
	return sentAt, news
}

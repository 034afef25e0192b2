package heartbeat

import (
	"bytes"
	"encoding/json"
	"fmt"

	pb "heartbeat/gen/go/heartbeat/v1"
)

// Message is what agents say to each other: handed, at most once, to whoever is connected and subscribes to
// its subject.
type Message struct {
	// Subject is tokens parted by ".", without white space, "*" and ">"; at most 256 bytes. Required.
	Subject string
	// Data is the content; at most 32 KiB.
	Data []byte
	// ContentType is the media type of Data; at most 128 bytes.
	ContentType string
	// ReplyTo is the subject on which an answer is wanted; empty when none is.
	ReplyTo string
	// From is the agent that published it, as the server knows; empty when it was none. Ignored in
	// [Agent.Publish].
	From string
}

// TextMessage is a message of plain text.
func TextMessage(subject, text string) Message {
	return Message{Subject: subject, Data: []byte(text), ContentType: "text/plain; charset=utf-8"}
}

// JSONMessage is a message of a value as encoding/json writes it.
func JSONMessage(subject string, value any) (Message, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return Message{}, fmt.Errorf("heartbeat: a message on %s: %w", subject, err)
	}
	return Message{Subject: subject, Data: data, ContentType: "application/json"}, nil
}

// wire checks a message and puts it into the wire's form.
func (m Message) wire() (*pb.Message, error) {
	c := &check{}
	c.subject("Subject", m.Subject)
	if len(m.Data) > maxMessageBytes {
		c.refuse("Data", "", fmt.Sprintf("has %d bytes", len(m.Data)), fmt.Sprintf("%d bytes", maxMessageBytes))
	}
	c.text("ContentType", m.ContentType, maxContentTypeBytes)
	if m.ReplyTo != "" {
		c.subject("ReplyTo", m.ReplyTo)
	}
	return &pb.Message{
		Subject: m.Subject,
		// A copy: the program may use its buffer again before this is sent.
		Data:        bytes.Clone(m.Data),
		ContentType: m.ContentType,
		ReplyTo:     m.ReplyTo,
	}, c.err()
}

func readMessage(sent *pb.Message) *Message {
	return &Message{
		Subject:     sent.Subject,
		Data:        sent.Data,
		ContentType: sent.ContentType,
		ReplyTo:     sent.ReplyTo,
		From:        sent.FromAgentId,
	}
}

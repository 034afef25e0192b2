package heartbeat

import (
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
)

var (
	// ErrNotSent is why [Agent.Publish] failed for a message that never left: too many wait already, or the
	// agent has ended.
	ErrNotSent = errors.New("heartbeat: the message was not sent")
	// ErrDeliveryUnknown is why [Agent.Publish] failed for a message that was sent: the stream broke before
	// the server had told to how many it was handed.
	ErrDeliveryUnknown = errors.New("heartbeat: nobody knows to how many the message was handed")
	// ErrTaskEnded is the cause of a task's context after Succeed, Fail or Cancel.
	ErrTaskEnded = errors.New("heartbeat: the task has ended")

	errLeftScope  = errors.New("left its scope without an end")
	errAgentEnded = fmt.Errorf("%w: the agent has ended", ErrNotSent)
)

// TaskCanceledError is the cause of a task's context when an operator has canceled the task.
type TaskCanceledError struct {
	TaskID string
	// Reason is in the operator's words; it may be empty.
	Reason string
}

func (e *TaskCanceledError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("heartbeat: task %s was canceled by an operator", e.TaskID)
	}
	return fmt.Sprintf("heartbeat: task %s was canceled by an operator: %s", e.TaskID, e.Reason)
}

// SupersededError is why an agent has ended when another process holds its name. It is the cause of the
// contexts of its tasks, too.
type SupersededError struct {
	// Epoch is the other's; 0 when the server only said that somebody holds the name.
	Epoch uint64
	// InstanceID is the other's; empty when Epoch is 0.
	InstanceID string
}

func (e *SupersededError) Error() string {
	if e.Epoch == 0 {
		return "heartbeat: another process took the agent's name"
	}
	return fmt.Sprintf("heartbeat: instance %s took the agent's name with epoch %d", e.InstanceID, e.Epoch)
}

// RefusedError is why an agent has ended when the server will not have it.
type RefusedError struct {
	// Status is that of the stream: [codes.InvalidArgument], [codes.PermissionDenied] and so on.
	Status codes.Code
	// Code is the error's code of the server's table of errors: "field_invalid", "unregistered".
	Code string
	// Message is in the server's words: field, value, limit and remedy.
	Message string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("heartbeat: the server refuses the agent: %s (%s): %s", e.Status, e.Code, e.Message)
}

// GaveUpError is why an agent has ended when [Options.MaxReconnectAttempts] have failed.
type GaveUpError struct {
	// Attempts have failed in a row.
	Attempts int
	// Reason is how the last one ended.
	Reason string
}

func (e *GaveUpError) Error() string {
	return fmt.Sprintf("heartbeat: gave up after %d failed attempts: %s", e.Attempts, e.Reason)
}

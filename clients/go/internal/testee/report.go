package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	heartbeat "heartbeat/clients/go"
)

// A report is a line of what was seen.
type report map[string]any

var saying sync.Mutex

func say(r report) {
	line, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	saying.Lock()
	defer saying.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

func healthReport(h heartbeat.Health) report {
	r := report{
		"saw": "health", "healthy": h.Healthy, "connected": h.Connected,
		"lastHeartbeatAck": nil, "secondsSinceAck": nil, "reconnectAttempts": h.ReconnectAttempts,
	}
	if !h.LastHeartbeatAck.IsZero() {
		r["lastHeartbeatAck"] = instant(h.LastHeartbeatAck)
		r["secondsSinceAck"] = h.SinceAck.Seconds()
	}
	return r
}

func directiveReport(d heartbeat.Directive) report {
	switch d := d.(type) {
	case heartbeat.DirectiveSetPolicy:
		return report{"saw": "directive", "kind": "set-policy", "intervalMs": d.Policy.Interval.Milliseconds()}
	case heartbeat.DirectivePause:
		return report{"saw": "directive", "kind": "pause", "until": instant(d.Until), "reason": d.Reason}
	case heartbeat.DirectiveResume:
		return report{"saw": "directive", "kind": "resume"}
	case heartbeat.DirectiveReconnect:
		return report{"saw": "directive", "kind": "reconnect", "withinMs": d.Within.Milliseconds(), "reason": d.Reason}
	case heartbeat.DirectiveCancelTask:
		return report{"saw": "directive", "kind": "cancel-task", "taskId": d.TaskID, "reason": d.Reason}
	case heartbeat.DirectiveSuperseded:
		return report{"saw": "directive", "kind": "superseded"}
	default:
		return report{"saw": "directive", "kind": "unknown"}
	}
}

func messageReport(m *heartbeat.Message) report {
	r := report{
		"saw": "message", "subject": m.Subject, "size": len(m.Data),
		"contentType": m.ContentType, "from": m.From, "replyTo": m.ReplyTo,
	}
	if len(m.Data) <= 1000 {
		r["text"] = string(m.Data)
	}
	return r
}

func epoch(e uint64) string { return strconv.FormatUint(e, 10) }

// orNil is a value, or null where it is not told.
func orNil[T comparable](told bool, value T) any {
	if !told {
		return nil
	}
	return value
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

var capital = regexp.MustCompile(`\B[A-Z]`)

// statusName is a status as the contract spells it: PERMISSION_DENIED.
func statusName(c codes.Code) string {
	switch c {
	case codes.OK:
		return "OK"
	case codes.Canceled:
		return "CANCELLED"
	default:
		return strings.ToUpper(capital.ReplaceAllString(c.String(), "_$0"))
	}
}

// Package heartbeat tells a Heartbeat monitor that this program lives.
//
//	agent, err := heartbeat.Start(ctx, heartbeat.Options{AgentID: "billing-7"})
//	if err != nil {
//		return err // An option was wrong: the error names it, its value and its limit.
//	}
//	defer agent.Close("all invoices are out")
//
// An [Agent] holds a stream to the monitor open, beats on it, and opens it again when it breaks. Nothing
// that happens on the network reaches the program, except through the callbacks of [Options]: what is
// survived goes to [Options.Logger].
//
// All methods may be called from any goroutine, and none but [Agent.Close], [Agent.Fail], [Agent.Publish] and
// [Delivery.Wait] waits for the network. One goroutine owns all that an agent knows; callbacks run on a
// second one and message handlers on a third, each one call after the other, so they may take their time
// and call the agent.
package heartbeat

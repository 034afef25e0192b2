package heartbeat

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
)

func TestAWrongOptionIsRefusedWithItsNameItsValueAndItsLimit(t *testing.T) {
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(notPEM, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	many := map[string]string{}
	for i := range 33 {
		many[strings.Repeat("x", i+1)] = ""
	}
	for want, options := range map[string]Options{
		`AgentID "" is empty (limit: 1 to 128 bytes of [A-Za-z0-9._:/@-])`:       {},
		`AgentID "a b" has a character that is not allowed`:                      {AgentID: "a b"},
		`AgentID "a\n" has a character that is not allowed`:                      {AgentID: "a\n"},
		`is too long (limit: 128 bytes)`:                                         {AgentID: strings.Repeat("a", 129)},
		`OrganizationID "a/b" has a character`:                                   {AgentID: "a", OrganizationID: "a/b"},
		`Server "http://x:1" is not an address`:                                  {AgentID: "a", Server: "http://x:1"},
		`Server "x" is not an address`:                                           {AgentID: "a", Server: "x"},
		`Server ":1" is not an address`:                                          {AgentID: "a", Server: ":1"},
		`Server "x:0" is not an address`:                                         {AgentID: "a", Server: "x:0"},
		`Server "x:65536" is not an address`:                                     {AgentID: "a", Server: "x:65536"},
		`Server "::1:80" is not an address`:                                      {AgentID: "a", Server: "::1:80"},
		`is not UTF-8`:                                                           {AgentID: "a", AgentType: "\xff"},
		`Labels (their number) 33 is out of range (limit: 0 to 32)`:              {AgentID: "a", Labels: many},
		`Labels (a name) "" is empty`:                                            {AgentID: "a", Labels: map[string]string{"": ""}},
		`Labels["k"]`:                                                            {AgentID: "a", Labels: map[string]string{"k": strings.Repeat("v", 257)}},
		`Policy.Interval 99ms is out of range (limit: 100ms to 24h0m0s)`:         {AgentID: "a", Policy: Policy{Interval: 99 * ms}},
		`Policy.TimeoutMultiplier 1 is out of range`:                             {AgentID: "a", Policy: Policy{TimeoutMultiplier: 1}},
		`Policy.MaxMissedBeats -1 is out of range`:                               {AgentID: "a", Policy: Policy{MaxMissedBeats: -1}},
		`Policy.Grace -1ns is out of range`:                                      {AgentID: "a", Policy: Policy{Grace: new(time.Duration(-1))}},
		`Policy.DropGrace 25h0m0s is out of range`:                               {AgentID: "a", Policy: Policy{DropGrace: new(25 * time.Hour)}},
		`Policy.TaskStaleAfter 1ms is out of range`:                              {AgentID: "a", Policy: Policy{TaskStaleAfter: ms}},
		`Policy.TaskTimeoutAfter 1ms is out of range`:                            {AgentID: "a", Policy: Policy{TaskTimeoutAfter: ms}},
		`MaxReconnectAttempts -1 is out of range`:                                {AgentID: "a", MaxReconnectAttempts: new(-1)},
		`Backoff.Initial 1ns is out of range`:                                    {AgentID: "a", Backoff: Backoff{Initial: 1}},
		`Backoff.Max 1s is out of range (limit: 2s to 1h0m0s)`:                   {AgentID: "a", Backoff: Backoff{Initial: 2 * time.Second, Max: time.Second}},
		`ConnectTimeout 9ms is out of range`:                                     {AgentID: "a", ConnectTimeout: 9 * ms},
		`TLS.CAFile "/nowhere" cannot be read: no such file or directory`:        {AgentID: "a", TLS: &TLS{CAFile: "/nowhere"}},
		`holds no certificate`:                                                   {AgentID: "a", TLS: &TLS{CAFile: notPEM}},
		`Token has a character that no header can carry`:                         {AgentID: "a", Token: "a\nb"},
		`Token is given together with TokenSource`:                               {AgentID: "a", Token: "t", TokenSource: noToken},
		`Handlers (a subject) "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a" has 17 tokens`: {AgentID: "a", Handlers: map[string]Handler{"a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a": nothing}},
		`Handlers (a subject) "a..b" is not a subject`:                           {AgentID: "a", Handlers: map[string]Handler{"a..b": nothing}},
		`Handlers (a subject) ">.a" is not a subject`:                            {AgentID: "a", Handlers: map[string]Handler{">.a": nothing}},
		`Handlers["a"] is nil`:                                                   {AgentID: "a", Handlers: map[string]Handler{"a": nil}},
	} {
		agent, err := Start(t.Context(), options)
		var refused *OptionError
		if agent != nil || !errors.As(err, &refused) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestAllThatIsWrongIsToldTogether(t *testing.T) {
	_, err := settle(Options{AgentID: "a b", Server: "x"})
	expect(t, "lines", strings.Count(err.Error(), "\n"), 1)
}

func TestTheDefaultsAreThoseOfTheSpecification(t *testing.T) {
	s, err := settle(Options{AgentID: "a"})
	expect(t, "error", err, nil)
	expect(t, "server", s.target.address, "127.0.0.1:50051")
	expect(t, "transport", s.target.credentials.Info().SecurityProtocol, "insecure")
	expect(t, "token", s.target.token == nil, true)
	expect(t, "policy", s.registration.Policy == nil, true)
	expect(t, "backoff", s.backoff, Backoff{Initial: 250 * ms, Max: 30 * time.Second})
	expect(t, "connect timeout", s.connectTimeout, 10*time.Second)
	expect(t, "vitals", s.vitals, true)
	expect(t, "signals", s.handleSignals, false)
	expect(t, "attempts", s.attempts.reached(1_000_000), false)
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	expect(t, "instance id", uuid.MatchString(s.registration.InstanceId), true)
}

func TestAFirstWaitBeyondTheUsualMaximumRaisesIt(t *testing.T) {
	s, err := settle(Options{AgentID: "a", Backoff: Backoff{Initial: time.Minute}})
	expect(t, "error", err, nil)
	expect(t, "maximum", s.backoff.Max, time.Minute)
}

func TestAPolicyIsDeclaredInWholeMillisecondsAndOnlyWhereItIsSet(t *testing.T) {
	c := &check{}
	declared := Policy{Interval: 1500*time.Millisecond + 1, Grace: new(time.Duration(0))}.declare(c)
	expect(t, "error", c.err(), nil)
	expect(t, "interval", declared.Interval.AsDuration(), 1500*ms)
	expect(t, "grace", declared.Grace, durationpb.New(0))
	expect(t, "drop grace", declared.DropGrace == nil, true)
	expect(t, "stale warning", declared.StaleWarningOnlyOnce == nil, true)
}

func TestAddressesOfAllKindsAreTaken(t *testing.T) {
	for _, server := range []string{"monitor:1", "10.0.0.1:65535", "[::1]:50051", "[fe80::1%eth0]:1"} {
		_, err := settle(Options{AgentID: "a", Server: server})
		expect(t, server, err, nil)
	}
}

func TestSentencesAreCutBetweenCharacters(t *testing.T) {
	expect(t, "short", cut("short", 10), "short")
	expect(t, "long", cut("ääääää", 9), "äää…")
	expect(t, "not UTF-8", cut("a\xffb", 10), "a\uFFFDb")
}

func noToken(context.Context) (string, error) { return "", errors.New("none") }

func nothing(context.Context, *Agent, *Message) error { return nil }

package heartbeat

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	mathrand "math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"

	pb "heartbeat/gen/go/heartbeat/v1"
)

const (
	defaultServer         = "127.0.0.1:50051"
	defaultConnectTimeout = 10 * time.Second
	defaultFirstWait      = 250 * time.Millisecond
	defaultLongestWait    = 30 * time.Second
)

var (
	ports           = within[int]{1, 65_535}
	connectTimeouts = within[time.Duration]{10 * time.Millisecond, 10 * time.Minute}
	waits           = within[time.Duration]{time.Millisecond, time.Hour}
)

// settings are the options, checked and filled in.
type settings struct {
	agentID        string
	target         target
	registration   *pb.Registration
	attempts       attemptLimit
	backoff        Backoff
	connectTimeout time.Duration
	vitals         bool
	handleSignals  bool
	logger         *slog.Logger
	subscriptions  []subscription
	// random gives jitter, in [0, 1).
	random func() float64
}

// target is where the server is, whom to trust there, and what to show it.
type target struct {
	address     string
	credentials credentials.TransportCredentials
	// token is nil when there is none.
	token tokenSource
}

type tokenSource = func(context.Context) (string, error)

// attemptLimit is after how many failed attempts in a row an agent gives up.
type attemptLimit struct {
	endless bool
	most    int
}

func (l attemptLimit) reached(attempts int) bool { return !l.endless && attempts >= l.most }

// settle checks every option and fills in the defaults. Its error holds an *OptionError for each that was
// refused.
func settle(options Options) (settings, error) {
	c := &check{}
	c.name("AgentID", options.AgentID, names, maxNameBytes)
	subscriptions := settleHandlers(c, options)
	s := settings{
		agentID: options.AgentID,
		target: target{
			address:     settleAddress(c, cmp.Or(options.Server, defaultServer)),
			credentials: settleTLS(c, options.TLS),
			token:       settleToken(c, options.Token, options.TokenSource),
		},
		registration:   settleRegistration(c, options, subscriptions),
		attempts:       settleAttempts(c, options.MaxReconnectAttempts),
		backoff:        settleBackoff(c, options.Backoff),
		connectTimeout: cmp.Or(options.ConnectTimeout, defaultConnectTimeout),
		vitals:         !options.WithoutVitals,
		handleSignals:  options.HandleSignals,
		logger:         options.Logger,
		subscriptions:  subscriptions,
		random:         mathrand.Float64,
	}
	c.span("ConnectTimeout", s.connectTimeout, connectTimeouts)
	if s.logger == nil {
		s.logger = slog.Default()
	}
	return s, c.err()
}

// settleRegistration is what every stream begins with.
func settleRegistration(c *check, options Options, subscriptions []subscription) *pb.Registration {
	if options.OrganizationID != "" {
		c.name("OrganizationID", options.OrganizationID, organizations, maxNameBytes)
	}
	c.text("AgentType", options.AgentType, maxAgentTypeBytes)
	c.text("InstanceID", options.InstanceID, maxNameBytes)
	checkRange(c, "Labels (their number)", len(options.Labels), within[int]{0, maxLabels})
	for _, name := range slices.Sorted(maps.Keys(options.Labels)) {
		c.name("Labels (a name)", name, labelNames, maxLabelNameBytes)
		c.text("Labels["+shown(name)+"]", options.Labels[name], maxLabelValueBytes)
	}
	registration := &pb.Registration{
		OrganizationId: options.OrganizationID,
		AgentType:      options.AgentType,
		InstanceId:     options.InstanceID,
		Labels:         maps.Clone(options.Labels),
		Policy:         options.Policy.declare(c),
		Client:         describeClient(),
	}
	if registration.InstanceId == "" {
		registration.InstanceId = randomUUID()
	}
	for _, subscription := range subscriptions {
		registration.Subscriptions = append(registration.Subscriptions, subscription.subject)
	}
	return registration
}

func settleHandlers(c *check, options Options) []subscription {
	handlers := options.Handlers
	if work := options.OnRetry; work != nil {
		if handlers[retrySubject] != nil {
			c.refuse("OnRetry", "", "is set beside Handlers["+shown(retrySubject)+"]", "one of the two")
		}
		handlers = maps.Clone(handlers)
		if handlers == nil {
			handlers = map[string]Handler{}
		}
		handlers[retrySubject] = takeUp(work)
	}
	checkRange(c, "Handlers (their number)", len(handlers), within[int]{0, maxSubscriptions})
	subscriptions := make([]subscription, 0, len(handlers))
	for _, subject := range slices.Sorted(maps.Keys(handlers)) {
		c.pattern("Handlers (a subject)", subject)
		if handlers[subject] == nil {
			c.refuse("Handlers["+shown(subject)+"]", "", "is nil", "")
		}
		subscriptions = append(subscriptions, subscription{subject, handlers[subject]})
	}
	return subscriptions
}

// settleAddress checks HOST:PORT or [IPV6]:PORT.
func settleAddress(c *check, server string) string {
	host, port, err := net.SplitHostPort(server)
	number, notNumber := strconv.Atoi(port)
	if err != nil || notNumber != nil || host == "" || strings.ContainsAny(host, "/ ") || !ports.holds(number) {
		c.refuse("Server", shown(server), `is not an address; leave out "http://", and write the port`,
			"HOST:PORT or [IPV6]:PORT, a port of 1 to 65535")
	}
	return server
}

func settleTLS(c *check, trust *TLS) credentials.TransportCredentials {
	switch {
	case trust == nil:
		return insecure.NewCredentials()
	case trust.CAFile == "":
		return credentials.NewTLS(&tls.Config{})
	}
	authorities := x509.NewCertPool()
	pem, err := os.ReadFile(trust.CAFile)
	if err != nil {
		c.refuse("TLS.CAFile", shown(trust.CAFile), "cannot be read: "+cause(err), "a file of PEM certificates")
	} else if !authorities.AppendCertsFromPEM(pem) {
		c.refuse("TLS.CAFile", shown(trust.CAFile), "holds no certificate", "a file of PEM certificates")
	}
	return credentials.NewTLS(&tls.Config{RootCAs: authorities})
}

// cause is an error of a file without the file's name.
func cause(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

func settleToken(c *check, token string, source tokenSource) tokenSource {
	if token == "" {
		return source
	}
	if source != nil {
		c.refuse("Token", "", "is given together with TokenSource", "one of the two")
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r < ' ' || r > '~' }) {
		c.refuse("Token", "", "has a character that no header can carry", "printable ASCII")
	}
	return func(context.Context) (string, error) { return token, nil }
}

func settleAttempts(c *check, most *int) attemptLimit {
	if most == nil {
		return attemptLimit{endless: true}
	}
	if *most < 0 {
		c.refuse("MaxReconnectAttempts", strconv.Itoa(*most), "is out of range", "0 or more")
	}
	return attemptLimit{most: *most}
}

func settleBackoff(c *check, backoff Backoff) Backoff {
	backoff.Initial = cmp.Or(backoff.Initial, defaultFirstWait)
	backoff.Max = cmp.Or(backoff.Max, max(backoff.Initial, defaultLongestWait))
	c.span("Backoff.Initial", backoff.Initial, waits)
	c.span("Backoff.Max", backoff.Max, within[time.Duration]{backoff.Initial, waits.max})
	return backoff
}

// randomUUID is one of version 4.
func randomUUID() string {
	var b [16]byte
	rand.Read(b[:]) // It never fails.
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

package heartbeat

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// OptionError is why an option, an argument of [Agent.Task] or a field of a [Message] was refused.
type OptionError struct {
	// Option is the field, with its path: "Policy.Interval".
	Option string
	// Value is what was given, shortened for display.
	Value string
	// Problem is the end of a sentence that begins with the option: "is out of range".
	Problem string
	// Limit is what would have been taken; empty where there is no limit to name.
	Limit string
}

func (e *OptionError) Error() string {
	text := "heartbeat: " + e.Option
	if e.Value != "" {
		text += " " + e.Value
	}
	text += " " + e.Problem
	if e.Limit != "" {
		text += " (limit: " + e.Limit + ")"
	}
	return text
}

var (
	// names are those of agents and tasks.
	names         = regexp.MustCompile(`^[A-Za-z0-9._:/@-]+$`)
	organizations = regexp.MustCompile(`^[A-Za-z0-9._:@-]+$`)
	labelNames    = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)
)

// A check looks at what a caller handed in, and remembers all that it refused.
type check struct{ refused []error }

// err is nil when everything was taken.
func (c *check) err() error { return errors.Join(c.refused...) }

func (c *check) refuse(option, value, problem, limit string) {
	c.refused = append(c.refused, &OptionError{option, value, problem, limit})
}

func (c *check) text(option, value string, maxBytes int) bool {
	switch {
	case !utf8.ValidString(value):
		c.refuse(option, shown(value), "is not UTF-8", "")
	case len(value) > maxBytes:
		c.refuse(option, shown(value), "is too long", fmt.Sprintf("%d bytes", maxBytes))
	default:
		return true
	}
	return false
}

func (c *check) name(option, value string, form *regexp.Regexp, maxBytes int) {
	if !c.text(option, value, maxBytes) || form.MatchString(value) {
		return
	}
	problem := "has a character that is not allowed"
	if value == "" {
		problem = "is empty"
	}
	characters := strings.Trim(form.String(), "^+$")
	c.refuse(option, shown(value), problem, fmt.Sprintf("1 to %d bytes of %s", maxBytes, characters))
}

func (c *check) span(option string, value time.Duration, limit within[time.Duration]) {
	checkRange(c, option, value, limit)
}

// checkRange is a function because methods have no type parameters.
func checkRange[T int | float64 | time.Duration](c *check, option string, value T, limit within[T]) {
	if !limit.holds(value) {
		c.refuse(option, fmt.Sprint(value), "is out of range", fmt.Sprintf("%v to %v", limit.min, limit.max))
	}
}

// shown is a value as it stands in a message: quoted, and cut after 40 bytes.
func shown(value string) string { return strconv.Quote(cut(value, 40)) }

// cut shortens a sentence to what the wire takes, without splitting a character.
func cut(text string, maxBytes int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= maxBytes {
		return text
	}
	const ellipsis = "…"
	end := maxBytes - len(ellipsis)
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + ellipsis
}

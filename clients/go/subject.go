package heartbeat

import (
	"fmt"
	"strings"
	"unicode"
)

// A subject is tokens parted by ".". A pattern is one in which "*" stands for one token and ">" at the end
// for one or more.

const (
	subjectForm = `at most 16 tokens parted by ".", without white space, "*" and ">", 1 to 256 bytes`
	patternForm = `at most 16 tokens parted by "."; "*" for one, ">" at the end for the rest, 1 to 256 bytes`
)

func (c *check) subject(option, subject string) {
	c.tokens(option, subject, subjectForm, func(string, bool) bool { return false })
}

func (c *check) pattern(option, pattern string) {
	c.tokens(option, pattern, patternForm, func(token string, last bool) bool {
		return token == "*" || token == ">" && last
	})
}

// tokens refuses a subject with a token that is no word and that wildcard does not take either.
func (c *check) tokens(option, subject, form string, wildcard func(token string, last bool) bool) {
	if !c.text(option, subject, maxSubjectBytes) {
		return
	}
	tokens := strings.Split(subject, ".")
	if len(tokens) > maxSubjectTokens {
		c.refuse(option, shown(subject), fmt.Sprintf("has %d tokens", len(tokens)), form)
		return
	}
	for i, token := range tokens {
		if !isWord(token) && !wildcard(token, i == len(tokens)-1) {
			c.refuse(option, shown(subject), "is not a subject", form)
			return
		}
	}
}

func isWord(token string) bool {
	return token != "" && !strings.ContainsAny(token, "*>") && !strings.ContainsFunc(token, unicode.IsSpace)
}

// matches tells whether a pattern takes a subject.
func matches(pattern, subject string) bool {
	for {
		wanted, morePattern, patternGoesOn := strings.Cut(pattern, ".")
		token, moreSubject, subjectGoesOn := strings.Cut(subject, ".")
		switch {
		case wanted == ">":
			return true
		case wanted != "*" && wanted != token:
			return false
		case !patternGoesOn || !subjectGoesOn:
			return patternGoesOn == subjectGoesOn
		}
		pattern, subject = morePattern, moreSubject
	}
}

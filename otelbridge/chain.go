package otelbridge

import (
	"context"
	"fmt"
	"strconv"
)

// maxLinks bounds a chain. It also ends one that leads back to itself.
const maxLinks = 16

// maxLooks bounds how many errors of a tree are looked at for one answer.
const maxLooks = 64

// chain is an error and everything it wraps, the error itself first and each
// before what it wraps.
type chain []link

// link is one error of a chain, in the form of anon.ChainKey.
type link struct {
	// Type is the Go type, Value the message.
	Type  string `json:"type"`
	Value string `json:"value"`
	// Parent is the place of the error that wraps this one, -1 for the first.
	Parent int `json:"parent"`
	// Source says how it is wrapped: "unwrap", or "errors[1]" for the second of
	// several.
	Source string `json:"source,omitempty"`
	// Group is true for an error that wraps several.
	Group bool `json:"group,omitempty"`
	// Stack is the stack the error carries itself.
	Stack string `json:"stack,omitempty"`
}

// chainOf follows an error. stack reads the stack that one carries; nil: none is
// wanted.
func chainOf(err error, stack func(error) []uintptr) chain {
	return chain(nil).with(err, -1, "", stack)
}

func (c chain) with(err error, parent int, source string, stack func(error) []uintptr) chain {
	if err == nil || len(c) == maxLinks {
		return c
	}
	wrapped := unwrap(err)
	_, group := err.(interface{ Unwrap() []error })
	at := len(c)
	c = append(c, link{
		Type: fmt.Sprintf("%T", err), Value: messageOf(err),
		Parent: parent, Source: source, Group: group,
	})
	if stack != nil {
		try(func() { c[at].Stack = stackText(framesOf(stack(err))) })
	}
	for i, e := range wrapped {
		c = c.with(e, at, sourceOf(group, i), stack)
	}
	return c
}

func sourceOf(group bool, i int) string {
	if group {
		return "errors[" + strconv.Itoa(i) + "]"
	}
	return "unwrap"
}

// stack is the stack nearest to the origin that an error of the chain carries.
func (c chain) stack() string {
	for i := len(c) - 1; i >= 0; i-- {
		if c[i].Stack != "" {
			return c[i].Stack
		}
	}
	return ""
}

// unwrap returns what an error wraps directly, which is nothing where asking
// panics.
func unwrap(err error) (wrapped []error) {
	defer func() { _ = recover() }()
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	case interface{ Unwrap() error }:
		return []error{e.Unwrap()}
	case interface{ Cause() error }:
		return []error{e.Cause()}
	}
	return nil
}

// canceled reports whether an error comes from contexts that were canceled, and
// from nothing else: where one worker fails and the others are told to stop, the
// failure counts. It is safe with errors that lead back to themselves or whose
// methods panic: a host that never asks would otherwise die of our question.
func canceled(err error) bool {
	budget := maxLooks
	return err != nil && onlyCanceled(err, &budget)
}

func onlyCanceled(err error, budget *int) bool {
	if *budget--; *budget < 0 {
		return false
	}
	if same(err, context.Canceled) || saysCanceled(err) {
		return true
	}
	some := false
	for _, e := range unwrap(err) {
		if e != nil && !onlyCanceled(e, budget) {
			return false
		}
		some = some || e != nil
	}
	return some
}

// saysCanceled asks the error itself, as errors.Is does.
func saysCanceled(err error) (yes bool) {
	if e, ok := err.(interface{ Is(error) bool }); ok {
		try(func() { yes = e.Is(context.Canceled) })
	}
	return yes
}

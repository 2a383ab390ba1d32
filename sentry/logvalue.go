package sentry

import (
	"log/slog"
	"math"
	"reflect"

	"go.opentelemetry.io/otel/attribute"
)

// errorOf is the error that a value is, also where it has itself logged as
// something else.
func errorOf(v slog.Value) error {
	if k := v.Kind(); k != slog.KindAny && k != slog.KindLogValuer {
		return nil
	}
	err, _ := v.Any().(error)
	return err
}

// valueOf keeps the types that a schema can declare, and of the others those
// that can be written down without a call of the host's code and without a walk
// through what the host may be changing.
func valueOf(v slog.Value) (attribute.Value, bool) {
	switch v.Kind() {
	case slog.KindBool:
		return attribute.BoolValue(v.Bool()), true
	case slog.KindInt64:
		return attribute.Int64Value(v.Int64()), true
	case slog.KindUint64:
		return uintValue(v.Uint64()), true
	case slog.KindFloat64:
		return attribute.Float64Value(v.Float64()), true
	case slog.KindString, slog.KindDuration, slog.KindTime:
		return attribute.StringValue(v.String()), true
	}
	if words, ok := v.Any().([]string); ok {
		return attribute.StringSliceValue(words), true
	}
	return plainValue(reflect.ValueOf(v.Any()))
}

// plainValue is a value of a type that the host named, as "type Table string".
// One with methods may be written in another way than it is, or not at all, for
// a reason: a secret that prints as stars.
func plainValue(v reflect.Value) (attribute.Value, bool) {
	switch {
	case !v.IsValid() || v.NumMethod() > 0:
		return attribute.Value{}, false
	case v.Kind() == reflect.String:
		return attribute.StringValue(v.String()), true
	case v.Kind() == reflect.Bool:
		return attribute.BoolValue(v.Bool()), true
	case v.CanInt():
		return attribute.Int64Value(v.Int()), true
	case v.CanUint():
		return uintValue(v.Uint()), true
	case v.CanFloat():
		return attribute.Float64Value(v.Float()), true
	}
	return attribute.Value{}, false
}

func uintValue(n uint64) attribute.Value {
	if n > math.MaxInt64 {
		return attribute.StringValue(slog.Uint64Value(n).String())
	}
	return attribute.Int64Value(int64(n))
}

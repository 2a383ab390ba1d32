package track

import (
	"slices"
	"strconv"

	"github.com/otelbridge/otelbridge-go/anon"
)

// flatNames are the members that the flat shape has of its own. A schema must
// not declare fields of these names.
var flatNames = []string{
	"schema_version", "instance_id", "message_id", "event", "timestamp", "version", "go_version", "platform", "ci", "ephemeral",
}

// flat returns the encoder of the flat shape, in which the properties stand
// beside what surrounds them:
//
//	{"schema_version":1,"instance_id":"…","message_id":"…","event":"build",
//	 "timestamp":"…","version":"1.2.0","go_version":"1.26.8","platform":"linux",
//	 "ci":false, …properties…}
func flat(machine anon.Machine, version int) encoder {
	machineMembers := flatMachine(machine)
	return func(dst []byte, e *envelope, m *anon.Message) []byte {
		dst = strconv.AppendInt(append(dst, `{"schema_version":`...), int64(version), 10)
		dst = e.appendAnonymousID(append(dst, `,"instance_id":"`...))
		dst = append(append(dst, `","message_id":"`...), e.messageID[:]...)
		dst = append(append(dst, `","event":"`...), m.Event...)
		dst = appendTime(append(dst, `","timestamp":"`...), m.Time)
		dst = append(append(dst, '"'), machineMembers...)
		if e.ephemeral() {
			dst = append(dst, `,"ephemeral":true`...)
		}
		if len(m.Properties) > 0 {
			dst = m.AppendProperties(append(dst, ','))
		}
		return append(dst, '}')
	}
}

func flatMachine(m anon.Machine) []byte {
	dst := strconv.AppendQuote([]byte(`,"version":`), m.LibraryVersion)
	dst = strconv.AppendQuote(append(dst, `,"go_version":`...), m.Go)
	dst = strconv.AppendQuote(append(dst, `,"platform":`...), platform(m.OS))
	return strconv.AppendBool(append(dst, `,"ci":`...), m.CI)
}

// platform keeps the systems that many people have; a rare one could single
// somebody out.
func platform(os string) string {
	if slices.Contains([]string{"linux", "darwin", "windows"}, os) {
		return os
	}
	return anon.Other
}

package track

import (
	"strconv"

	"github.com/otelbridge/otelbridge-go/anon"
)

// contextMembers is the context of every message of a process, as the members of a
// JSON object: it is written once.
func contextMembers(machine anon.Machine, version int) []byte {
	dst := machine.AppendJSON(nil)
	dst = append(dst, `,"ip":"0.0.0.0","schema_version":`...)
	return strconv.AppendInt(dst, int64(version), 10)
}

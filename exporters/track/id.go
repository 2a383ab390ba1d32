package track

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
)

// messageID is the text of a random UUID (version 4, RFC 9562).
type messageID [36]byte

// newMessageID makes one. It has to be unique and need not be secret, so it comes
// from the generator that the runtime seeds, at a twentieth of the cost of asking
// the system.
func newMessageID() (text messageID) {
	var b [16]byte
	binary.NativeEndian.PutUint64(b[:8], rand.Uint64())
	binary.NativeEndian.PutUint64(b[8:], rand.Uint64())
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	hex.Encode(text[:8], b[:4])
	hex.Encode(text[9:13], b[4:6])
	hex.Encode(text[14:18], b[6:8])
	hex.Encode(text[19:23], b[8:10])
	hex.Encode(text[24:], b[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return text
}

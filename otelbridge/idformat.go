package otelbridge

import (
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"
)

// crockford is the alphabet of ULID.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// random makes an id. Only a ULID tells when it was made.
func (f IdentityFormat) random(now time.Time) string {
	var b [16]byte
	randomBytes(b[:])
	switch f {
	case UUID:
		return writeUUID(b)
	case ULID:
		return writeULID(b, now)
	}
	return hex.EncodeToString(b[:])
}

// writeUUID marks 16 random bytes as version 4 and variant RFC 9562.
func writeUUID(b [16]byte) string {
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// writeULID puts the milliseconds into the first 48 of 128 bits. Base32 writes
// 130 bits in 26 digits: the two that are too many stand in front and are zero.
func writeULID(b [16]byte, now time.Time) string {
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(b[:6], ms[2:])
	var shifted [17]byte
	for i, v := range b {
		shifted[i] |= v >> 2
		shifted[i+1] = v << 6
	}
	return base32.NewEncoding(crockford).WithPadding(base32.NoPadding).EncodeToString(shifted[:])[:26]
}

// valid reports whether a text is an id of the format, as random writes it.
func (f IdentityFormat) valid(id string) bool {
	switch f {
	case UUID:
		return isUUID(id)
	case ULID:
		return len(id) == 26 && id[0] <= '7' && strings.Trim(id, crockford) == ""
	}
	return len(id) == 32 && isHex(id)
}

func isUUID(id string) bool {
	if len(id) != 36 || id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' {
		return false
	}
	digits := strings.ReplaceAll(id, "-", "")
	return len(digits) == 32 && isHex(digits) && id[14] == '4' && strings.ContainsRune("89ab", rune(id[19]))
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

// isChosenID bounds what a user may choose as an id to what is safe in JSON and
// in headers.
func isChosenID(id string) bool {
	foreign := func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && !strings.ContainsRune("-_.", c)
	}
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, foreign)
}

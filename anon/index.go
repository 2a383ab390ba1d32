package anon

import "go.opentelemetry.io/otel/attribute"

// index finds declared attribute keys. It looks at the length and three
// characters of a key to choose a bucket, which holds one key as a rule, and
// compares with that: cheaper than hashing whole keys, most of which are not
// declared.
type index struct {
	buckets [][]indexed
	size    int
}

// indexed is one declared key: its place in the list the index was made from,
// and the only type its values may have.
type indexed struct {
	key attribute.Key
	typ attribute.Type
	at  int
}

func newIndex(keys []indexed) index {
	room := 1
	for room < 4*len(keys) {
		room *= 2
	}
	ix := index{buckets: make([][]indexed, room), size: len(keys)}
	for i, k := range keys {
		k.at = i
		b := ix.bucket(k.key)
		ix.buckets[b] = append(ix.buckets[b], k)
	}
	return ix
}

// bucket is where a key stands if it is declared. The empty key never is.
func (ix *index) bucket(key attribute.Key) int {
	n := len(key)
	if n == 0 {
		return 0
	}
	h := n + 7*int(key[0]) + 31*int(key[n/2]) + 61*int(key[n-1])
	return h & (len(ix.buckets) - 1)
}

// find returns the place of the attribute's key, or -1 when the key was not
// declared or the value is of another type than declared. The zero index finds
// nothing.
func (ix *index) find(kv *attribute.KeyValue) int {
	if len(ix.buckets) == 0 {
		return -1
	}
	bucket := ix.buckets[ix.bucket(kv.Key)]
	for i := range bucket {
		if k := &bucket[i]; k.key == kv.Key {
			if k.typ == kv.Value.Type() {
				return k.at
			}
			return -1
		}
	}
	return -1
}

// Package record reads the small JSON files that otelbridge keeps for itself,
// such as the recorded consent and what the uploader remembers.
//
// encoding/json writes them and says whether a text is JSON at all. Its decoder
// would bring 100 KB of reflection into every host, for two flat records that
// this package reads in plain steps. It is not for JSON that others wrote.
package record

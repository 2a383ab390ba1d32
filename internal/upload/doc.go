// Package upload delivers what the routes queued. It is the only code of the
// project that dials.
//
// # What it promises
//
// It never follows a redirect: its client cannot. It never waits without a
// deadline: one limit covers name resolution, connecting, a proxy, TLS, headers
// and body of a request. It keeps at most 64 KiB of an answer and 64 KiB of its
// headers, and decompresses nothing. What a server has said before a request is
// neither printed nor taken for its answer, and what it answers is quoted in no
// error. A record leaves its queue only when the endpoint took it or when it can
// never be taken, and in the second case it is counted; the count goes out as
// the header Otelbridge-Dropped with the next delivery. Whatever a hook of a
// route does, a panic included, stays within that route.
//
// # What becomes of a record
//
//	2xx                        delivered
//	3xx                        kept, and tried again after 15 minutes or more:
//	                           the endpoint is configured wrongly
//	401, 403, 407              the same, of a proxy too: a key can be mended, so
//	                           what was recorded meanwhile waits until it is
//	                           too old
//	408, 425, 429, 5xx         kept, backoff or Retry-After
//	no answer, of any kind     kept, backoff
//	400, 413, 422              a joined request is halved, a single record is
//	                           dropped and counted
//	415 to a body that was     again at once as it is: see Target.Gzip
//	compressed for sending
//	other 4xx                  dropped and counted
//
// So a record that is refused costs none that was joined with it. An endpoint
// that refuses 32 requests in a row with 400 or 422 is thought to take none:
// what is joined is then dropped together, until it takes something.
//
// Delivery is at least once. A request whose answer was lost is sent again,
// so records carry an id by which a receiver recognises a repeat. It is sent
// again at once, on a new connection, where the server has hung up on one that
// was kept from the request before.
//
// # Backoff
//
// Delays are random between nothing and a bound that starts at one second and
// doubles up to an hour. What the server asks for in Retry-After is obeyed up
// to a day. Both are kept in state.json beside the queues and hold for every
// process that uses them; a time further ahead than a day is a clock that
// moved, and is ignored. An endpoint that changed starts fresh.
//
// # Three ways to run
//
// [Uploader.Wake] delivers while the program lives, on one goroutine and one for
// each target, from the first record to [Uploader.Close]. [Uploader.Flush] makes
// one bounded pass in the caller's time. In both, no target waits for another:
// an endpoint that is silent holds up its own records only. [Uploader.Launch]
// starts the program's own executable as a detached process, which finds out
// that it is one from a variable and calls [RunChild]. Whichever it is, one
// uploader works on a spool at a time, by a kernel lock that ends with its
// holder.
//
// # Environment
//
// Proxies, of HTTP and of SOCKS5, are taken from HTTPS_PROXY and NO_PROXY, since
// how this machine reaches the network is its user's to say. A child stands in the folder
// that [os.TempDir] names: TMPDIR, or TMP and TEMP on Windows. No other variable
// is read here. Names are resolved by the system; where Go has to ask the C
// library for that, the question is given up in time but the thread that waits
// for it ends on its own.
package upload

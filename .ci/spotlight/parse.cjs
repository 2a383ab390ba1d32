// Reads every envelope in a folder with Sentry's own JavaScript parser and fails
// when one is not what it says it is.
const { parseEnvelope } = require("@sentry/core");
const fs = require("node:fs");
const path = require("node:path");

const text = (payload) => (payload instanceof Uint8Array ? new TextDecoder().decode(payload) : JSON.stringify(payload));

const folder = process.argv[2];
let count = 0;
for (const name of fs.readdirSync(folder).sort()) {
  const [header, items] = parseEnvelope(new Uint8Array(fs.readFileSync(path.join(folder, name))));
  if (items.length !== 1) throw new Error(`${name}: ${items.length} items`);
  const [itemHeader, payload] = items[0];
  const event = JSON.parse(text(payload));
  if (event.event_id !== header.event_id) throw new Error(`${name}: event ids differ`);
  if (header.dsn || header.sent_at) throw new Error(`${name}: dsn or sent_at was stored`);
  const trace = event.contexts.trace;
  if (trace && header.trace.trace_id !== trace.trace_id) throw new Error(`${name}: trace ids differ`);
  if (itemHeader.type === "transaction" ? !event.spans : !event.exception && !event.message) throw new Error(`${name}: nothing in it`);
  count++;
}
if (count === 0) throw new Error("no envelopes");
console.log(`@sentry/core read ${count} envelopes`);

package sentry

import (
	"maps"
	"slices"
	"strings"

	sentrygo "github.com/getsentry/sentry-go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// facts are what every event says of the host. They come from the app, the
// machine and the resource, and never from SENTRY_* of the environment.
type facts struct {
	release, environment string
	tags                 map[string]string
	contexts             map[string]sentrygo.Context
	resource             []attribute.KeyValue

	// The same as JSON, for transactions: members of the event and members of
	// its contexts.
	members, contextMembers []byte
}

func newFacts(setup otelbridge.Setup) facts {
	f := facts{
		release:     setup.App.Name + "@" + setup.App.Version,
		environment: environmentOf(setup),
		tags:        map[string]string{},
		contexts:    contextsOf(setup),
		resource:    setup.Resource.Attributes(),
	}
	addTags(f.tags, setup.Resource.Attributes())
	if setup.Machine.CI {
		f.tags["ci"] = "true"
	}
	if len(setup.Machine.Exec) > 0 {
		f.tags["exec"] = strings.Join(setup.Machine.Exec, ",")
	}
	f.encode()
	return f
}

// environmentOf is what the resource says, or "ci" there. Without either Sentry
// takes "production".
func environmentOf(setup otelbridge.Setup) string {
	for _, key := range []attribute.Key{"deployment.environment.name", "deployment.environment"} {
		if v, ok := setup.Resource.Set().Value(key); ok {
			return v.AsString()
		}
	}
	if setup.Machine.CI {
		return "ci"
	}
	return ""
}

func contextsOf(setup otelbridge.Setup) map[string]sentrygo.Context {
	contexts := map[string]sentrygo.Context{}
	if m := setup.Machine; m.OS != "" {
		contexts["os"] = sentrygo.Context{"name": m.OS, "version": m.OSVersion}
		contexts["runtime"] = sentrygo.Context{"name": "go", "version": m.Go}
	}
	if setup.Resource.Len() > 0 {
		contexts["otel"] = sentrygo.Context{"resource": resourceContext(setup.Resource)}
	}
	return contexts
}

func resourceContext(r *resource.Resource) map[string]any {
	out := map[string]any{}
	for _, kv := range r.Attributes() {
		out[string(kv.Key)] = kv.Value.AsInterface()
	}
	return out
}

func (f *facts) encode() {
	b := append([]byte(nil), `,"platform":"go","release":`...)
	b = appendString(b, f.release)
	if f.environment != "" {
		b = appendString(append(b, `,"environment":`...), f.environment)
	}
	b = append(b, `,"sdk":{"name":"`+sdkName+`","version":"`+sdkVersion+`"}`...)
	f.members = b
	for _, name := range slices.Sorted(maps.Keys(f.contexts)) {
		f.contextMembers = appendString(append(f.contextMembers, ','), name)
		f.contextMembers = append(append(f.contextMembers, ':'), mustJSON(f.contexts[name])...)
	}
}

// appendTags appends tags as members of an object, the first one without a
// comma before it.
func appendTags(dst []byte, tags map[string]string) []byte {
	var room [16]string // most events have fewer
	keys := room[:0]
	for key := range tags {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for i, key := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, key), ':')
		dst = appendString(dst, tags[key])
	}
	return dst
}

// tagOf is the tag that an attribute is shown as, or empty. Issues and
// transactions are found by tags; these have the names that dlt gives them.
// Each is there only if the host declared it, like any attribute.
func tagOf(key attribute.Key) string {
	switch key {
	case anon.PipelineName, "pipeline_name_hash":
		return "pipeline"
	case anon.DestinationName, "destination_name":
		return "destination"
	case anon.DatasetName, "dataset_name_hash":
		return "dataset"
	case anon.ErrorType:
		return "error_type"
	case "deployment.environment.name":
		return "deployment"
	case "k8s.node.name":
		return "kube_node_name"
	case "k8s.pod.name":
		return "kube_pod_name"
	case "k8s.namespace.name":
		return "kube_pod_namespace"
	case "vcs.repository.name":
		return "github_repository"
	case "vcs.owner.name":
		return "github_repository_owner"
	case "vcs.change.author":
		return "github_user"
	case "vcs.ref.head.revision":
		return "commit_sha"
	case "container.image.version":
		return "image_version"
	}
	return ""
}

// maxTag is the longest value of a tag that Sentry keeps, in bytes.
const maxTag = 200

// addTags adds what tagOf knows of the attributes.
func addTags(tags map[string]string, attrs []attribute.KeyValue) {
	for i := range attrs {
		if name := tagOf(attrs[i].Key); name != "" {
			if v := tagValue(attrs[i].Value); v != "" {
				tags[name] = v
			}
		}
	}
}

// tagValue is a value on one line and of a length that Sentry keeps.
func tagValue(v attribute.Value) string {
	s := strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, v.String())
	if len(s) > maxTag {
		s = strings.ToValidUTF8(s[:maxTag], "")
	}
	return s
}

// appendMeasurements appends the numbers of a root span as Sentry's measurements, at
// most ten, which is what Sentry keeps.
func appendMeasurements(dst []byte, attrs []attribute.KeyValue) []byte {
	n := 0
	for _, kv := range attrs {
		if t := kv.Value.Type(); n == 10 || len(kv.Key) > maxTag || t != attribute.INT64 && t != attribute.FLOAT64 {
			continue
		}
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, string(kv.Key))
		dst = append(dst, `:{"value":`...)
		dst = appendValue(dst, kv.Value)
		dst = append(append(append(dst, `,"unit":"`...), unitOf(string(kv.Key))...), `"}`...)
		n++
	}
	return dst
}

func unitOf(name string) string {
	if strings.HasPrefix(name, "bytes") || strings.HasSuffix(name, "bytes") || strings.HasSuffix(name, ".size") {
		return "byte"
	}
	return "none"
}

// tagsOf are the tags of the host and those of one event.
func (f *facts) tagsOf(attrs []attribute.KeyValue, run string) map[string]string {
	tags := maps.Clone(f.tags)
	addTags(tags, attrs)
	if run != "" {
		tags["transaction_id"] = run
	}
	return tags
}

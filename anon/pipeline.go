package anon

import (
	"slices"

	"go.opentelemetry.io/otel/attribute"
)

// The attributes that the schema of [Pipeline] reads. Set them on the run;
// its steps inherit names.
const (
	PipelineName           attribute.Key = "pipeline.name"
	DatasetName            attribute.Key = "dataset.name"
	SchemaName             attribute.Key = "schema.name"
	SourceType             attribute.Key = "source.type"
	DestinationName        attribute.Key = "destination.name"
	DestinationFingerprint attribute.Key = "destination.fingerprint"
	RecordsRead            attribute.Key = "records.read"
	RecordsWritten         attribute.Key = "records.written"
	BytesWritten           attribute.Key = "bytes.written"
	ErrorType              attribute.Key = "error.type"
)

// Pipeline is the default schema: one event for each extract, normalize and
// load step and one for the whole run. It is what a pipeline tool needs to
// know which destinations are used and how often a step fails. Row counts and
// error types are for the operator alone.
//
// The names of pipelines, datasets and schemas leave only as keyed hashes.
// The fingerprint is for telling two destinations apart: give it a host, a
// project or a path, never a credential, although it is hashed as well.
func Pipeline() Schema {
	return Schema{
		Version: 1,
		Events: []Event{
			pipelineEvent("extract", "Sent when an extract step ends."),
			pipelineEvent("normalize", "Sent when a normalize step ends."),
			pipelineEvent("load", "Sent when a load step ends."),
			pipelineEvent("run", "Sent when a whole run ends."),
		},
		Operator: slices.Clone(operatorFields),
	}
}

func pipelineEvent(step, doc string) Event {
	return Event{Name: "pipeline_" + step, Span: step, Doc: doc, Fields: slices.Clone(pipelineFields)}
}

// The fields are data and not calls of Enum, Hash and so on: each run of each host
// would make those, and each host would carry 8 KB of code for it.
var (
	pipelineFields = []Field{
		{name: "destination_name", kind: kindEnum, values: destinations, source: DestinationName,
			doc: "Which kind of destination is loaded, to know which ones to care for."},
		{name: "destination_fingerprint", kind: kindHash, source: DestinationFingerprint,
			doc: "Tells two destinations of one kind apart."},
		{name: "pipeline_name_hash", kind: kindHash, source: PipelineName,
			doc: "Tells two pipelines of one install apart."},
		{name: "dataset_name_hash", kind: kindHash, source: DatasetName,
			doc: "Tells two datasets of one install apart."},
		{name: "default_schema_name_hash", kind: kindHash, source: SchemaName,
			doc: "Tells two schemas of one install apart."},
		{name: "elapsed", kind: kindSeconds, doc: "How long the step itself took."},
		{name: "success", kind: kindSuccess, doc: "Whether the step succeeded, to find what fails in the wild."},
		{name: "transaction_id", kind: kindRunID, doc: "Joins the events of one run."},
	}
	operatorFields = []Field{
		{name: "outcome", kind: kindEnum, values: []string{"canceled"}, source: OutcomeKey,
			doc: "Tells a canceled step from a failed one."},
		{name: "source_type", kind: kindHash, source: SourceType, doc: "What kind of system the data came from."},
		{name: "records_read", kind: kindCount, source: RecordsRead, doc: "How many records a step took in."},
		{name: "records_written", kind: kindCount, source: RecordsWritten, doc: "How many records a step put out."},
		{name: "bytes_written", kind: kindCount, source: BytesWritten, doc: "How many bytes a step put out."},
		{name: "error_type", kind: kindHash, source: ErrorType, doc: "The class of the error that ended a step."},
	}
)

// destinations are the systems that data pipelines commonly load. A host with
// others declares its own schema.
var destinations = []string{
	"athena", "bigquery", "clickhouse", "databricks", "delta", "dremio", "duckdb",
	"ducklake", "elasticsearch", "fabric", "filesystem", "iceberg", "kafka", "lancedb",
	"motherduck", "mssql", "mysql", "oracle", "postgres", "qdrant", "redshift", "s3",
	"snowflake", "sqlite", "synapse", "trino", "weaviate",
}

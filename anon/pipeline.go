package anon

import "go.opentelemetry.io/otel/attribute"

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
		Operator: []Field{
			Enum("outcome", "canceled").From(OutcomeKey).Doc("Tells a canceled step from a failed one."),
			Hash("source_type").From(SourceType).Doc("What kind of system the data came from."),
			Count("records_read").From(RecordsRead).Doc("How many records a step took in."),
			Count("records_written").From(RecordsWritten).Doc("How many records a step put out."),
			Count("bytes_written").From(BytesWritten).Doc("How many bytes a step put out."),
			Hash("error_type").From(ErrorType).Doc("The class of the error that ended a step."),
		},
	}
}

func pipelineEvent(step, doc string) Event {
	return Event{Name: "pipeline_" + step, Span: step, Doc: doc, Fields: []Field{
		Enum("destination_name", destinations...).From(DestinationName).
			Doc("Which kind of destination is loaded, to know which ones to care for."),
		Hash("destination_fingerprint").From(DestinationFingerprint).
			Doc("Tells two destinations of one kind apart."),
		Hash("pipeline_name_hash").From(PipelineName).
			Doc("Tells two pipelines of one install apart."),
		Hash("dataset_name_hash").From(DatasetName).
			Doc("Tells two datasets of one install apart."),
		Hash("default_schema_name_hash").From(SchemaName).
			Doc("Tells two schemas of one install apart."),
		Seconds("elapsed").
			Doc("How long the step itself took."),
		Success("success").
			Doc("Whether the step succeeded, to find what fails in the wild."),
		RunID("transaction_id").
			Doc("Joins the events of one run."),
	}}
}

// destinations are the systems that data pipelines commonly load. A host with
// others declares its own schema.
var destinations = []string{
	"athena", "bigquery", "clickhouse", "databricks", "delta", "dremio", "duckdb",
	"ducklake", "elasticsearch", "fabric", "filesystem", "iceberg", "kafka", "lancedb",
	"motherduck", "mssql", "mysql", "oracle", "postgres", "qdrant", "redshift", "s3",
	"snowflake", "sqlite", "synapse", "trino", "weaviate",
}

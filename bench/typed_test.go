package bench

// typedMessage is the event pipeline_load of the default schema, as a struct
// for encoding/json.
type typedMessage struct {
	Type        string          `json:"type"`
	AnonymousID string          `json:"anonymousId"`
	Event       string          `json:"event"`
	Properties  typedProperties `json:"properties"`
	Context     typedContext    `json:"context"`
	Timestamp   string          `json:"timestamp"`
	MessageID   string          `json:"messageId"`
}

type typedProperties struct {
	DestinationName        string  `json:"destination_name"`
	DestinationFingerprint string  `json:"destination_fingerprint"`
	PipelineNameHash       string  `json:"pipeline_name_hash"`
	DatasetNameHash        string  `json:"dataset_name_hash"`
	DefaultSchemaNameHash  string  `json:"default_schema_name_hash"`
	Elapsed                float64 `json:"elapsed"`
	Success                bool    `json:"success"`
	TransactionID          string  `json:"transaction_id"`
	EventCategory          string  `json:"event_category"`
	EventName              string  `json:"event_name"`
}

type typedContext struct {
	CIRun         bool        `json:"ci_run"`
	CPU           int         `json:"cpu"`
	ExecInfo      []string    `json:"exec_info"`
	Library       nameVersion `json:"library"`
	OS            nameVersion `json:"os"`
	Go            string      `json:"go"`
	IP            string      `json:"ip"`
	SchemaVersion int         `json:"schema_version"`
}

type nameVersion struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

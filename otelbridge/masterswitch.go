package otelbridge

// resolveTrace decides whether anything is traced. All inputs are of one rank:
// any of them turns tracing off, and none turns it on again.
func (r *resolver) resolveTrace() {
	votes := row{appVote("App.Disabled", r.app.Disabled)}
	if r.names != nil {
		votes = append(votes, off("App", "", "a misspelled name may hide a switch"))
	}
	votes = append(votes, r.envVotes(keyTrace, onOff)...)
	disabled := killSwitch("OTEL_SDK_DISABLED", r.in.Getenv("OTEL_SDK_DISABLED"))
	sdk := append(row{disabled}, sdkVotes(r.in.Getenv)...)
	r.noteVotes(sdk)
	votes = append(votes, sdk...)
	for _, f := range r.files() {
		votes = append(votes, brokenVote(f)...)
		votes = append(votes, fileVotes(f, keyTrace)...)
	}
	nothing := row{{input: "default", counts: true, mode: On, reason: "nothing turns tracing off"}}
	var findings []Finding
	r.Trace, _, findings = decide("trace", votes, nothing)
	r.Findings = append(r.Findings, findings...)
}

func appVote(input string, set bool) vote {
	if !set {
		return vote{input: input}
	}
	return off(input, "true", "")
}

// brokenVote takes a file that cannot be understood at its worst: it may say
// off.
func brokenVote(f configFile) row {
	if f.broken == nil {
		return nil
	}
	return row{off(f.path, "", "it cannot be understood, and may say off")}
}

package otelbridge

import (
	"fmt"
	"strings"
)

// Pending is what a person has to be asked or told before anonymous events,
// or those of a newer schema, may be sent.
type Pending uint8

const (
	// PendingNothing: nobody is to be asked or told anything in this run.
	PendingNothing Pending = iota
	// PendingQuestion: ask, and record the answer.
	PendingQuestion
	// PendingNotice: show the notice, and record that it was shown.
	PendingNotice
)

// The ranks of the inputs that decide about anonymous events, as in the table
// of Resolve.
const (
	rankKill = iota
	rankMachine
	rankFlag
	rankEnv
	rankProject
	rankUser
	rankConsent
	rankDefault
)

// resolveTelemetry decides whether anonymous events are sent, and where to.
func (r *resolver) resolveTelemetry() {
	rows := [...]row{
		rankKill:    r.killVotes(),
		rankMachine: r.machineVotes(),
		rankFlag:    {flagVote("--disable-telemetry", r.in.Disable, Off)},
		rankEnv:     r.envVotes(keyTelemetry, telemetryWord),
		rankProject: r.projectVotes(),
		rankUser:    append(fileVotes(r.user, keyTelemetry), flagVote("--enable-telemetry", r.in.Enable, On)),
		rankConsent: {r.consentVote()},
		rankDefault: {r.defaultVote()},
	}
	var rank int
	var findings []Finding
	r.Telemetry, rank, findings = decide("telemetry", rows[:]...)
	r.Findings = append(r.Findings, findings...)
	valid := r.resolveTelemetryEndpoint()
	r.settleConsent(rank)
	if valid && r.maySpeak() {
		r.Pending = r.pending(rank)
	}
}

// telemetryWord reads a variable that turns anonymous events on. The one that
// all tools share cannot: who sets it for one has not agreed to the others.
func telemetryWord(input, text string) vote {
	v := onOffLog(input, text)
	if input == sharedPrefix+strings.ToUpper(keyTelemetry) && v.mode == On {
		return v.onlyOff("ignored: it is for every tool, and can only turn off")
	}
	return v
}

func (r *resolver) killVotes() row {
	votes := r.envVotes(keyNoTelemetry, anyValue)
	return append(votes, r.envVotes(keyOffline, killSwitch)...)
}

// machineVotes are the administrator's: they turn off, and cannot consent for
// anybody. Errors stand beside them, so that nothing below can overrule one.
func (r *resolver) machineVotes() row {
	votes := limit(fileVotes(r.machine, keyTelemetry), "a machine's file cannot consent for a person")
	for _, f := range r.files() {
		if problems := f.problems(); len(problems) > 0 {
			votes = append(votes, off(f.path, "", problems[0].Error()))
		}
	}
	return votes
}

func (r *resolver) projectVotes() row {
	var votes row
	for _, f := range r.projects {
		votes = append(votes, limit(fileVotes(f, keyTelemetry), "a project cannot turn telemetry on")...)
	}
	return votes
}

// limit takes from votes the power to turn anything on.
func limit(votes row, why string) row {
	for i := range votes {
		votes[i] = votes[i].onlyOff(why)
	}
	return votes
}

func flagVote(input string, set bool, mode Mode) vote {
	if !set {
		return vote{input: input}
	}
	return vote{input: input, value: "given", counts: true, mode: mode}
}

func (r *resolver) consentVote() vote {
	v := vote{input: r.consent.input(), value: string(r.consent.Answer)}
	switch {
	case r.consent.err != nil:
		return off(v.input, "", "it cannot be understood, and may say no")
	case r.consent.Answer == AnswerYes:
		v.counts, v.mode, v.reason = true, On, r.consent.describe("agreed")
	case r.consent.Answer == AnswerNo:
		v.counts, v.reason = true, r.consent.describe("refused")
	}
	return v
}

func (r *resolver) defaultVote() vote {
	v := vote{input: "default", value: "opt-in", counts: true, reason: "nobody has agreed yet"}
	if r.app.Consent == OptOut {
		v.value, v.reason = "opt-out", "the notice has not been shown yet"
		if r.consent.err == nil && r.consent.Answer == AnswerTold {
			v.mode, v.reason = On, r.consent.describe("notice shown")
		}
	}
	return v
}

// settleConsent finds out which version of the schema a decision covers. Who
// turns events on in the environment means this run, and so this schema. Who
// once agreed to an older one has not agreed to what came later, whatever a
// file says since. What somebody once agreed to who then refused, and what a
// record that cannot be understood is of, is not known: it may be the first.
func (r *resolver) settleConsent(rank int) {
	if r.Telemetry.Mode == Off {
		return
	}
	r.ConsentVersion = r.app.schemaVersion()
	if rank == rankEnv || r.consent.err == nil && r.consent.Answer == "" {
		return
	}
	old := 1
	if r.consent.agrees() {
		old = r.consent.Schema
	}
	if old < r.ConsentVersion {
		r.ConsentVersion = old
		limit := fmt.Sprintf("what is newer than version %d is not sent", old)
		r.Telemetry.Reason = strings.TrimPrefix(r.Telemetry.Reason+"; "+limit, "; ")
	}
}

// maySpeak says whether a person can be asked or told anything: at a terminal,
// outside CI and containers, and where the answer can be kept, so that nobody
// is asked twice.
func (r *resolver) maySpeak() bool {
	return r.in.Terminal && !r.in.Quiet && !r.Ephemeral && r.Paths.State != ""
}

// pending says what is to be asked or told: at first, and when the schema has
// grown since. A person who said no to it is left alone, and one who said no to an
// older one, where a file says yes, is asked and never only told.
func (r *resolver) pending(rank int) Pending {
	first := rank == rankDefault && r.Telemetry.Mode == Off
	grown := rank >= rankUser && r.Telemetry.Mode == On && r.ConsentVersion < r.app.schemaVersion()
	refused := r.consent.Answer == AnswerNo
	switch {
	case !first && !grown, refused && r.consent.Schema >= r.app.schemaVersion():
		return PendingNothing
	case r.app.Consent == OptOut && r.consent.Answer != AnswerYes && !refused:
		return PendingNotice
	}
	return PendingQuestion
}

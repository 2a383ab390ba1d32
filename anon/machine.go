package anon

import (
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Machine describes where a program runs, in words out of closed lists, for
// the context of anonymous events. It names no host, user, path or folder.
type Machine struct {
	// CI is whether a continuous integration service runs the program.
	CI bool
	// CPU is the number of logical processors.
	CPU int
	// Exec are the environments the program finds itself in, such as docker,
	// kubernetes or github_actions. Never nil.
	Exec []string
	// OS and OSVersion are the operating system and the numbers of its
	// release, without the suffixes that make custom kernels unique.
	OS, OSVersion string
	// Go is the release of Go the program was built with.
	Go string
	// Library and LibraryVersion are the program itself.
	Library, LibraryVersion string
	// Container is whether the program runs where it may be thrown away with all
	// that it keeps, and its children with it: in a container, as the first
	// process of one, or as a function of a cloud.
	Container bool
}

// ciVariables mark continuous integration by being set to anything but an
// empty or false value. Source: the vendors of watson/ci-info 4.3 and the list
// of dlt 1.26, read in November 2026.
var ciVariables = []string{
	"APPVEYOR", "BITBUCKET_COMMIT", "BITRISE_IO", "BUDDY_WORKSPACE_ID", "BUILDKITE",
	"BUILD_ID", "BUILD_NUMBER", "CI", "CIRCLECI", "CIRRUS_CI", "CODEBUILD_BATCH_BUILD_IDENTIFIER",
	"CODEBUILD_BUILD_ARN", "CODEBUILD_BUILD_ID", "CONTINUOUS_INTEGRATION", "DRONE",
	"GITHUB_ACTIONS", "GITLAB_CI", "HUDSON_URL", "JENKINS_URL", "SEMAPHORE",
	"TEAMCITY_VERSION", "TF_BUILD", "TRAVIS", "WOODPECKER", "bamboo.buildKey", "bamboo_buildKey",
}

// execVariables name an environment by variables that are set to anything but
// an empty or false value; any one of them is enough.
var execVariables = []struct {
	name      string
	variables []string
}{
	{"kubernetes", []string{"KUBERNETES_SERVICE_HOST", "KUBE_NODE_NAME", "KUBE_POD_NAME", "KUBE_POD_NAMESPACE"}},
	{"codespaces", []string{"CODESPACES"}},
	{"github_actions", []string{"GITHUB_ACTIONS"}},
	{"gitlab_ci", []string{"GITLAB_CI"}},
	{"airflow", []string{"AIRFLOW_CTX_TASK_ID"}},
	{"dagster", []string{"DAGSTER_RUN_JOB_NAME", "DAGSTER_HOME"}},
	{"prefect", []string{"PREFECT__FLOW_RUN_ID", "PREFECT__TASK_RUN_ID"}},
	{"aws_lambda", []string{"AWS_LAMBDA_FUNCTION_NAME"}},
	{"gcp_cloud_function", []string{"FUNCTION_NAME", "FUNCTION_TARGET"}},
	{"cloud_run", []string{"K_SERVICE", "CLOUD_RUN_JOB"}},
	{"wsl", []string{"WSL_DISTRO_NAME"}},
	{"colab", []string{"COLAB_RELEASE_TAG"}},
	{"streamlit", []string{"STREAMLIT_SERVER_PORT"}},
}

// disposableVariables are set where a program lives no longer than what started
// it, and its children neither. Source: the environments that AWS Lambda and ECS,
// Cloud Run and Cloud Functions document, read in November 2026.
var disposableVariables = []string{
	"KUBERNETES_SERVICE_HOST", "AWS_LAMBDA_FUNCTION_NAME", "ECS_CONTAINER_METADATA_URI", "ECS_CONTAINER_METADATA_URI_V4",
	"K_SERVICE", "CLOUD_RUN_JOB", "FUNCTION_TARGET",
}

// agentVariables name a coding agent by a variable and the value it must
// have; "*" is any value that is neither empty nor false.
var agentVariables = []struct{ name, variable, value string }{
	{"claude_code", "CLAUDECODE", "1"},
	{"cursor", "CURSOR_AGENT", "1"},
	{"codex", "CODEX_CI", "1"},
	{"codex", "CODEX_THREAD_ID", "*"},
	{"codex", "CODEX_SANDBOX", "*"},
	{"gemini_cli", "GEMINI_CLI", "1"},
}

// Environments is the closed list of words that [Machine.Exec] is made of, in
// the order in which they are looked for.
func Environments() []string {
	var words []string
	for _, e := range execVariables {
		words = append(words, e.name)
	}
	words = append(words, "docker")
	for _, a := range agentVariables {
		if words[len(words)-1] != a.name {
			words = append(words, a.name)
		}
	}
	return words
}

// ReadMachine describes the machine the program runs on. It reads the
// environment, looks for two files and asks the operating system for its
// release, and nothing of what it reads there is kept but words of our own and
// numbers.
func ReadMachine(library, version string) Machine {
	return readMachine(library, version, os.Getenv, exists, osRelease(), os.Getpid())
}

func readMachine(library, version string, getenv func(string) string, exists func(string) bool, release string, pid int) Machine {
	docker := exists("/.dockerenv") || exists("/run/.containerenv") || getenv("KUBERNETES_SERVICE_HOST") != ""
	return Machine{
		CI:             anySet(getenv, ciVariables),
		CPU:            runtime.NumCPU(),
		Exec:           execInfo(getenv, docker),
		OS:             runtime.GOOS,
		OSVersion:      releaseNumber(release),
		Go:             goVersion(runtime.Version()),
		Library:        library,
		LibraryVersion: coarseVersion(version),
		Container:      docker || pid == 1 || anySet(getenv, disposableVariables),
	}
}

func execInfo(getenv func(string) string, docker bool) []string {
	found := []string{}
	for _, e := range execVariables {
		if anySet(getenv, e.variables) {
			found = append(found, e.name)
		}
	}
	if docker {
		found = append(found, "docker")
	}
	for _, a := range agentVariables {
		v := getenv(a.variable)
		last := len(found) > 0 && found[len(found)-1] == a.name
		if !last && (v == a.value || a.value == "*" && isSet(v)) {
			found = append(found, a.name)
		}
	}
	return found
}

func anySet(getenv func(string) string, names []string) bool {
	for _, name := range names {
		if isSet(getenv(name)) {
			return true
		}
	}
	return false
}

// isSet takes a variable that says no for unset: CI=false is how people
// switch a detection off.
func isSet(value string) bool {
	switch strings.ToLower(strings.TrimSpace(value)) {
	case "", "0", "false", "no", "off":
		return false
	}
	return true
}

// releaseNumber keeps the leading numbers of a kernel release: 6.1.0 of
// "6.1.0-28-amd64". Empty where there is none.
func releaseNumber(release string) string {
	end, dots := 0, 0
	for end < len(release) && dots < 3 {
		n := digits(release[end:])
		if n == 0 {
			break
		}
		end += n
		if end == len(release) || release[end] != '.' {
			return release[:end]
		}
		dots++
		end++
	}
	return strings.TrimSuffix(release[:end], ".")
}

// goVersion keeps releases and release candidates of Go, without the
// experiments and vendors that may follow.
func goVersion(v string) string {
	v, _, _ = strings.Cut(v, " ")
	v, _, _ = strings.Cut(v, "-")
	return coarseVersion(strings.TrimPrefix(v, "go"))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// AppendJSON appends the machine as the members of a JSON object, without the
// braces around them: the context of an anonymous event.
func (m Machine) AppendJSON(dst []byte) []byte {
	dst = strconv.AppendBool(append(dst, `"ci_run":`...), m.CI)
	dst = strconv.AppendInt(append(dst, `,"cpu":`...), int64(m.CPU), 10)
	dst = append(dst, `,"exec_info":[`...)
	for i, e := range m.Exec {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, quote(e)...)
	}
	dst = append(dst, `],"library":{"name":`...)
	dst = append(append(append(dst, quote(m.Library)...), `,"version":`...), quote(m.LibraryVersion)...)
	dst = append(append(append(dst, `},"os":{"name":`...), quote(m.OS)...), `,"version":`...)
	dst = append(append(append(dst, quote(m.OSVersion)...), `},"go":`...), quote(m.Go)...)
	return dst
}

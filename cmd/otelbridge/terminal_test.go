package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// question is how a question of ours ends.
const question = "[y/N] "

// passedOn are the variables of a script that a program at a terminal gets.
var passedOn = []string{
	"HOME", "PATH", "GORACE", "RECEIVER", "CI", "DO_NOT_TRACK", "OTELBRIDGE_EPHEMERAL", "OTELBRIDGE_UPLOADER",
	"OTELBRIDGE_TELEMETRY", "OTELBRIDGE_TELEMETRY_ENDPOINT", "CHESS_EPHEMERAL", "CHESS_CONSENT", "CHESS_HOST_ASKS", "CHESS_SCHEMA",
}

// terminalCommand runs otelbridge with a pseudo-terminal as all three streams.
func terminalCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: terminal CODE TYPED ARGS...")
	}
	cmd := exec.Command(ts.Getenv("PROGRAM"), args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range passedOn {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	screen, err := atTerminal(cmd, args[1])
	save(ts, "screen", screen)
	wantCode(ts, args[0], err)
}

// atTerminal types once the question is there, and returns what was on the
// screen. The word "^C" is Ctrl-C, "^D" the end of the input; behind a "<" it is
// typed before the program starts.
func atTerminal(cmd *exec.Cmd, typed string) (string, error) {
	terminal, tty, err := pty.Open()
	if err != nil {
		return "", err
	}
	defer terminal.Close()
	typed = keys(typed)
	if ahead, ok := strings.CutPrefix(typed, "<"); ok {
		_, _ = io.WriteString(terminal, ahead)
		typed = ""
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = controlled()
	err = errors.Join(pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 80}), cmd.Start(), tty.Close())
	if err != nil {
		return "", err
	}
	deadline := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer deadline.Stop()
	screen := watch(terminal, typed)
	return strings.ReplaceAll(screen, "\r\n", "\n"), cmd.Wait()
}

func keys(typed string) string {
	return strings.NewReplacer("^C", "\x03", "^D", "\x04", `\n`, "\n").Replace(typed)
}

// watch reads until the program has closed the terminal.
func watch(terminal *os.File, typed string) string {
	var screen bytes.Buffer
	chunk := make([]byte, 4096)
	for {
		n, err := terminal.Read(chunk)
		screen.Write(chunk[:n])
		if typed != "" && bytes.HasSuffix(screen.Bytes(), []byte(question)) {
			_, _ = io.WriteString(terminal, typed)
			typed = ""
		}
		if err != nil { // EIO once the last process has closed it
			return screen.String()
		}
	}
}

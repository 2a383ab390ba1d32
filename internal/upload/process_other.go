//go:build !unix

package upload

import "os"

// process is a child of this process.
type process struct{ *os.Process }

func start(exe, dir string, env []string, null *os.File) (process, error) {
	started, err := os.StartProcess(exe, []string{exe}, &os.ProcAttr{
		Dir:   dir,
		Env:   env,
		Files: []*os.File{null, null, null},
		Sys:   detached(),
	})
	return process{started}, err
}

// collect ends a process that should have ended by itself, and lets the system
// forget it.
func collect(p process) {
	_ = p.Kill()
	_, _ = p.Wait()
}

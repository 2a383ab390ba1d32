package upload

import (
	"os"
	"path/filepath"
)

// startDetached starts exe without arguments, so that nothing ties it to this
// process, its terminal, its folder or its pipes.
func startDetached(exe string, env []string) (*os.Process, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer null.Close()
	process, err := os.StartProcess(exe, []string{exe}, &os.ProcAttr{
		Dir:   neutralDir(exe),
		Env:   env,
		Files: append([]*os.File{null, null, null}, withheld()...),
		Sys:   detached(),
	})
	if err != nil {
		return nil, err
	}
	yieldPriority(process.Pid)
	return process, nil
}

// neutralDir is a folder that the child may stand in: nobody will want to remove
// or unmount it.
func neutralDir(exe string) string {
	temporary := os.TempDir()
	if info, err := os.Stat(temporary); err == nil && info.IsDir() {
		return temporary
	}
	return filepath.VolumeName(exe) + string(filepath.Separator)
}

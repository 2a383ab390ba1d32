package upload

import (
	"os"
	"path/filepath"
)

// startDetached starts exe without arguments, so that nothing ties it to this
// process, its terminal, its folder or its pipes. What it returns is collected
// once.
func startDetached(exe string, env []string) (process, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return process{}, err
	}
	defer null.Close()
	return start(exe, neutralDir(exe), env, null)
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

package spool

import "os"

// removeHeld removes a file and closes it. An open file cannot be removed here, so it is marked as dead first: whoever
// locks it later does not use it, but removes it, and so it need not trouble anybody when that fails here because
// somebody is just reading it.
func removeHeld(file *os.File, path string) error {
	marked := writeWords(file, offState, stateDead)
	if marked != nil {
		return marked
	}
	_ = file.Close()
	_ = os.Remove(path)
	return nil
}

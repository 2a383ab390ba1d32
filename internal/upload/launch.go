package upload

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// childLimit is how long a child may live, counted from its launch.
	childLimit = 10 * time.Second
	// launchPause keeps many short runs from starting a child each.
	launchPause = 10 * time.Second
	// maxUnreported launches show that an executable never finds out that it is
	// a child, which would mean to run the host again and again.
	maxUnreported = 2
	// lostPause is for an executable that has found out before: its last children
	// were ended by somebody, as with the session of a user who logged out.
	lostPause      = time.Hour
	maxExecutables = 8
)

// Child is how to start the program's own executable as a detached uploader. It
// is started without arguments.
type Child struct {
	// Exe is the executable's absolute path, as from os.Executable.
	Exe string

	// Env is the child's environment. It has to hold whatever the settings and
	// the network configuration are made of; on Windows also SystemRoot.
	Env []string

	// Guard names the variable by which the child knows what it is. A process
	// that has it in Env is a child, or comes from one, and launches nothing.
	Guard string
}

// Launch starts a child in a session of its own, with null standard streams, no
// other descriptor, the temporary folder as its own and a lowered priority. It
// does not wait for it. It refuses, with an error that wraps [ErrRefused], when
// this is a child, when one was launched less than 10 s ago, when the last two
// of this executable never reported for duty ([RunChild] does), for an hour if
// earlier ones did, and when none of this could be remembered. Whether a child is worth it is [Uploader.Due]'s to
// say.
//
// A program that ends leaves its child to the system. In one that goes on, a
// timer collects it, and kills it should it still be there, a second after the
// end of its time.
func (u *Uploader) Launch(c Child) error {
	if u == nil {
		return refused("there is nothing to deliver")
	}
	if err := c.check(); err != nil {
		return err
	}
	now := time.Now()
	key, err := c.key()
	if err != nil {
		return refused(err.Error())
	}
	if err := u.enter(key, now); err != nil {
		return refused(err.Error())
	}
	child, err := startDetached(c.Exe, c.environment(key, now))
	if err != nil {
		u.takeBack(key)
		return fmt.Errorf("upload: launch: %w", err)
	}
	time.AfterFunc(childLimit+time.Second, func() { collect(child) })
	return nil
}

func (u *Uploader) enter(key string, now time.Time) error {
	err := u.editSoon(func(st state) error { return st.launch(key, now) })
	if err == nil {
		u.store.pause(now.Add(launchPause))
	}
	return err
}

// takeBack says that a child that was about to start did not: nothing is wrong
// with the executable.
func (u *Uploader) takeBack(key string) {
	_ = u.editSoon(func(st state) error {
		l := st.Launches[key]
		l.Unreported = max(0, l.Unreported-1)
		st.Launches[key] = l
		return nil
	})
}

// editSoon does not wait long for the state file: whoever holds it may be
// launching.
func (u *Uploader) editSoon(change func(state) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	return u.store.edit(ctx, change)
}

func refused(why string) error { return fmt.Errorf("%w: %s", ErrRefused, why) }

func (c Child) check() error {
	switch {
	case c.Guard == "" || !filepath.IsAbs(c.Exe):
		return refused("no executable or no variable is named")
	case slices.ContainsFunc(c.Env, func(v string) bool { return strings.HasPrefix(v, c.Guard+"=") }):
		return refused("this process is a child itself")
	}
	return nil
}

// key tells executables apart, and one build of a program from the next, which
// gets a new chance.
func (c Child) key() (string, error) {
	info, err := os.Stat(c.Exe)
	if err != nil {
		return "", err
	}
	return keyOf(fmt.Sprint(c.Exe, info.Size(), info.ModTime().UnixNano())), nil
}

func (c Child) environment(key string, now time.Time) []string {
	mark := key + "." + strconv.FormatInt(now.UnixMilli(), 10)
	return append(slices.Clip(c.Env), c.Guard+"="+mark)
}

// launch writes down that a child is about to be started, or says why not.
func (s state) launch(key string, now time.Time) error {
	for _, l := range s.Launches {
		if age := now.Sub(l.Last); age >= 0 && age < launchPause {
			return fmt.Errorf("one was launched %s ago", age.Round(time.Millisecond))
		}
	}
	l := s.Launches[key]
	if l.Unreported >= maxUnreported && !l.forgiven(now) {
		return fmt.Errorf("the last %d never reported for duty", l.Unreported)
	}
	l.Last = now
	l.Unreported++
	s.Launches[key] = l
	s.forgetOldLaunches()
	return nil
}

// forgiven reports whether children that were lost are no reason any more not to
// launch another: only where one has ever shown that it gets to know what it is.
func (l launches) forgiven(now time.Time) bool {
	age := now.Sub(l.Last)
	return !l.Reported.IsZero() && (age < 0 || age >= lostPause)
}

func (s state) report(key string, now time.Time) {
	l := s.Launches[key]
	l.Unreported, l.Reported = 0, now
	s.Launches[key] = l
	s.forgetOldLaunches()
}

func (s state) forgetOldLaunches() {
	for len(s.Launches) > maxExecutables {
		oldest := ""
		for key, l := range s.Launches {
			if oldest == "" || l.Last.Before(s.Launches[oldest].Last) {
				oldest = key
			}
		}
		delete(s.Launches, oldest)
	}
}

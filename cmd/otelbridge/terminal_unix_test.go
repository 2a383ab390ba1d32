//go:build unix

package main

import "syscall"

// controlled gives a program its standard input as the terminal that controls it.
func controlled() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true, Setctty: true} }

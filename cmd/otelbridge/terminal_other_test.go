//go:build !unix

package main

import "syscall"

func controlled() *syscall.SysProcAttr { return nil }

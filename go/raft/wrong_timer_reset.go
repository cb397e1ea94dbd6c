//go:build wrong_timer_reset

package raft

func init() { wrong.timerReset = true }

//go:build wrong_log_compare

package raft

func init() { wrong.logCompare = true }

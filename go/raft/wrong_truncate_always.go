//go:build wrong_truncate_always

package raft

func init() { wrong.truncateAlways = true }

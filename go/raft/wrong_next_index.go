//go:build wrong_next_index

package raft

func init() { wrong.nextIndex = true }

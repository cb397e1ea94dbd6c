//go:build wrong_state_unsaved

package raft

func init() { wrong.stateUnsaved = true }

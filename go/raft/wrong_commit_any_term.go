//go:build wrong_commit_any_term

package raft

func init() { wrong.commitAnyTerm = true }

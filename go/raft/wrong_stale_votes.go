//go:build wrong_stale_votes

package raft

func init() { wrong.staleVotes = true }

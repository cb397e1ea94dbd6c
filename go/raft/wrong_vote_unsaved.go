//go:build wrong_vote_unsaved

package raft

func init() { wrong.voteUnsaved = true }

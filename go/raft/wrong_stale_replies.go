//go:build wrong_stale_replies

package raft

func init() { wrong.staleReplies = true }

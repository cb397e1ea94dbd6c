//go:build wrong_match_present

package raft

func init() { wrong.matchPresent = true }

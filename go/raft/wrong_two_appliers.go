//go:build wrong_two_appliers

package raft

func init() { wrong.twoAppliers = true }

// Package playground holds the sources that the overlay tool puts into other trees.
package playground

import "embed"

// Sources are the network, the persister, and what watches them.
//
//go:embed labrpc/*.go watch/*.go tester/persister.go oneprocess/servers.go.txt oneprocess/sockrpc/*.go
var Sources embed.FS

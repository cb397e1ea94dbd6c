module raftplayground

go 1.21

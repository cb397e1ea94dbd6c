package watch

import (
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"unsafe"
)

// skip returns how many elements at the log's beginning are no entries: 1 for a sentinel.
func (l *layout) skip(length int, seen bool) int {
	if !l.sentinelKnown && !seen {
		l.sentinelKnown, l.sentinel = true, length > 0
	}
	if l.sentinel {
		return 1
	}
	return 0
}

// logBase returns the index before the log's first entry: from the entries' own indices, else the snapshot's
// index, else what it was.
func (in *instance) logBase(s *sliceHeader, skip int) int64 {
	e := in.layout.log
	entries := int64(s.len - skip)
	base := in.seen.log.base
	snapshot := in.layout.fields["snapshotIndex"]
	if snapshot != nil {
		if p := snapshot.at(in.base); p != nil {
			base = snapshot.number(p)
		}
	}
	if e.index != nil && s.len > 0 && (entries > 0 || snapshot == nil) {
		if last := e.number(s, s.len-1, e.index); last >= entries {
			base = last - entries
		}
	}
	if base < 0 {
		return 0
	}
	return base
}

// unchanged compares what is quick to compare: where the log lies, its length and its last terms.
func (s *logState) unchanged(e *entryLayout, now *sliceHeader, skip int, base int64) bool {
	if now.data != s.data || now.len != s.len || base != s.base || now.len-skip != len(s.terms) {
		return false
	}
	for i := 1; i <= 4 && i <= len(s.terms); i++ {
		if e.number(now, now.len-i, e.term) != s.terms[len(s.terms)-i] {
			return false
		}
	}
	return true
}

// common returns the index through which the log has the same entries as before.
func (s *logState) common(e *entryLayout, now *sliceHeader, skip int, base int64) int64 {
	if base < s.base || base > s.end() {
		return base
	}
	end := base + int64(now.len-skip)
	if s.end() < end {
		end = s.end()
	}
	same := func(index int64) bool { return e.number(now, skip+int(index-base), e.term) == s.terms[index-s.base] }
	index := base
	if now.data == s.data && base == s.base && end == s.end() && end-base > 64 {
		index = end - 64 // entries were appended in place: the last old ones tell
		for index < end && same(index) {
			index++
		}
		if index == end {
			return end
		}
		index = base
	}
	for index < end && same(index) {
		index++
	}
	return index
}

// forget drops the terms of entries through base and after keep.
func (s *logState) forget(base, keep int64) {
	switch {
	case base < s.base || base > s.end():
		s.terms = s.terms[:0]
	case base == s.base:
		s.terms = s.terms[:keep-base]
	default:
		n := copy(s.terms, s.terms[base-s.base:keep-s.base])
		s.terms = s.terms[:n]
	}
	s.base = base
}

// appendEntry writes an entry as [term, command].
func (e *entryLayout) appendEntry(b []byte, s *sliceHeader, i int) []byte {
	b = append(b, '[')
	b = strconv.AppendInt(b, e.number(s, i, e.term), 10)
	b = append(b, ',')
	p := e.at(s, i)
	if p != nil && e.command != nil {
		p = e.command.at(p)
	}
	if p == nil || e.command == nil {
		b = append(b, "null"...)
	} else {
		b = appendValue(b, reflect.NewAt(e.command.typ, p).Elem(), 0)
	}
	return append(b, ']')
}

// roleText brings a role that is a text into the paper's words.
func roleText(text string) string {
	lower := strings.ToLower(text)
	for _, role := range []string{"not leader", "leader", "candidate", "follower"} {
		if strings.Contains(lower, role) {
			return role
		}
	}
	return text
}

func loadWord(p unsafe.Pointer) int32 { return atomic.LoadInt32((*int32)(p)) }

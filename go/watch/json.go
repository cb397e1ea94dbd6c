package watch

import (
	"reflect"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// Bounds of one value in a report. With them a line stays below 1 MiB in practice.
const (
	maxString = 80
	maxDepth  = 6
)

// maxItems bounds a list in a value, and the entries of a log in one line.
var maxItems = 4000

// line is one JSON object under construction.
type line struct{ b []byte }

func (l *line) key(name string) {
	if last := l.b[len(l.b)-1]; last != '{' {
		l.b = append(l.b, ',')
	}
	l.b = append(l.b, '"')
	l.b = append(l.b, name...)
	l.b = append(l.b, '"', ':')
}

func (l *line) int(name string, value int64) *line {
	l.key(name)
	l.b = strconv.AppendInt(l.b, value, 10)
	return l
}

func (l *line) bool(name string, value bool) *line {
	l.key(name)
	l.b = strconv.AppendBool(l.b, value)
	return l
}

func (l *line) str(name, value string) *line {
	l.key(name)
	l.b = appendString(l.b, value)
	return l
}

func (l *line) value(name string, value reflect.Value) *line {
	l.key(name)
	l.b = appendValue(l.b, value, 0)
	return l
}

// ints writes a list of whole numbers.
func (l *line) ints(name string, values []int64) *line {
	l.key(name)
	l.b = append(l.b, '[')
	for i, value := range values {
		if i > 0 {
			l.b = append(l.b, ',')
		}
		l.b = strconv.AppendInt(l.b, value, 10)
	}
	l.b = append(l.b, ']')
	return l
}

const hex = "0123456789abcdef"

// appendString writes text as JSON. Text that is too long ends in an ellipsis.
func appendString(b []byte, text string) []byte {
	b = append(b, '"')
	count := 0
	for i := 0; i < len(text); {
		if count == maxString {
			b = append(b, "…"...)
			break
		}
		count++
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				b = append(b, `\ufffd`...)
			} else {
				b = append(b, text[i:i+size]...)
			}
			i += size
			continue
		}
		i++
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20 || c == 0x7f:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// appendValue writes any value as JSON. It calls no method of the value: a String method could lock.
func appendValue(b []byte, v reflect.Value, depth int) []byte {
	if depth > maxDepth {
		return append(b, `"…"`...)
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		return appendString(b, strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Interface, reflect.Ptr:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return appendValue(b, v.Elem(), depth+1)
	case reflect.Slice, reflect.Array:
		return appendList(b, v, depth)
	case reflect.Struct:
		return appendStruct(b, v, depth)
	case reflect.Map:
		b = append(b, `{"entries":`...)
		b = strconv.AppendInt(b, int64(v.Len()), 10)
		return append(b, '}')
	}
	return append(b, "null"...)
}

func appendList(b []byte, v reflect.Value, depth int) []byte {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		b = append(b, `{"bytes":`...)
		b = strconv.AppendInt(b, int64(v.Len()), 10)
		return append(b, '}')
	}
	if v.Kind() == reflect.Slice && v.Len() > shortLog {
		if e := cachedEntry(v.Type().Elem()); e != nil {
			return appendEntries(b, e, &sliceHeader{data: unsafe.Pointer(v.Pointer()), len: v.Len()})
		}
	}
	b = append(b, '[')
	for i := 0; i < v.Len(); i++ {
		if i > 0 {
			b = append(b, ',')
		}
		if i == maxItems {
			b = append(b, `"…"`...)
			break
		}
		b = appendValue(b, v.Index(i), depth+1)
	}
	return append(b, ']')
}

// shortLog is the length up to which a list of entries is written entry by entry. Longer ones are summed up: a run can
// send millions of entries, and each of them is in the sender's log.
const shortLog = 16

var entryLayouts = map[reflect.Type]*entryLayout{}

func cachedEntry(t reflect.Type) *entryLayout {
	e, known := entryLayouts[t]
	if !known {
		e = entryOf(t)
		entryLayouts[t] = e
	}
	return e
}

// appendEntries writes how many entries there are, and their terms as pairs [term, how often].
func appendEntries(b []byte, e *entryLayout, s *sliceHeader) []byte {
	b = append(b, `{"length":`...)
	b = strconv.AppendInt(b, int64(s.len), 10)
	b = append(b, `,"terms":[`...)
	for i := 0; i < s.len; {
		term, from := e.number(s, i, e.term), i
		for i < s.len && e.number(s, i, e.term) == term {
			i++
		}
		if from > 0 {
			b = append(b, ',')
		}
		b = append(b, '[')
		b = strconv.AppendInt(b, term, 10)
		b = append(b, ',')
		b = strconv.AppendInt(b, int64(i-from), 10)
		b = append(b, ']')
	}
	return append(b, `]}`...)
}

// exported is a field that is written.
type exported struct {
	index int
	key   string // "Name": with quotes and colon
}

var exportedFields = map[reflect.Type][]exported{}

func fieldsOf(t reflect.Type) []exported {
	fields, known := exportedFields[t]
	if !known {
		for i := 0; i < t.NumField(); i++ {
			if field := t.Field(i); field.PkgPath == "" {
				fields = append(fields, exported{i, `"` + field.Name + `":`})
			}
		}
		exportedFields[t] = fields
	}
	return fields
}

// appendStruct writes the exported fields under their own names.
func appendStruct(b []byte, v reflect.Value, depth int) []byte {
	b = append(b, '{')
	for i, field := range fieldsOf(v.Type()) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, field.key...)
		b = appendValue(b, v.Field(field.index), depth+1)
	}
	return append(b, '}')
}

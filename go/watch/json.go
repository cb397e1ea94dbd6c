package watch

import (
	"reflect"
	"strconv"
	"unicode/utf8"
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

// appendStruct writes the exported fields under their own names.
func appendStruct(b []byte, v reflect.Value, depth int) []byte {
	b = append(b, '{')
	first := true
	for i := 0; i < v.NumField(); i++ {
		field := v.Type().Field(i)
		if field.PkgPath != "" {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, '"')
		b = append(b, field.Name...)
		b = append(b, '"', ':')
		b = appendValue(b, v.Field(i), depth+1)
	}
	return append(b, '}')
}

// Package labgob encodes with encoding/gob, and warns of fields that gob leaves out.
package labgob

import (
	"encoding/gob"
	"io"
	"log"
	"reflect"
	"sync"
	"unicode"
	"unicode/utf8"
)

// LabEncoder writes values to a stream.
type LabEncoder struct{ gob *gob.Encoder }

// NewEncoder makes an encoder that writes to w.
func NewEncoder(w io.Writer) *LabEncoder { return &LabEncoder{gob.NewEncoder(w)} }

// Encode writes one value.
func (enc *LabEncoder) Encode(value interface{}) error {
	warn(reflect.TypeOf(value))
	return enc.gob.Encode(value)
}

// LabDecoder reads values from a stream.
type LabDecoder struct{ gob *gob.Decoder }

// NewDecoder makes a decoder that reads from r.
func NewDecoder(r io.Reader) *LabDecoder { return &LabDecoder{gob.NewDecoder(r)} }

// Decode reads the next value into the variable that value points to.
func (dec *LabDecoder) Decode(value interface{}) error { return dec.gob.Decode(value) }

// Register makes a type known that is sent as an interface value.
func Register(value interface{}) {
	warn(reflect.TypeOf(value))
	gob.Register(value)
}

var (
	mu     sync.Mutex
	warned = map[reflect.Type]bool{}
)

// warn logs, once for each type, the fields that gob does not send.
func warn(t reflect.Type) {
	mu.Lock()
	defer mu.Unlock()
	walk(t)
}

func walk(t reflect.Type) {
	if t == nil || warned[t] {
		return
	}
	warned[t] = true
	switch t.Kind() {
	case reflect.Ptr, reflect.Slice, reflect.Array, reflect.Map:
		walk(t.Elem())
	case reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			field := t.Field(i)
			if first, _ := utf8.DecodeRuneInString(field.Name); !unicode.IsUpper(first) {
				log.Printf("labgob: field %s of %s is not sent: its name must begin with a capital letter", field.Name, t)
			}
			walk(field.Type)
		}
	}
}

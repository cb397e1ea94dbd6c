//! From views to JavaScript: one JSON text for each answer. That is less code than a call for each
//! property, and takes less time.

use raft_run::text::{code_of, is_hidden};
use serde::ser::{Impossible, Serialize, SerializeSeq, SerializeStruct, Serializer};
use std::fmt::{self, Display, Write};
use tsify::{Ts, Tsify};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON)]
    fn parse(text: &str) -> JsValue;
}

/// A view as JavaScript holds it.
pub fn object<T: Tsify + Serialize>(view: &T) -> Ts<T> {
    Ts::new_unchecked(parse(&text(view)))
}

/// Several views as JavaScript holds them.
pub fn objects<T: Tsify + Serialize>(views: impl Iterator<Item = T>) -> Vec<Ts<T>> {
    views.map(|view| object(&view)).collect()
}

fn text(view: &impl Serialize) -> String {
    let mut json = Json(String::new());
    match view.serialize(&mut json) {
        Ok(()) => json.0,
        Err(never) => match never {},
    }
}

/// The text as far as it is written.
struct Json(String);

/// The error of writing a view: there is none.
#[derive(Debug)]
enum Never {}

impl Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl serde::ser::Error for Never {
    fn custom<T: Display>(why: T) -> Self {
        unreachable!("a view can always be written: {why}")
    }
}

impl Json {
    fn number(&mut self, number: u64) {
        write!(self.0, "{number}").expect("writing to a string cannot fail");
    }

    fn string(&mut self, text: &str) {
        self.0.push('"');
        if text.bytes().any(|byte| !matches!(byte, b' '..0x7f) || byte == b'"' || byte == b'\\') {
            self.escaped(text);
        } else {
            self.0.push_str(text);
        }
        self.0.push('"');
    }

    /// People see these texts: what is hidden in them is shown.
    fn escaped(&mut self, text: &str) {
        for char in text.chars() {
            if char < ' ' || is_hidden(char) {
                self.shown(char);
                continue;
            }
            if char == '"' || char == '\\' {
                self.0.push('\\');
            }
            self.0.push(char);
        }
    }

    #[cold]
    #[inline(never)]
    fn shown(&mut self, char: char) {
        if is_hidden(char) {
            self.0.push_str(&code_of(char));
        } else {
            write!(self.0, "\\u{:04x}", u32::from(char)).expect("writing to a string cannot fail");
        }
    }

    /// A comma, but for the first of a list. Not compiled anew for each type of a part.
    #[inline(never)]
    fn next(&mut self) {
        if !matches!(self.0.as_bytes().last(), Some(b'[' | b'{')) {
            self.0.push(',');
        }
    }

    #[inline(never)]
    fn name(&mut self, name: &str) {
        self.next();
        self.string(name);
        self.0.push(':');
    }
}

/// Views are structs, lists, numbers, texts, truth values, and what may be missing.
macro_rules! no_part_of_a_view {
    ($($name:ident($($kind:ty),*) -> $result:ty;)*) => {$(
        fn $name(self, $(_: $kind),*) -> Result<$result, Never> {
            unreachable!("no view has such a part")
        }
    )*};
}

type No = Impossible<(), Never>;

impl Serializer for &mut Json {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Self;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = Self;
    type SerializeStructVariant = No;

    fn serialize_bool(self, truth: bool) -> Result<(), Never> {
        self.0.push_str(if truth { "true" } else { "false" });
        Ok(())
    }

    fn serialize_u16(self, number: u16) -> Result<(), Never> {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Result<(), Never> {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Result<(), Never> {
        self.number(number);
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Result<(), Never> {
        self.string(text);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Never> {
        self.0.push('[');
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        self.0.push('{');
        Ok(self)
    }

    no_part_of_a_view! {
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_tuple(usize) -> No;
        serialize_tuple_struct(&'static str, usize) -> No;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> No;
        serialize_map(Option<usize>) -> No;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> No;
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Never> {
        unreachable!("no view has such a part")
    }
}

impl SerializeSeq for &mut Json {
    type Ok = ();
    type Error = Never;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.next();
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        self.0.push(']');
        Ok(())
    }
}

impl SerializeStruct for &mut Json {
    type Ok = ();
    type Error = Never;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.name(name);
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), Never> {
        self.0.push('}');
        Ok(())
    }
}

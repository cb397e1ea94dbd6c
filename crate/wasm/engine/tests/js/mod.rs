//! The bindings as JavaScript uses them: objects in, objects out, read by path.
#![allow(clippy::cast_precision_loss, reason = "message numbers and indexes of a test are small")]
#![allow(unreachable_pub, reason = "the test files share it")]
#![allow(dead_code, reason = "each test file uses a part of it")]

use js_sys::{Array, Object, Reflect};
use raft_wasm_engine::Engine;
use wasm_bindgen::{JsCast, JsError, JsValue};

/// A run, driven as the page drives it.
pub struct Page(Engine);

impl Page {
    pub fn open(text: &str) -> Self {
        Self(good(Engine::new(text)))
    }

    /// Advances to a moment in seconds.
    pub fn advance_to(&mut self, seconds: f64) {
        let advance: JsValue = self.0.advance(seconds * 1e6, 1e7).into();
        assert_eq!(path(&advance, "reached"), JsValue::TRUE);
    }

    /// Advances to a moment in microseconds by at most so many events; true when it got there.
    pub fn advance_within(&mut self, to: u64, budget: u64) -> bool {
        let advance: JsValue = self.0.advance(to as f64, budget as f64).into();
        path(&advance, "reached") == JsValue::TRUE
    }

    pub fn command(&mut self, text: &str) -> String {
        good(self.0.command(text))
    }

    /// The message of the error that a command is refused with.
    pub fn refused(&mut self, text: &str) -> String {
        let error = self.0.command(text).expect_err("the command is refused");
        message(error)
    }

    /// The message of the error that a run's text is refused with.
    pub fn refused_text(text: &str) -> String {
        message(Engine::new(text).err().expect("the text is refused"))
    }

    pub fn frame(&self) -> JsValue {
        let view = object(&[("logFirst", JsValue::NULL), ("logCount", 20.into())]);
        self.0.frame(view.unchecked_ref()).into()
    }

    pub fn server(&mut self, id: u16) -> JsValue {
        good(self.0.server(id)).into()
    }

    pub fn message(&self, id: u64) -> JsValue {
        self.0.message(id as f64).expect("the message is known").into()
    }

    pub fn entry(&self, server: u16, index: u64) -> JsValue {
        self.0.entry(server, index as f64).expect("the log holds it").into()
    }

    /// The newest lines of these kinds, one below the other.
    pub fn journal(&mut self, kinds: &[&str]) -> String {
        let kinds: Array = kinds.iter().map(|&kind| JsValue::from(kind)).collect();
        let query = object(&[
            ("server", JsValue::NULL),
            ("kinds", kinds.into()),
            ("first", JsValue::NULL),
            ("count", 100.into()),
        ]);
        let page: JsValue = self.0.journal(query.unchecked_ref()).into();
        let count = number(&page, "lines.length") as usize;
        (0..count).map(|at| text(&page, &format!("lines.{at}.text")) + "\n").collect()
    }

    pub fn trace(&self) -> String {
        self.0.trace()
    }
}

fn good<T>(result: Result<T, JsError>) -> T {
    result.unwrap_or_else(|error| panic!("{}", message(error)))
}

fn message(error: JsError) -> String {
    text(&JsValue::from(error), "message")
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).expect("a plain object takes properties");
    }
    object.into()
}

/// The value at a path such as `servers.0.role`.
pub fn path(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, name| {
        let found = Reflect::get(&value, &name.into())
            .unwrap_or_else(|_| panic!("nothing at {name} of {path}"));
        assert!(!found.is_undefined(), "{name} of {path} is undefined");
        found
    })
}

/// The whole number at a path.
#[allow(clippy::cast_sign_loss, reason = "checked just before")]
pub fn number(value: &JsValue, at: &str) -> u64 {
    let number = path(value, at).as_f64().unwrap_or_else(|| panic!("{at} is not a number"));
    assert!(number >= 0.0 && number.fract() == 0.0, "{at} is {number}");
    number as u64
}

pub fn text(value: &JsValue, at: &str) -> String {
    path(value, at).as_string().unwrap_or_else(|| panic!("{at} is not a text"))
}

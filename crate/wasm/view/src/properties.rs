//! The properties and how they stand.

use serde::Serialize;
use tsify::Tsify;

/// A property, and how it stands at the present moment.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct PropertyView {
    pub name: &'static str,
    #[tsify(type = "PropertyState")]
    pub state: &'static str,
    /// The violation, or the reason that it is not decided; empty when it holds.
    pub says: String,
    /// The moment of the violation.
    #[tsify(type = "number | null")]
    pub at: Option<u64>,
    /// The steps up to the event in which it broke, and with it.
    #[tsify(type = "number | null")]
    pub step: Option<u64>,
    /// Between whom.
    pub servers: Vec<u16>,
    /// The entries that it is about: `21@3`.
    pub entries: Vec<String>,
}

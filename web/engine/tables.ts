/**
 * The lists of names that the engine and the page share, printed from the engine's enums (`crate/run/src/tables.rs`). Lists
 * are for parts of the page that are fetched when they are wanted; types cost nothing.
 */
export * from "../pkg/tables";

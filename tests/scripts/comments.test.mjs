import assert from "node:assert/strict";
import { test } from "node:test";
import { docComments, isRiddle } from "../../scripts/check/comments.mjs";

test("a doc comment of Rust is one however many lines it has", () => {
  const text = `//! What it is.
//! More.

/// The first.
///
/// What follows is the same comment.
struct A {
    /// Whether it is.
    is: bool, /// no comment of its own line
    // What is no doc comment.
    //// What is none either.
}
`;
  assert.deepEqual(docComments(text, true), [
    { line: 1, says: "What it is." },
    { line: 4, says: "The first." },
    { line: 8, says: "Whether it is." },
  ]);
});

test("a doc comment of TypeScript begins on its first or second line", () => {
  const text = `/** How it goes. */
const a = 1; /* What is none. */
/**
 * Whether it goes.
 * When it does.
 */
function b() {
  /** The rest. */
}
`;
  assert.deepEqual(docComments(text, false), [
    { line: 1, says: "How it goes." },
    { line: 3, says: "Whether it goes." },
    { line: 8, says: "The rest." },
  ]);
});

test("the words are whole words at the beginning", () => {
  for (const says of ["What is said.", "Up to here.", "So many.", "Whose it is.", "Whoever asks."])
    assert.ok(isRiddle(says), says);
  for (const says of ["Returns what is said.", "Some.", "Whole words.", "Whenua", "However"])
    assert.ok(!isRiddle(says), says);
});

/**
 * A WebAssembly module as `wasm-dis` writes it: one thing a line, functions indented by one, what is in them by more.
 */

/** Splits a module into the lines outside functions and the functions by name, in their order. */
export function readModule(text) {
  const lines = text.split("\n");
  const head = [];
  const functions = new Map();
  // The first line opens the module.
  for (let at = 1; at < lines.length; at += 1) {
    const name = /^ \(func \$(\S+)/.exec(lines[at])?.[1];
    if (name === undefined) {
      if (lines[at].startsWith(" ")) head.push(lines[at]);
      continue;
    }
    const from = at;
    while (lines[at] !== " )") at += 1;
    functions.set(name, readFunction(lines.slice(from, at + 1)));
  }
  return { head, functions };
}

function readFunction(lines) {
  const [first] = lines;
  const params = [...first.matchAll(/\(param \$\S+ (\w+)\)/g)].map(([, type]) => type);
  const results = /\(result ([\w ]+)\)/.exec(first)?.[1] ?? "";
  const calls = lines.join("\n").matchAll(/\((?:call|return_call|ref\.func) \$([^\s)]+)/g);
  return { lines, params, results, calls: new Set([...calls].map(([, name]) => name)) };
}

/** A function's type, without names. */
export function typeOf({ params, results }) {
  const takes = params.length > 0 ? ` (param ${params.join(" ")})` : "";
  return results === "" ? takes : `${takes} (result ${results})`;
}

/** The functions that a module imports, with their types. */
export function importsOf(head) {
  const found = head.map((line) => /^ \(import .*\(func \$(\S+?)((?: .*)?)\)\)$/.exec(line));
  return new Map(found.filter(Boolean).map(([, name, type]) => [name, type]));
}

/** The same module with more imports. */
export function withImports(head, more) {
  const last = head.findLastIndex((line) => line.startsWith(" (import "));
  return head.toSpliced(last + 1, 0, ...more);
}

/** A whole module from its parts. */
export const writeModule = (...parts) => ["(module", ...parts.flat(), ")", ""].join("\n");

/** Returns the contents of a module's memory at the beginning: pieces with their addresses. */
export function dataOf(head) {
  const found = head.map((line) => /^ \(data (?:\$\S+ )?\(i32\.const (\d+)\) "(.*)"\)$/.exec(line));
  return found
    .filter(Boolean)
    .map(([, from, text]) => ({ from: Number(from), bytes: unescaped(text) }));
}

/** The same module with other pieces in its memory. */
export const withData = (head, pieces) => [
  ...head.filter((line) => !line.startsWith(" (data ")),
  ...pieces.map(({ from, bytes }) => ` (data (i32.const ${from}) "${escaped(bytes)}")`),
];

const ESCAPES = { t: 9, n: 10, r: 13, '"': 34, "'": 39, "\\": 92 };

function unescaped(text) {
  const bytes = [];
  for (const [, hex, letter, plain] of text.matchAll(/\\([0-9a-f]{2})|\\(.)|([^\\])/g)) {
    bytes.push(hex ? parseInt(hex, 16) : letter ? ESCAPES[letter] : plain.charCodeAt(0));
  }
  return Uint8Array.from(bytes);
}

const escaped = (bytes) =>
  [...bytes].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { asText, fromText, optimised } from "./binaryen.mjs";
import { partData, readConstants } from "./constants.mjs";
import {
  dataOf,
  importsOf,
  readModule,
  typeOf,
  withData,
  withImports,
  writeModule,
} from "./wat.mjs";

/**
 * Makes two files of a module: what the page needs for the run that it shows first, and the rest. The rest
 * works on the memory and the tables of the first: it is one engine, which comes in two parts. In the first
 * part a stub stands for each function of the rest that it may call; a stub has the rest brought in
 * when it is not there yet, so no call is ever lost.
 *
 * Which functions the first run needs is found out by running it; the constants that only the rest refers to are in
 * the rest. `linked` is the module as the linker made it.
 */
export function split(folder, name, linked) {
  const file = path.join(folder, `${name}_bg.wasm`);
  openGlue(folder, name);
  const module = readModule(asText(file));
  const { first, came, fingerprint } = findFirst(folder, name, module);
  const glue = path.join(folder, `${name}.js`);
  writeFileSync(glue, `\nexport const FINGERPRINT = ${JSON.stringify(fingerprint)};\n`, {
    flag: "a",
  });
  const parts = splitAt(module, first, readConstants(linked));
  for (const [part, text] of [
    [file, parts.first],
    [path.join(folder, `${name}_rest.wasm`), parts.rest],
  ]) {
    fromText(text, part);
    optimised(part, ["--remove-unused-module-elements"]);
    const bytes = readFileSync(part);
    const packed = gzipSync(bytes, { level: 9 }).length;
    say("split", `${path.basename(part)}: ${bytes.length} bytes, ${packed} gzipped`);
  }
  // The first part has all that its functions read, and they call nothing else: it comes to the same without the rest.
  if (runFirst(folder, name, path.basename(file)).came !== came) {
    throw new Stop("The engine's first part does not do by itself what the whole engine does.");
  }
}

/** The glue lets the page say how the rest is brought in, and adds it. */
function openGlue(folder, name) {
  const file = path.join(folder, `${name}.js`);
  const glue = readFileSync(file, "utf8");
  const imports = `"./${name}_bg.js": import0,`;
  if (glue.split(imports).length !== 2) {
    throw new Stop("The glue of wasm-bindgen has another form; scripts/build/split.mjs must know.");
  }
  const ours = `${imports}\n        "rest": { need: () => need(), used: (number) => used(number) },`;
  writeFileSync(file, glue.replace(imports, ours) + MORE_GLUE);
  writeFileSync(path.join(folder, `${name}.d.ts`), MORE_TYPES, { flag: "a" });
}

const MORE_GLUE = `
let need = () => { throw new Error("the rest of the engine is not loaded"); };
let used = () => {};

export function onNeed(bring) { need = bring; }
export function onUse(note) { used = note; }
export function addRest(module) { new WebAssembly.Instance(module, { first: wasm }); }
`;

const MORE_TYPES = `
/** Says what is done when a function of the rest is wanted before the rest is there: it must be added then. */
export function onNeed(bring: () => void): void;
/** Only in the build: says what is told of every call. */
export function onUse(note: (number: number) => void): void;
/** The engine's fingerprint, as it was when the engine was built. */
export const FINGERPRINT: string;
/** Adds the rest of the engine to the part that was loaded first. */
export function addRest(module: WebAssembly.Module): void;
`;

/** Makes the first run with the module of this name. Returns the functions that it calls, and its outcome. */
function runFirst(folder, name, file) {
  const script = at("scripts/build/first-run.mjs");
  const answer = capture(process.execPath, [script, folder, name, file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!answer) throw new Stop("The engine's first run failed; see the message above.");
  return JSON.parse(answer);
}

/** The functions that the first run calls, what it comes to, and what the engine's fingerprint is. */
function findFirst(folder, name, { head, functions }) {
  const noting = [...functions.values()].map(({ lines }, number) => {
    const locals = lines.findLastIndex((line) => line.startsWith("  (local "));
    return lines.toSpliced(Math.max(locals, 0) + 1, 0, `  (call $used (i32.const ${number}))`);
  });
  const imports = withImports(head, [' (import "rest" "used" (func $used (param i32)))']);
  const file = path.join(folder, `${name}_noting.wasm`);
  fromText(writeModule(imports, ...noting), file);
  const { used, ...found } = runFirst(folder, name, path.basename(file));
  rmSync(file);
  const names = [...functions.keys()];
  return { first: new Set(used.map((number) => names[number])), ...found };
}

function splitAt({ head, functions }, isFirst, constants) {
  const names = [...functions.keys()];
  const rest = names.filter((name) => !isFirst.has(name));
  const isRest = new Set(rest);
  const stubs = [...calledByFirst(head, functions, isFirst)].filter((name) => isRest.has(name));
  const { copies, given } = calledByRest(functions, rest);
  const exportOf = new Map(given.map((name, number) => [name, `$${number.toString(36)}`]));
  const shared = head.map(readShared).filter(Boolean);

  const imports = importsOf(head);
  const inFirst = [...functions].filter(([name]) => isFirst.has(name));
  const data = partData(dataOf(head), inFirst, constants);
  const first = [
    withImports(withData(head, data.first), [' (import "rest" "need" (func $need))']),
    ` (table $rest ${stubs.length} funcref)`,
    " (global $there (mut i32) (i32.const 0))",
    ' (export "$rest" (table $rest))',
    ' (export "$there" (global $there))',
    shared.map(({ kind, name }) => ` (export "$${kind}${name}" (${kind} $${name}))`),
    given.map((name) => ` (export "${exportOf.get(name)}" (func $${name}))`),
    " (func $bring (if (i32.eqz (global.get $there)) (then (call $need))))",
    inFirst.map(([, { lines }]) => lines),
    stubs.map((name, slot) => stub(name, functions.get(name), slot)),
  ];
  const typeOfGiven = (name) => imports.get(name) ?? typeOf(functions.get(name));
  const second = [
    head.filter((line) => line.startsWith(" (type ")),
    given.map(
      (name) => ` (import "first" "${exportOf.get(name)}" (func $${name} ${typeOfGiven(name)}))`,
    ),
    shared.map(
      ({ kind, name, type }) => ` (import "first" "$${kind}${name}" (${kind} $${name} ${type}))`,
    ),
    ' (import "first" "$rest" (table $rest 0 funcref))',
    ' (import "first" "$there" (global $there (mut i32)))',
    ` (elem (table $rest) (i32.const 0) func ${stubs.map((name) => `$${name}`).join(" ")})`,
    withData([], data.rest),
    " (start $arrive)",
    " (func $arrive (global.set $there (i32.const 1)))",
    [...rest, ...copies].map((name) => functions.get(name).lines),
  ];
  return { first: writeModule(first.flat(2)), rest: writeModule(second.flat(2)) };
}

/** A function of more lines stands only in one part. */
const LONGEST_COPY = 150;

/**
 * The functions of the first part that the rest calls. A call from one instance to another costs several times what
 * another does, so the rest has copies of what is short, such as the allocator; they are the same code on the same
 * memory.
 */
function calledByRest(functions, rest) {
  const seen = new Set(rest);
  const copies = [];
  const given = [];
  const follow = (name) => {
    for (const called of functions.get(name).calls) {
      if (seen.has(called)) continue;
      seen.add(called);
      if ((functions.get(called)?.lines.length ?? Infinity) > LONGEST_COPY) {
        given.push(called);
      } else {
        copies.push(called);
        follow(called);
      }
    }
  };
  rest.forEach(follow);
  return { copies, given };
}

/** The functions that the first part calls, has in its table, or shows to JavaScript. */
function calledByFirst(head, functions, isFirst) {
  const shown = head.filter((line) => /^ \((elem|export|start) /.test(line)).join("\n");
  const inHead = [...shown.matchAll(/\$([^\s)]+)/g)].map(([, name]) => name);
  const called = [...isFirst].flatMap((name) => [...functions.get(name).calls]);
  return new Set([...inHead, ...called]);
}

/** A memory, table or global variable that both parts work on, with its type as an import has it. */
function readShared(line) {
  const [, memory] = /^ \(memory \$(\S+) /.exec(line) ?? [];
  if (memory) return { kind: "memory", name: memory, type: "0" };
  const [, table, of] = /^ \(table \$(\S+) .*?(\w+)\)$/.exec(line) ?? [];
  if (table) return { kind: "table", name: table, type: `0 ${of}` };
  const [, global, type] = /^ \(global \$(\S+) (\(mut \w+\)|\w+) /.exec(line) ?? [];
  return global && { kind: "global", name: global, type };
}

/** Stands for a function of the rest. */
function stub(name, { params, results, ...type }, slot) {
  const named = params.map((kind, at) => ` (param $${at} ${kind})`).join("");
  const result = results === "" ? "" : ` (result ${results})`;
  const given = params.map((_, at) => ` (local.get $${at})`).join("");
  return [
    ` (func $${name}${named}${result}`,
    "  (call $bring)",
    `  (call_indirect $rest${typeOf({ params, results, ...type })}${given} (i32.const ${slot}))`,
    " )",
  ];
}

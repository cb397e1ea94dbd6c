import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { at } from "../lib/paths.mjs";

/** Folders whose files a text may name in backticks. */
const rooms = ["crate", "docs", "examples", "go", "scripts", "tests", "web"];

/** The texts that are checked: all Markdown but the log of changes, which tells of files as they were. */
export function texts() {
  const found = [];
  const look = (folder) => {
    for (const entry of readdirSync(at(folder), { withFileTypes: true })) {
      const place = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) look(place);
      else if (entry.name.endsWith(".md")) found.push(place);
    }
  };
  for (const file of readdirSync(at("."))) {
    if (file.endsWith(".md") && file !== "CHANGELOG.md") found.push(file);
  }
  for (const room of ["crate", "docs", "tests"]) look(room);
  return found.filter((file) => !file.includes("/node_modules/") && !file.includes("/target/"));
}

/** The names in a text of files that are not there: `{ line, name }` each. */
export function broken(file, text = readFileSync(at(file), "utf8")) {
  const missing = [];
  const lines = text.split("\n");
  const known = (name, base) => existsSync(at(base, name));
  lines.forEach((words, index) => {
    const line = index + 1;
    for (const [, target] of words.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!known(target, path.posix.dirname(file))) missing.push({ line, name: target });
    }
    // Instructions name files that their reader is about to make: `a/file` (new), or with NAME in it.
    for (const [, name, made] of words.matchAll(/`([\w./-]+)`( \(new\))?/g)) {
      const [room] = name.split("/");
      if (!rooms.includes(room) || !name.includes("/")) continue;
      if (made || name.includes("NAME")) continue;
      if (!known(name, ".")) missing.push({ line, name });
    }
  });
  return missing;
}

/** The folders with a crate, and those of the page. */
function houses() {
  const crates = [];
  const look = (folder) => {
    for (const name of readdirSync(at(folder))) {
      const place = path.posix.join(folder, name);
      if (!statSync(at(place)).isDirectory()) continue;
      if (existsSync(at(place, "Cargo.toml"))) crates.push(place);
      else look(place);
    }
  };
  look("crate");
  const built = /^(pkg|pkg-.*|public)$/;
  const web = readdirSync(at("web"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !built.test(entry.name))
    .map((entry) => `web/${entry.name}`);
  return [...crates, ...web];
}

/** The rooms that the map in ARCHITECTURE.md leaves out. */
export function unmapped(map = readFileSync(at("ARCHITECTURE.md"), "utf8")) {
  const rows = map.split("\n").filter((line) => line.startsWith("|"));
  const first = rows.map((row) => row.split("|")[1]).join(" ");
  const named = new Set([...first.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  return houses().filter((house) => !named.has(house));
}

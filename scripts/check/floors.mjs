import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { main } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";

/** Printed by the build: no room of its own. */
const PRINTED = /^pkg/;

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return PRINTED.test(entry.name) ? [] : sources(name);
    return /\.(ts|svelte)$/.test(entry.name) ? [name] : [];
  });
}

/** Every import of a file of the page, static, of a type or on demand. */
const IMPORT = /(?:\bfrom|\bimport|\bimport\()\s*"(\.[^"]+)"/g;

/** The folders below `root` that each folder imports, with an import of each as an example. */
export function floorPlan(root) {
  const room = (file) => path.relative(root, file).split(path.sep);
  const plan = new Map();
  for (const file of sources(root)) {
    const [from, ...inside] = room(file);
    // What lies in no folder is the roof: it may import all.
    if (inside.length === 0) continue;
    for (const [, name] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const [to, ...rest] = room(path.join(path.dirname(file), name));
      if (to === from || to === ".." || PRINTED.test(to)) continue;
      if (!plan.has(from)) plan.set(from, new Map());
      const example = `${path.relative(root, file)} imports ${[to, ...rest].join("/")}`;
      if (!plan.get(from).has(to)) plan.get(from).set(to, example);
    }
  }
  return plan;
}

/** A shortest way from one folder back to itself, as imports; none: it stands on a floor. */
function circleThrough(plan, start) {
  const came = new Map([[start, null]]);
  for (const at of came.keys()) {
    for (const [to, example] of plan.get(at) ?? []) {
      if (to === start) {
        const way = [example];
        for (let step = came.get(at); step !== null; step = came.get(step.from))
          way.unshift(step.example);
        return way;
      }
      if (!came.has(to)) came.set(to, { from: at, example });
    }
  }
  return null;
}

/** The circles of folders below `root`, each once, as lists of imports. */
export function circles(root) {
  const plan = floorPlan(root);
  const found = new Map();
  for (const folder of plan.keys()) {
    const circle = circleThrough(plan, folder);
    if (circle !== null) found.set([...circle].sort().join("\n"), circle);
  }
  return [...found.values()];
}

/** Advice on circles of imports, in words. */
export function advice(found) {
  const told = found.map((circle) => circle.map((line) => `  ${line}`).join("\n"));
  return [
    "Folders of web/ import each other in a circle. A folder imports only what stands below it:",
    "what several parts use goes into web/kit, what the page knows of a run without drawing it into web/record,",
    "and a part below that must call one above is handed a function by it (as `onBranch` in web/App.svelte).",
    ...told,
  ].join("\n\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await main(() => {
    const found = circles(at("web"));
    console.log(found.length > 0 ? advice(found) : "The folders of web/ stand on floors.");
    return found.length > 0 ? 1 : 0;
  });
}

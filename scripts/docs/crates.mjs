import { capture } from "../lib/run.mjs";
import { Stop } from "../lib/fail.mjs";

const box = { width: 104, height: 34 };
const gap = { x: 22, y: 46 };
const margin = 14;

/** The crates of the workspace by folder, each with the folders of the crates that it is built on. */
function crates() {
  const printed = capture("cargo", ["metadata", "--no-deps", "--locked", "--format-version", "1"]);
  if (printed === undefined) throw new Stop("cargo could not list the crates; see its message.");
  const { packages, workspace_root: root } = JSON.parse(printed);
  const folder = (place) => place.slice(root.length + 1).replaceAll("\\", "/");
  const found = new Map();
  for (const { manifest_path: manifest, dependencies } of packages) {
    const here = folder(manifest).replace(/\/?Cargo\.toml$/, "");
    if (!here.startsWith("crate/")) continue;
    const needs = dependencies.filter(({ path, kind }) => path && kind === null);
    found.set(here, new Set(needs.map(({ path }) => folder(path)).filter((to) => to !== here)));
  }
  return found;
}

/** All crates under `name`, at any distance. */
function below(all, name, seen = new Set()) {
  for (const next of all.get(name) ?? []) {
    if (seen.has(next)) continue;
    seen.add(next);
    below(all, next, seen);
  }
  return seen;
}

/** The arrows that do not follow from others: none to a crate that another arrow leads to anyway. */
function directly(all, name) {
  const needs = [...(all.get(name) ?? [])];
  return needs.filter((to) => !needs.some((other) => other !== to && below(all, other).has(to)));
}

/** Number of rows that must stand under each crate: one more than under any crate that it needs. */
function levels(all) {
  const level = new Map();
  const levelOf = (name) => {
    if (!level.has(name)) {
      const under = [...(all.get(name) ?? [])].map((to) => levelOf(to) + 1);
      level.set(name, Math.max(0, ...under));
    }
    return level.get(name);
  };
  for (const name of all.keys()) levelOf(name);
  return level;
}

/** The arrows as ways: an arrow that passes rows has a place of its own in each of them. */
function ways(all, level) {
  const found = [];
  for (const from of [...all.keys()].sort()) {
    for (const to of directly(all, from)) {
      const passed = [];
      for (let row = level.get(from) - 1; row > level.get(to); row -= 1) {
        passed.push({ name: `${from} > ${to} ${row}`, row });
      }
      found.push([{ name: from }, ...passed, { name: to }]);
    }
  }
  return found;
}

/** Rows from the lowest to the highest, each crate and each passing arrow near the middle of what is under it. */
function rows(all, level, found) {
  const lines = [];
  for (const name of [...all.keys()].sort()) (lines[level.get(name)] ??= []).push(name);
  const under = new Map();
  for (const way of found) {
    way.forEach(({ name, row }, at) => {
      if (row !== undefined) lines[row].push(name);
      if (at + 1 < way.length) under.set(name, [...(under.get(name) ?? []), way[at + 1].name]);
    });
  }
  const place = new Map();
  for (const line of lines) {
    const wish = (name) => {
      const places = (under.get(name) ?? []).map((to) => place.get(to));
      return places.reduce((sum, at) => sum + at, 0) / Math.max(1, places.length);
    };
    line.sort((a, b) => wish(a) - wish(b) || a.localeCompare(b));
    line.forEach((name, at) => place.set(name, at - (line.length - 1) / 2));
  }
  return lines;
}

const short = (folder) => folder.replace(/^crate\//, "");

/** The crates and what each is built on, as a picture: arrows lead down, to what a crate knows. */
export function crateGraph() {
  const all = crates();
  const level = levels(all);
  const found = ways(all, level);
  const lines = rows(all, level, found);
  const wide = (name) => (all.has(name) ? box.width : 0);
  const length = (line) => line.reduce((sum, name) => sum + wide(name) + gap.x, -gap.x);
  const width = 2 * margin + Math.max(...lines.map(length));
  const height = 2 * margin + lines.length * box.height + (lines.length - 1) * gap.y;
  const corner = new Map();
  lines.forEach((line, row) => {
    let x = (width - length(line)) / 2;
    const y = height - margin - box.height - row * (box.height + gap.y);
    for (const name of line) {
      corner.set(name, { x, y });
      x += wide(name) + gap.x;
    }
  });
  const arrows = found.map((way) => {
    const points = way.flatMap(({ name }, at) => {
      const { x, y } = corner.get(name);
      const middle = x + wide(name) / 2;
      if (at === 0) return [[middle, y + box.height]];
      if (at === way.length - 1) return [[middle, y - 4]];
      return [
        [middle, y],
        [middle, y + box.height],
      ];
    });
    const [[x, y], ...rest] = points;
    let path = `M${x} ${y}`;
    let last = [x, y];
    rest.forEach(([toX, toY], at) => {
      const bend = (toY - last[1]) / 2;
      const straight = at % 2 === 1;
      path += straight
        ? `L${toX} ${toY}`
        : `C${last[0]} ${last[1] + bend} ${toX} ${toY - bend} ${toX} ${toY}`;
      last = [toX, toY];
    });
    return `<path d="${path}"/>`;
  });
  const named = [...corner].filter(([name]) => all.has(name));
  const boxes = named.map(
    ([name, { x, y }]) =>
      `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6"/>` +
      `<text x="${x + box.width / 2}" y="${y + 22}">${short(name)}</text>`,
  );
  const style = [
    "rect{fill:#f4f6fa;stroke:#5b6b85}",
    "text{font:14px system-ui,sans-serif;fill:#1c2430;text-anchor:middle}",
    ".arrows path{fill:none;stroke:#8a97ad;stroke-width:1.3;marker-end:url(#tip)}",
    "#tip path{fill:#8a97ad}",
    "@media(prefers-color-scheme:dark){rect{fill:#232b38;stroke:#8fa0bd}text{fill:#e6ebf4}}",
  ].join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    "<title>The crates, each above those that it is built on</title>",
    `<style>${style}</style>`,
    '<defs><marker id="tip" viewBox="0 0 6 6" refX="3" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0L6 3L0 6z"/></marker></defs>',
    `<g class="arrows">${arrows.join("\n")}</g>`,
    boxes.join("\n"),
    "</svg>\n",
  ].join("\n");
}

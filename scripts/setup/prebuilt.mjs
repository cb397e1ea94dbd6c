import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { tools, toolsBin } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

/** The names that the projects give to the systems for which they publish programs. */
const targets = {
  "linux x64": "x86_64-unknown-linux-musl",
  "linux arm64": "aarch64-unknown-linux-musl",
  "darwin x64": "x86_64-apple-darwin",
  "darwin arm64": "aarch64-apple-darwin",
  "win32 x64": "x86_64-pc-windows-msvc",
};

async function fetchBytes(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(120_000) });
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`);
  return Buffer.from(await answer.arrayBuffer());
}

function unpack(archive, name, programs) {
  const folder = path.join(tools, "unpacked");
  mkdirSync(folder, { recursive: true });
  mkdirSync(toolsBin, { recursive: true });
  const file = path.join(folder, "archive.tar.gz");
  writeFileSync(file, archive);
  if (capture("tar", ["-xzf", file, "-C", folder]) === undefined) throw new Error("tar failed");
  const ending = process.platform === "win32" ? ".exe" : "";
  for (const program of programs) {
    const to = path.join(toolsBin, program + ending);
    copyFileSync(path.join(folder, name, program + ending), to);
    chmodSync(to, 0o755);
  }
  rmSync(folder, { recursive: true });
}

/**
 * Puts the programs that a project publishes on GitHub into .tools/bin. False if there are none for this
 * system or they cannot be had: compiling them is slower and always works.
 */
export async function downloadPrebuilt({ crate, project, tag, version, programs }) {
  const target = targets[`${process.platform} ${process.arch}`];
  if (!target) return false;
  const name = `${project}-${tag}-${target}`;
  const base = `https://github.com/wasm-bindgen/${project}/releases/download`;
  say(crate, `downloading version ${version} into .tools`);
  try {
    unpack(await fetchBytes(`${base}/${tag}/${name}.tar.gz`), name, programs);
    return true;
  } catch (error) {
    say(
      crate,
      `could not be downloaded, so it is built from source: ${error.cause?.message ?? error.message}`,
    );
    return false;
  }
}

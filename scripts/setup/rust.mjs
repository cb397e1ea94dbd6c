import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture, mustRun, which } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { atLeast, versionIn } from "../lib/version.mjs";

export const wasmTarget = "wasm32-unknown-unknown";

function oldestRust() {
  const line = /^rust-version\s*=\s*"([\d.]+)"/m.exec(readFileSync(at("Cargo.toml"), "utf8"));
  return versionIn(line?.[1]) ?? [1, 85, 0];
}

export function checkRust() {
  if (!which("cargo") || !which("rustc")) {
    throw new Stop("Rust is missing; install it from https://rustup.rs and run the command again.");
  }
  const version = capture("rustc", ["--version"]);
  if (!version) {
    throw new Stop('rustc does not run; "rustup default stable" gives it a toolchain.');
  }
  const oldest = oldestRust();
  if (!atLeast(versionIn(version), oldest)) {
    const how = which("rustup")
      ? 'run "rustup update stable"'
      : "install it from https://rustup.rs";
    throw new Stop(`Rust ${oldest.join(".")} or newer is needed and this is ${version}; ${how}.`);
  }
}

function targetIsThere() {
  const sysroot = capture("rustc", ["--print", "sysroot"]);
  return existsSync(path.join(sysroot ?? "", "lib/rustlib", wasmTarget, "lib"));
}

/** The standard library for WebAssembly. */
export async function rustTarget() {
  if (targetIsThere()) return;
  if (!which("rustup")) {
    throw new Stop(
      `This Rust has no ${wasmTarget} library and there is no rustup to add it; install Rust from https://rustup.rs, or your system's package of that library (Debian: libstd-rust-dev-wasm32).`,
    );
  }
  say("rust target", `adding ${wasmTarget} with rustup`);
  await mustRun(
    "rustup",
    ["target", "add", wasmTarget],
    {},
    `rustup could not add the target ${wasmTarget}; check the network and run "rustup target add ${wasmTarget}".`,
  );
}

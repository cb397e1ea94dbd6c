import { existsSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { capture, mustRun, which } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";

/** LLVM's tools are those of the compiler itself: the counts have a format of their own in each version. */
function toolOfRustc(name) {
  const host = /^host: (\S+)$/m.exec(capture("rustc", ["-vV"]) ?? "")?.[1] ?? "";
  const sysroot = capture("rustc", ["--print", "sysroot"]) ?? "";
  const bin = path.join(sysroot, "lib/rustlib", host, "bin", name);
  return [bin, `${bin}.exe`].find((file) => existsSync(file));
}

/** Sets up the tools that a profile needs beyond those that build the page. */
export async function profileTools() {
  if (!which("clang")) {
    throw new Stop("A profile needs clang, for the part of it that counts; install clang.");
  }
  if (!toolOfRustc("llvm-profdata")) {
    say("profile", "adding llvm-tools with rustup");
    await mustRun("rustup", ["component", "add", "llvm-tools"]);
  }
  const profdata = toolOfRustc("llvm-profdata");
  if (!profdata) throw new Stop("This Rust has no llvm-tools; take one from https://rustup.rs.");
  return { profdata };
}

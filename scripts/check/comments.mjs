import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { main, Stop } from "../lib/fail.mjs";
import { at } from "../lib/paths.mjs";
import { capture } from "../lib/run.mjs";

/** One doc comment in this number may begin with such a word. */
const share = 50;

/** Words with which a doc comment is no sentence that says what a thing is or does. */
const riddle =
  /^(?:What(?:ever)?|Whether|How|Who(?:se|ever)?|When(?:ever)?|Where(?:ver)?|Which|Up to|So)\b/;

/** Consecutive lines of Rust with the same mark, or one block of TypeScript. */
const rust = /^[ \t]*(\/\/[/!])(?!\/)(.*)(?:\n[ \t]*\1(?!\/).*)*/gm;
const script = /^[ \t]*(\/\*\*)(?!\/)[\s*]*(.*?)\s*(?:\*\/|\n[\s\S]*?\*\/)/gm;

/** Finds the doc comments of a source file: the line of each, from 1, and its first line of text. */
export function docComments(text, isRust) {
  return [...text.matchAll(isRust ? rust : script)].map((match) => ({
    line: text.slice(0, match.index).split("\n").length,
    says: match[2].trim(),
  }));
}

/** True if a doc comment begins with one of the words. */
export function isRiddle(says) {
  return riddle.test(says);
}

function look() {
  const patterns = ["*.rs", "*.ts", "*.svelte", "*.mjs", "*.js"];
  const files = capture("git", ["ls-files", ...patterns])?.split("\n");
  if (!files) throw new Stop("git did not list the project's files.");
  const all = files.flatMap((file) => {
    const comments = docComments(readFileSync(at(file), "utf8"), file.endsWith(".rs"));
    return comments.map((comment) => ({ file, ...comment }));
  });
  const riddles = all.filter(({ says }) => isRiddle(says));
  const most = Math.floor(all.length / share);
  const sum = `${riddles.length} of ${all.length} doc comments begin with What, How, Who and the like`;
  if (riddles.length <= most) {
    console.log(`${sum}: at most ${most} may`);
    return 0;
  }
  for (const { file, line, says } of riddles) console.log(`${file}:${line}: ${says}`);
  console.log(`\n${sum}, and at most ${most} may. Say what the thing is or does.`);
  return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(look);

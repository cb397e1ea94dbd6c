/** The lab beside the page: it answers one question a turn, and never holds the page up. */
import init, { panicMessage, run, tests, trace } from "../pkg-lab/raft_lab";
import wasmUrl from "../pkg-lab/raft_lab_bg.wasm?url";
import type { Answer, Given, Question } from "./messages";

const loaded = init({ module_or_path: wasmUrl });

function call(question: Question): Given {
  switch (question.call) {
    case "tests":
      return tests();
    case "run":
      return run(question.asks.test, question.asks.seed, question.asks.broken);
    case "trace":
      return trace(question.asks.test, question.asks.seed, question.asks.broken);
  }
}

/** A trap, as opposed to a refusal: nothing can be asked after it. */
function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

/** Returns the panic message of a lab that has stopped, if it can still say it. */
function lastWords(): string | undefined {
  try {
    return panicMessage();
  } catch {
    return undefined;
  }
}

async function answer(question: Question): Promise<Answer> {
  const { id } = question;
  try {
    await loaded;
  } catch (error) {
    return { id, kind: "missing", why: (error as Error).message };
  }
  try {
    return { id, kind: "given", value: call(question) };
  } catch (error) {
    const { message } = error as Error;
    if (!isTrap(error)) return { id, kind: "refused", why: message };
    return { id, kind: "stopped", why: lastWords() ?? message };
  }
}

self.addEventListener("message", ({ data }: MessageEvent<Question>) => {
  void answer(data).then((given) => self.postMessage(given));
});

/** A worker that is asked one thing after another, and replaced when it is of no more use. */
import type { Answer, CallName, Calls, Given, Question } from "./messages";

/** The lab could not be loaded. */
export class LabMissing extends Error {
  constructor(why: string) {
    super(`The lab could not be loaded (${why}). Is the server still there?`);
  }
}

/** The lab stopped by a mistake of its own. */
export class LabStopped extends Error {
  constructor(why: string) {
    super(`the lab stopped, an error in this program: ${why}`);
  }
}

/** The question was withdrawn. */
export class Withdrawn extends Error {}

interface Waiting {
  give: (value: Given) => void;
  fail: (error: Error) => void;
}

export class Assistant {
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  /** Fails when what is asked is refused, when the lab is missing or stops, and when it is withdrawn. */
  async ask<Name extends CallName>(
    call: Name,
    asks: Calls[Name]["asks"],
  ): Promise<Calls[Name]["gives"]> {
    this.#worker ??= this.#hire();
    const worker = this.#worker;
    this.#last += 1;
    const id = this.#last;
    const given = new Promise<Given>((give, fail) => this.#waiting.set(id, { give, fail }));
    worker.postMessage({ id, call, asks } as Question);
    return (await given) as Calls[Name]["gives"];
  }

  /** Withdraws what has not been answered; a test that is going on ends at once. */
  withdraw(): void {
    if (this.#waiting.size > 0) this.#dismiss(new Withdrawn());
  }

  #hire(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => this.#hear(data));
    // Its script could not be fetched, or failed outside of any question.
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      const why = event.message || "its script did not arrive";
      if (this.#worker === worker) this.#dismiss(new LabMissing(why));
    });
    return worker;
  }

  #hear(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    this.#waiting.delete(answer.id);
    if (answer.kind === "given") return waiting.give(answer.value);
    if (answer.kind === "refused") return waiting.fail(new Error(answer.why));
    const { kind, why } = answer;
    const error = kind === "missing" ? new LabMissing(why) : new LabStopped(why);
    waiting.fail(error);
    this.#dismiss(error);
  }

  /** The next question goes to a new worker. */
  #dismiss(why: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { fail } of waiting) fail(why);
  }
}

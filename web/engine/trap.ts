/** The engine stops by an error of its own: how that is known, and what is told of it. */
import type { Advance } from "../pkg/raft_engine";
import type { Api } from "./load";

/** What the page does when the engine stops by an error of its own. */
export type TrapHandler = () => void;

/** Thrown by calls that change the run when the engine has stopped; queries give `undefined`. */
export class EngineStopped extends Error {
  constructor() {
    super("The engine stopped. The run is being rebuilt; try again in a moment.");
  }
}

/** A trap, as opposed to a refusal: the instance behind it cannot be used any more. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}

/** What can be said of a trap: what was being done, where the run stood, and its text. */
export function reportOf(
  api: Api,
  what: string,
  error: unknown,
  { now, events }: Advance,
  text: string,
): string {
  const { name, message, stack } = error as Error;
  const version = lastWords(() => api.version()) ?? "unknown version";
  const panic = lastWords(() => api.panicMessage()) ?? "no message";
  return [
    `Raft playground ${version}: the engine stopped`,
    `while doing: ${what}`,
    `error: ${name}: ${message}`,
    `panic: ${panic}`,
    `last good moment: ${now} us, event ${events}`,
    `browser: ${navigator.userAgent}`,
    "",
    text.trimEnd(),
    "",
    stack ?? "",
  ].join("\n");
}

/** What a stopped instance can still say, if anything. */
function lastWords(ask: () => string | undefined): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

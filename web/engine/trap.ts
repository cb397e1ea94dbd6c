/** The engine stops by an error of its own: how that is known, and what is told of it. */
import type { Advance } from "../pkg/raft_engine";
import type { Api } from "./load";

/** The page's reaction when the engine stops by an error of its own. */
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

/** The report of a trap: the call, the moment of the run, and its text. */
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

/** The last words of a stopped instance, if it has any. */
function lastWords(ask: () => string | undefined): string | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

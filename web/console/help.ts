import type { CommandHelp } from "../engine/words";

/** Help on `why`, which the console answers itself: it is no command, since it changes nothing. */
export const WHY_HELP: CommandHelp = {
  usage: "why [leader | entry N | message N | operation cN N]",
  says: "Answers a question about this moment: why there is no leader, why an entry is not committed, what became of a message or of a client's operation. It changes nothing.",
  example: "why entry 7",
};

import { runCommand } from "./lib/cli.mjs";

/** npm run replay -- FILE or LINK [--journal | --text]: a run executed again and compared. */
await runCommand("replay");

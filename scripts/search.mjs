import { runCommand } from "./lib/cli.mjs";

/** npm run search -- --broken NAME | --all [--seeds A..B]: a small run in which a broken rule violates a property. */
await runCommand("search");

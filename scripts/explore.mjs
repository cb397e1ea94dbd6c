import { runCommand } from "./lib/cli.mjs";

/** npm run explore [-- --terms N --commands N --broken NAME...]: all that can happen in a small world. */
await runCommand("explore");

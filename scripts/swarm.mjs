import { runCommand } from "./lib/cli.mjs";

/** npm run swarm [-- --seeds A..B --jobs N --broken NAME --long --trace FILE]: clusters under faults, each drawn from a seed. */
await runCommand("swarm");

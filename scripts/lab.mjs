import { runCommand } from "./lib/cli.mjs";

/** npm run lab [-- NAME or part... --seeds A..B --jobs N --json --trace FILE]: the lab's tests on our core. */
await runCommand("lab");

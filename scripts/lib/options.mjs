import { parseArgs } from "node:util";
import { Stop } from "./fail.mjs";

/** The options of `npm start` and `npm run dev`. */
export function serveOptions(defaultPort) {
  let values;
  try {
    ({ values } = parseArgs({
      options: { port: { type: "string" }, "no-open": { type: "boolean", default: false } },
    }));
  } catch (error) {
    throw new Stop(`${error.message}. Known are --port <number> and --no-open, after "--".`);
  }
  const port = Number(values.port ?? defaultPort);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Stop(`"${values.port}" is no port; give a number from 1 to 65535.`);
  }
  return { port, open: !values["no-open"] && hasScreen() };
}

function hasScreen() {
  if (process.env.CI || !process.stdout.isTTY) return false;
  if (process.platform !== "linux") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

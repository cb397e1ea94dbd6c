import { Stop } from "../lib/fail.mjs";
import { packageProgram, run, which } from "../lib/run.mjs";
import { say } from "../lib/say.mjs";
import { driverFolder, findChrome, findDriver, major } from "./browser-find.mjs";

const canApt = () => process.getuid?.() === 0 && which("apt-get") !== undefined;

async function aptInstall() {
  say("browser", "installing chromium and chromium-driver with apt-get");
  const options = { env: { DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update", "-q"], options);
  await run("apt-get", ["install", "-qy", "chromium", "chromium-driver"], options);
}

async function playwrightInstall() {
  say("browser", "downloading Chromium with Playwright");
  const cli = packageProgram("@playwright/test/cli.js");
  await run(process.execPath, [cli, "install", "chromium"]);
}

/** The browser that runs the tests; installs one where there is none. */
export async function chromeForTests() {
  const steps = [...(canApt() ? [aptInstall] : []), playwrightInstall];
  for (;;) {
    const chrome = await findChrome();
    if (chrome) return chrome;
    const next = steps.shift();
    if (!next) break;
    await next();
  }
  throw new Stop(
    "The tests need Chrome or Chromium; install it, or name it in the variable CHROME, and run the command again.",
  );
}

async function downloadDriver(chrome) {
  const version = major(chrome) ?? "stable";
  say("chromedriver", `downloading version ${version} into .tools`);
  const args = ["--yes", "@puppeteer/browsers@3", "install", `chromedriver@${version}`];
  await run("npx", [...args, "--path", driverFolder], { shell: process.platform === "win32" });
}

/** The program through which the wasm tests steer the browser. */
export async function driverForTests(chrome) {
  const steps = [...(canApt() ? [aptInstall] : []), () => downloadDriver(chrome)];
  for (;;) {
    const driver = findDriver(chrome);
    if (driver) return driver;
    const next = steps.shift();
    if (!next) break;
    await next();
  }
  const version = major(chrome) ?? "the same version";
  throw new Stop(
    `The wasm tests need chromedriver ${version}, as ${chrome} has it; install it (Debian: chromium-driver), or name it in the variable CHROMEDRIVER.`,
  );
}

import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { Stop } from "../lib/fail.mjs";
import { tools } from "../lib/paths.mjs";
import { capture, which } from "../lib/run.mjs";
import { versionIn } from "../lib/version.mjs";

const chromeNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
];
const driverNames = ["chromedriver", "chromium.chromedriver"];

/** Paths at which installers put the browser without adding it to PATH. */
const chromePlaces = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ...[process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .map((folder) => path.join(folder, "Google/Chrome/Application/chrome.exe")),
];

/** Downloads of ours: drivers that fit a browser. */
export const driverFolder = path.join(tools, "browsers");

/** The first number of a program's version; undefined where the program does not say (Windows). */
export function major(program) {
  return versionIn(capture(program, ["--version"], { timeout: 20_000 }))?.[0];
}

function fromEnv(name) {
  const file = process.env[name];
  if (file && !existsSync(file)) {
    throw new Stop(
      `The variable ${name} names "${file}", which is not there; correct or unset it.`,
    );
  }
  return file || undefined;
}

async function playwrightsChrome() {
  const { chromium } = await import("@playwright/test");
  return chromium.executablePath();
}

export async function findChrome() {
  const named = fromEnv("CHROME") ?? chromeNames.map(which).find(Boolean);
  return named ?? [...chromePlaces, await playwrightsChrome()].find(existsSync);
}

function downloadedDrivers() {
  if (!existsSync(driverFolder)) return [];
  return readdirSync(driverFolder, { recursive: true })
    .filter((file) => /^chromedriver(\.exe)?$/.test(path.basename(file)))
    .map((file) => path.join(driverFolder, file))
    .filter((file) => capture(file, ["--version"]) !== undefined);
}

/** A driver of the browser's own version: with any other the browser refuses to start. */
export function findDriver(chrome) {
  const named = fromEnv("CHROMEDRIVER");
  if (named) return named;
  const wanted = major(chrome);
  return [...driverNames.map(which).filter(Boolean), ...downloadedDrivers()].find(
    (driver) => wanted === undefined || major(driver) === wanted,
  );
}

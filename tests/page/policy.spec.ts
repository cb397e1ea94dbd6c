import { expect, test, type Page } from "@playwright/test";
import { give, leader, open, part, pause, PARTED, server } from "./tools";

interface Breach {
  directive: string;
  blocked: string;
}

declare global {
  interface Window {
    /** Each breach of the page's policy so far. */
    breaches: Breach[];
    /** A script that the policy should have stopped did run. */
    intruded?: boolean;
  }
}

/** Notes breaches of the policy from before the page opens, and all that the console calls an error. */
async function watch(page: Page): Promise<string[]> {
  await page.addInitScript(() => {
    window.breaches = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      window.breaches.push({ directive: event.effectiveDirective, blocked: event.blockedURI });
    });
  });
  const errors: string[] = [];
  page.on("console", (line) => line.type() === "error" && errors.push(line.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  return errors;
}

const breaches = (page: Page): Promise<Breach[]> => page.evaluate(() => window.breaches);
const dialog = (page: Page, name: string) => page.getByRole("dialog", { name, exact: true });

test("all dialogs open under the page's policy", async ({ page }) => {
  const errors = await watch(page);
  await open(page);
  const leads = await leader(page);
  await give(page, `crash ${leads}`);
  await pause(page);
  for (const [key, name] of [
    ["o", "Properties"],
    ["b", "Branches"],
    ["y", "Share this run"],
    ["w", "Notes"],
    ["m", "My runs"],
    ["l", "Lab"],
    ["a", "Clients"],
    ["k", "Break a rule"],
  ] as const) {
    await page.keyboard.press(key);
    await expect(dialog(page, name)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog(page, name)).toBeHidden();
  }
  for (const [button, name] of [
    ["New run", "New run"],
    ["Examples", "New run"],
    ["Partition…", "Partition the network"],
    ["Network…", "Network"],
  ] as const) {
    await page.getByRole("button", { name: button, exact: true }).click();
    await expect(dialog(page, name)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(dialog(page, name)).toBeHidden();
  }
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect([await breaches(page), errors]).toEqual([[], []]);
});

test("workers, what is drawn, and what is saved keep to the page's policy", async ({ page }) => {
  const errors = await watch(page);
  await open(page);
  await pause(page);

  await page.keyboard.press("l");
  await dialog(page, "Lab").getByRole("button", { name: "Run all" }).click();
  await expect(dialog(page, "Lab").getByText("Passed").first()).toBeVisible({ timeout: 30_000 });
  await page.keyboard.press("Escape");

  await page.keyboard.press("k");
  const catalogue = dialog(page, "Break a rule");
  await catalogue.getByRole("button", { name: /^A server votes twice/ }).click();
  await catalogue.getByRole("button", { name: "Find a counterexample" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "is violated" })).toBeVisible({
    timeout: 45_000,
  });

  await page.keyboard.press("y");
  const share = dialog(page, "Share this run");
  await share.getByRole("textbox", { name: "Link or text of a run" }).fill(PARTED);
  await share.getByRole("button", { name: "Open it" }).click();
  await expect(share).toBeHidden();
  await page.keyboard.press("g");
  await expect(page.getByRole("application")).toBeFocused();
  const drawing = page.waitForEvent("download");
  await part(page, "Space-time diagram").getByRole("button", { name: "SVG" }).click();
  expect((await drawing).suggestedFilename()).toMatch(/\.svg$/);
  await page.keyboard.press("y");
  await expect(share.getByRole("textbox", { name: "Link", exact: true })).toHaveValue(/#r1\./);
  const download = page.waitForEvent("download");
  await share.getByRole("button", { name: "Save as file" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.raft\.txt$/);
  expect([await breaches(page), errors]).toEqual([[], []]);
});

/** The policy must hold on a server that sends none, and on one that does. */
for (const sent of [true, false]) {
  const where = sent ? "with the server's header" : "by the page alone";
  test(`a script from elsewhere does not run, ${where}`, async ({ page }) => {
    await page.route("**/", async (route) => {
      const answer = await route.fetch();
      const headers = { ...answer.headers() };
      expect(headers["content-security-policy"]).toContain("script-src 'self' 'wasm-unsafe-eval'");
      if (!sent) delete headers["content-security-policy"];
      await route.fulfill({ response: answer, headers });
    });
    await watch(page);
    await page.goto("/");
    await expect(server(page, 1)).toBeVisible();
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.intruded = true";
      document.body.append(script);
      const image = document.createElement("div");
      image.innerHTML = '<img src="data:," onerror="window.intruded = true">';
      document.body.append(image);
    });
    await expect
      .poll(async () => (await breaches(page)).map(({ directive }) => directive))
      .toEqual(
        // Each policy tells of each breach: the page's own, and the header's.
        expect.arrayContaining(["script-src-elem", "script-src-attr"]),
      );
    expect(await page.evaluate(() => window.intruded)).toBeUndefined();
  });
}

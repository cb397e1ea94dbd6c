import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import { defineConfig } from "eslint/config";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

export default defineConfig(
  {
    ignores: [
      "node_modules",
      "dist",
      "target",
      "web/pkg",
      "web/pkg-lab",
      "web/pkg-link",
      "web/pkg-search",
      ".tools",
      "test-results",
      "playwright-report",
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { files: ["web/**"], languageOptions: { globals: globals.browser } },
  {
    files: ["scripts/**", "tests/page/**", "tests/scripts/**", "*.config.*"],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
  },
  {
    files: ["tests/go/**"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  {
    rules: {
      "no-console": ["error", { allow: ["warn", "error"] }],
      eqeqeq: "error",
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  {
    files: ["**/*.svelte"],
    rules: {
      // This one knows that $props and $bindable need `let`.
      "prefer-const": "off",
      "svelte/prefer-const": ["error", { destructuring: "all" }],
    },
  },
  // The type checker knows every name; this rule only knows some.
  { files: ["**/*.ts", "**/*.svelte"], rules: { "no-undef": "off" } },
  // Talking to the terminal is what scripts are for.
  { files: ["scripts/**"], rules: { "no-console": "off" } },
  {
    files: ["scripts/**"],
    ignores: ["scripts/lib/fail.mjs"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...["exit", "exitCode"].map((property) => ({
          object: "process",
          property,
          message: "Return the status from the function that `main` runs.",
        })),
      ],
    },
  },
);

// Builds the addon for this machine and puts it beside the package's files.
//
// The profile is that of the repository's other released programs, so what they have built serves here too. Set
// DESKMATCH_CARGO_TARGET to build for another platform, by the name that rustc gives it. With `--published` it is built as it is published:
// by a profile of its own, which makes it smaller and takes longer, and without the schemas of which `npm run generate` makes the typings.

import { spawnSync } from "node:child_process";
import { copyFileSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { platformName, targets } = createRequire(import.meta.url)("../platforms.js");

const target = process.env.DESKMATCH_CARGO_TARGET;
const name = target === undefined ? platformName() : Object.keys(targets).find((key) => targets[key].rust === target);
if (name === undefined) throw new Error(`there is no package for ${target ?? `${process.platform} on ${process.arch}`}`);

const cargo = process.env.CARGO ?? "cargo";
const published = process.argv.includes("--published");
const words = ["rustc", "--lib", "--profile", published ? "published" : "release", "--locked", "--package", "deskmatch-addon"];
words.push("--message-format", "json-render-diagnostics");
if (target !== undefined) words.push("--target", target);
if (!published) words.push("--features", "schemas");
// Functions that came out alike are kept once. This platform has a linker that can, from Rust 1.90 on; nothing here compares functions.
if (published && name === "linux-x64-gnu") words.push("--", "-C", "link-arg=-Wl,--icf=all");
const build = spawnSync(cargo, words, { cwd: root, stdio: ["ignore", "pipe", "inherit"], encoding: "utf8", maxBuffer: 1 << 28 });
if (build.error !== undefined) throw new Error(`cargo could not be started: install Rust (${build.error.message})`);
if (build.status !== 0) process.exit(build.status ?? 1);

const messages = build.stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
const artifact = messages.findLast((message) => message.reason === "compiler-artifact" && message.target.name === "deskmatch_addon");
const library = artifact.filenames.find((file) => /\.(so|dylib|dll)$/.test(file));
// By another name first: a Node that runs may have the old one loaded.
const place = join(root, `deskmatch.${name}.node`);
copyFileSync(library, `${place}.new`);
renameSync(`${place}.new`, place);

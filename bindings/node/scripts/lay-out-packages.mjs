// Lays out the packages for publishing, one a platform, under `npm/`: a manifest, and the addon where it was built, which should be by
// `npm run build:addon -- --published`. The main package is under `npm/main`, with what `npm run build:ts` has built.
//
// The main package then depends on all of them, optionally; npm installs the one that fits. Publish those first, it last.

import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { targets } = createRequire(import.meta.url)("../platforms.js");
const main = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const json = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
const { version, license, engines } = main;

for (const [name, { os, cpu, libc }] of Object.entries(targets)) {
  const folder = join(root, "npm", name);
  const addon = `deskmatch.${name}.node`;
  mkdirSync(folder, { recursive: true });
  json(join(folder, "package.json"), {
    name: `deskmatch-${name}`,
    version,
    description: `The addon of deskmatch for ${name}`,
    license,
    engines,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    main: addon,
    files: [addon],
  });
  if (existsSync(join(root, addon))) copyFileSync(join(root, addon), join(folder, addon));
}

// The manifest to publish: without what only a checkout needs.
const { devDependencies, scripts, ...published } = main;
const optionalDependencies = Object.fromEntries(Object.keys(targets).map((name) => [`deskmatch-${name}`, version]));
mkdirSync(join(root, "npm", "main"), { recursive: true });
json(join(root, "npm", "main", "package.json"), { ...published, optionalDependencies });
for (const file of [...main.files, "README.md"]) {
  rmSync(join(root, "npm", "main", file), { recursive: true, force: true });
  cpSync(join(root, file), join(root, "npm", "main", file), { recursive: true });
}

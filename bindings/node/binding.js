"use strict";
// Loads the addon: the one that was built here, else that of the platform's own package.

const { existsSync } = require("node:fs");
const { join } = require("node:path");
const { platformName } = require("./platforms.js");

const name = platformName();
const built = join(__dirname, `deskmatch.${name}.node`);

function load() {
  if (name === undefined) {
    throw new Error(`deskmatch has no addon for ${process.platform} on ${process.arch}; build one with \`npm run build\``);
  }
  if (existsSync(built)) return require(built);
  try {
    return require(`deskmatch-${name}`);
  } catch (cause) {
    const message = `the addon for ${name} is not there: install \`deskmatch-${name}\`, or build it with \`npm run build\``;
    throw new Error(message, { cause });
  }
}

module.exports = load();

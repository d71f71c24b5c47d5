"use strict";
// The platforms that have a package of their own, each with one addon.

const { closeSync, openSync, readSync } = require("node:fs");

/** The name of a platform, what npm calls it, and what rustc calls it. */
const targets = {
  "linux-x64-gnu": { os: "linux", cpu: "x64", libc: "glibc", rust: "x86_64-unknown-linux-gnu" },
  "linux-arm64-gnu": { os: "linux", cpu: "arm64", libc: "glibc", rust: "aarch64-unknown-linux-gnu" },
  "linux-x64-musl": { os: "linux", cpu: "x64", libc: "musl", rust: "x86_64-unknown-linux-musl" },
  "darwin-x64": { os: "darwin", cpu: "x64", rust: "x86_64-apple-darwin" },
  "darwin-arm64": { os: "darwin", cpu: "arm64", rust: "aarch64-apple-darwin" },
  "win32-x64-msvc": { os: "win32", cpu: "x64", rust: "x86_64-pc-windows-msvc" },
};

/**
 * The C library of this Linux that Node was linked with: the name of its loader stands at the beginning of its file. Where it does not, Node's
 * report on itself knows; that takes longer than all the rest of importing the package.
 */
function libc() {
  if (process.platform !== "linux") return undefined;
  const [, loader] = /\/ld-(musl|linux)/.exec(beginning(process.execPath)) ?? [];
  if (loader !== undefined) return loader === "musl" ? "musl" : "glibc";
  return process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

/** The first bytes of a file as a text, empty if it cannot be read. */
function beginning(path) {
  let file;
  try {
    file = openSync(path, "r");
    const bytes = Buffer.alloc(4096);
    return bytes.latin1Slice(0, readSync(file, bytes, 0, bytes.length, 0));
  } catch {
    return "";
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The name of the platform that this runs on, undefined if none has it. */
function platformName() {
  const own = libc();
  return Object.keys(targets).find((name) => {
    const target = targets[name];
    return target.os === process.platform && target.cpu === process.arch && target.libc === own;
  });
}

module.exports = { platformName, targets };

"use strict";
// The platforms that have a package of their own, each with one addon.

/** The name of a platform, what npm calls it, and what rustc calls it. */
const targets = {
  "linux-x64-gnu": { os: "linux", cpu: "x64", libc: "glibc", rust: "x86_64-unknown-linux-gnu" },
  "linux-arm64-gnu": { os: "linux", cpu: "arm64", libc: "glibc", rust: "aarch64-unknown-linux-gnu" },
  "linux-x64-musl": { os: "linux", cpu: "x64", libc: "musl", rust: "x86_64-unknown-linux-musl" },
  "darwin-x64": { os: "darwin", cpu: "x64", rust: "x86_64-apple-darwin" },
  "darwin-arm64": { os: "darwin", cpu: "arm64", rust: "aarch64-apple-darwin" },
  "win32-x64-msvc": { os: "win32", cpu: "x64", rust: "x86_64-pc-windows-msvc" },
};

/** Whether this Linux has glibc: Node says which one it was started with. */
function libc() {
  if (process.platform !== "linux") return undefined;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
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

// Run by itself: makes every export panic, which prints much.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { DeskmatchError, Engine } from "../../index.mjs";
import { panics } from "./torture.mjs";

const names = await panics();
assert.ok(names.length > 40, `${names.length}`);

// An engine through which a panic went is lost, and says so; others go on.
const binding = createRequire(import.meta.url)("../../binding.js");
const [engine, other] = [new Engine(), new Engine()];
binding.armPanic("execute");
assert.throws(() => engine.tick({ at: 0 }), (error) => error instanceof DeskmatchError && error.code === "internal_error");
assert.throws(() => engine.tick({ at: 0 }), /met a fault of its own before/);
other.tick({ at: 0 });
console.log(`every export survived: ${names.join(", ")}`);

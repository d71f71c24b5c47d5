// The same package for CommonJS.

import deskmatch = require("../../dist/index.js");

const engine: deskmatch.Engine = new deskmatch.Engine();
engine.submit({ ticket: { id: "T-1" } }).events satisfies deskmatch.Event[];

//! What Node loads: everything is in `deskmatch-node`.
//!
//! How hard the compiler tries when it puts all crates together follows from the crate that is linked. Were that the one with the exports, which
//! is compiled for size, no loop of the engine or of the solvers would be made to take several values at once.

extern crate deskmatch_node as _;

//! How long does the choice alone take: the least loaded agent among those with one skill at a level?
#![allow(clippy::print_stdout, reason = "benchmarks report on standard output")]
#![allow(missing_docs, reason = "a benchmark is read as a program")]
fn main() {}
